import { Button, Link } from '@fluentui/react-components';
import type { EditSession } from '@megdocs/contract';
import { namesInWords, sizeInWords } from '../documents/words.ts';
import { Sheet } from '../ui/sheet.tsx';
import { Ago } from '../ui/time.tsx';
import styles from './checkpoints.module.css';

/** The kept states of one session, newest first: trust comes from being able to look. */
export function CheckpointsDialog({ session, onClose }: { session: EditSession; onClose: () => void }) {
  return (
    <Sheet
      open
      title={`Checkpoints of ${session.document.number}`}
      onClose={onClose}
      actions={<Button onClick={onClose}>Close</Button>}
    >
      <p>Kept whenever the copy in Microsoft 365 changed. Each can be looked at, also when the copy is gone.</p>
      <ul className={styles.list}>
        {session.checkpoints.map((checkpoint) => (
          <li key={checkpoint.id} className={styles.item}>
            <span>
              <Ago at={checkpoint.madeAt} skipFocus /> by {namesInWords(checkpoint.editors)}
              {checkpoint.reason ? <span className={styles.reason}>{checkpoint.reason}</span> : null}
            </span>
            <Link href={checkpoint.contentUrl} download>
              Download ({sizeInWords(checkpoint.size)})
            </Link>
          </li>
        ))}
      </ul>
    </Sheet>
  );
}
