import { Button } from '@fluentui/react-components';
import { type EditSession, type OnSessions, type OnSessionsDone, onSessionsDone, routes } from '@megdocs/contract';
import { useState } from 'react';
import { TextDialog } from '../documents/text-dialog.tsx';
import { countInWords } from '../documents/words.ts';
import { announce } from '../ui/announce.tsx';
import { send } from '../ui/api.ts';
import { FailureBox } from '../ui/failure.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { Signal } from '../ui/status.tsx';
import styles from './session-orders.module.css';

interface Props {
  chosen: readonly EditSession[];
  onClear: () => void;
  onDone: () => void;
}

/** What a controller does with the sessions that are ticked; afterwards each is told for itself. */
export function SessionOrders({ chosen, onClear, onDone }: Props) {
  const [asking, setAsking] = useState<'discard' | 'recover' | null>(null);
  const [results, setResults] = useState<OnSessionsDone['results'] | null>(null);
  const [failed, setFailed] = useState<unknown>();
  const carryOut = async (order: OnSessions['order']) => {
    const sessionIds = chosen.map(({ id }) => id);
    const answer = await send('POST', routes.onSessions, { sessionIds, order }, onSessionsDone);
    setResults(answer.results);
    announce(`${answer.results.filter(({ done }) => done).length} of ${answer.results.length} done`);
    onDone();
  };
  const atOnce = (order: OnSessions['order']) => {
    setFailed(undefined);
    carryOut(order).catch(setFailed);
  };
  const many = countInWords(chosen.length, 'session');
  return (
    <>
      {chosen.length > 0 ? (
        <section className={styles.bar} aria-label="What to do with the ticked sessions">
          <strong>{many} ticked</strong>
          <Button size="small" onClick={() => atOnce({ do: 'remind' })}>
            Remind
          </Button>
          <Button size="small" onClick={() => atOnce({ do: 'ask-to-close' })}>
            Ask to finish
          </Button>
          <Button size="small" onClick={() => setAsking('recover')}>
            Recover…
          </Button>
          <Button size="small" onClick={() => setAsking('discard')}>
            Discard…
          </Button>
          <Button size="small" appearance="subtle" onClick={onClear}>
            Untick all
          </Button>
        </section>
      ) : null}
      {failed === undefined ? null : <FailureBox error={failed} />}
      <TextDialog
        open={asking === 'discard'}
        title={`Discard the edits of ${many}?`}
        label="Why"
        hint="Whoever started editing is told; it stays in the documents’ activity."
        required
        verb={`Discard ${many}`}
        keep="Keep them"
        onSubmit={(reason) => carryOut({ do: 'discard', reason })}
        onClose={() => setAsking(null)}
      >
        <Named chosen={chosen} />
        <p>No version is made. What was saved last stays as a checkpoint of each.</p>
      </TextDialog>
      <TextDialog
        open={asking === 'recover'}
        title={`Recover ${many} as versions?`}
        label="What changed"
        hint="Readers see this text."
        required
        verb={`Recover ${many}`}
        keep="Leave them"
        onSubmit={(summary) => carryOut({ do: 'recover', summary })}
        onClose={() => setAsking(null)}
      >
        <Named chosen={chosen} />
        <p>
          The last content that MEGDocs has becomes a version, where edits wait for a decision or nobody can read the
          copy. Who still edits is left alone.
        </p>
      </TextDialog>
      {results ? <Results results={results} onClose={() => setResults(null)} /> : null}
    </>
  );
}

function Named({ chosen }: { chosen: readonly EditSession[] }) {
  return (
    <ul className={styles.named}>
      {chosen.map(({ id, document, starter }) => (
        <li key={id}>
          {document.number} {document.title}, {starter.name}
        </li>
      ))}
    </ul>
  );
}

function Results({ results, onClose }: { results: OnSessionsDone['results']; onClose: () => void }) {
  return (
    <Sheet open title="What became of each" onClose={onClose} actions={<Button onClick={onClose}>Close</Button>}>
      <ul className={styles.results}>
        {results.map(({ sessionId, document, done, message }) => (
          <li key={sessionId}>
            <Signal kind={done ? 'ok' : 'wait'} />
            <span>
              <strong>{document}</strong>
              <span className={styles.message}>{message}</span>
            </span>
          </li>
        ))}
      </ul>
    </Sheet>
  );
}
