import { Button, ProgressBar, Spinner, Tooltip } from '@fluentui/react-components';
import {
  ArrowUpload16Regular,
  ChevronDown20Regular,
  ChevronUp20Regular,
  Dismiss16Regular,
  SubtractCircle16Regular,
} from '@fluentui/react-icons';
import { fill, pages } from '@megdocs/contract';
import { useRef, useState } from 'react';
import { Link } from 'react-router';
import { useWidth } from '../ui/layout.ts';
import { Signal } from '../ui/status.tsx';
import styles from './upload-list.module.css';
import { isOver, queueInWords, queueProgress, queueTitle, type Upload } from './upload-queue.ts';
import type { Uploads } from './use-uploads.ts';
import { sizeInWords } from './words.ts';

/** A row for each file, until the list is closed; a refused file says how to mend it. */
export function UploadList({ uploads, folder }: { uploads: Uploads; folder: string | null }) {
  const phone = useWidth() === 'phone';
  const [unfolded, setUnfolded] = useState(false);
  const { list } = uploads;
  if (list.length === 0) return null;
  const shown = phone && !unfolded ? list.filter((upload) => upload.state.kind === 'refused') : list;
  return (
    <section className={styles.box} aria-label="Uploads">
      <div className={styles.head}>
        <h2 className={styles.title}>{queueTitle(list, phone ? null : folder)}</h2>
        <span className={styles.quiet}>{queueInWords(list)}</span>
        {phone ? (
          <Button
            appearance="subtle"
            aria-label={unfolded ? 'Fold the uploads' : 'Show each upload'}
            aria-expanded={unfolded}
            icon={unfolded ? <ChevronUp20Regular /> : <ChevronDown20Regular />}
            onClick={() => setUnfolded(!unfolded)}
          />
        ) : null}
        <Tooltip content="Close the list; what is on the way goes on" relationship="label">
          <Button size="small" appearance="subtle" icon={<Dismiss16Regular />} onClick={uploads.close} />
        </Tooltip>
      </div>
      {phone && !list.every(isOver) ? <ProgressBar aria-label="All uploads" value={queueProgress(list)} /> : null}
      <ul>
        {shown.map((upload) => (
          <Row key={upload.key} upload={upload} uploads={uploads} />
        ))}
      </ul>
    </section>
  );
}

function Row({ upload, uploads }: { upload: Upload; uploads: Uploads }) {
  const { state } = upload;
  return (
    <li className={styles.row}>
      <span className={styles.glyph}>
        {state.kind === 'done' ? <Signal kind="ok" /> : null}
        {state.kind === 'refused' ? <Signal kind="bad" /> : null}
        {state.kind === 'cancelled' ? <SubtractCircle16Regular aria-hidden /> : null}
        {isOver(upload) ? null : <ArrowUpload16Regular aria-hidden className={styles.going} />}
      </span>
      <span className={styles.name} title={upload.fileName}>
        {upload.fileName}
      </span>
      <span className={styles.outcome}>
        <Outcome upload={upload} />
      </span>
      <span className={styles.act}>
        {isOver(upload) ? null : (
          <Button
            size="small"
            appearance="subtle"
            aria-label={`Cancel ${upload.fileName}`}
            onClick={() => uploads.cancel(upload.key)}
          >
            Cancel
          </Button>
        )}
        {state.kind === 'refused' ? <ReplaceButton upload={upload} onReplace={uploads.replace} /> : null}
      </span>
    </li>
  );
}

function Outcome({ upload: { state, size } }: { upload: Upload }) {
  switch (state.kind) {
    case 'waiting':
      return <span className={styles.quiet}>Waits for the one before</span>;
    case 'sending':
      return (
        <span className={styles.progress}>
          <ProgressBar aria-label="Upload" value={Math.min(1, state.sent / Math.max(1, size))} />
          <span className="nowrap tabular">
            {Math.min(100, Math.round((100 * state.sent) / Math.max(1, size)))}
            {'\u00a0% of '}
            {sizeInWords(size)}
          </span>
        </span>
      );
    case 'checking':
      return <Spinner size="extra-tiny" label="MEGDocs is reading the file" aria-label="MEGDocs is reading the file" />;
    case 'done':
      return (
        <>
          Draft {state.version} made as <Link to={fill(pages.document, { id: state.documentId })}>{state.number}</Link>
        </>
      );
    case 'refused':
      return (
        <>
          Not taken: {lowerFirst(state.message)} {state.remedy}
          {state.reference ? <span className={styles.reference}> Reference {state.reference}</span> : null}
        </>
      );
    case 'cancelled':
      return <span className={styles.quiet}>Cancelled; nothing of it was kept</span>;
  }
}

function ReplaceButton({ upload, onReplace }: { upload: Upload; onReplace: Uploads['replace'] }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button
        size="small"
        appearance="subtle"
        aria-label={`Replace file ${upload.fileName}`}
        onClick={() => input.current?.click()}
      >
        Replace file
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        aria-label={`File instead of ${upload.fileName}`}
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file) onReplace(upload.key, file);
        }}
      />
    </>
  );
}

/** A sentence after a colon; names and abbreviations keep their capitals. */
function lowerFirst(sentence: string): string {
  return /^[A-Z][a-z]*(\s|’|')/.test(sentence) && !/^(Word|Excel|PowerPoint|Microsoft|MEGDocs)\b/.test(sentence)
    ? sentence.charAt(0).toLowerCase() + sentence.slice(1)
    : sentence;
}
