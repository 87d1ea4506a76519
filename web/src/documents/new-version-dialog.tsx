import { Button, Field, ProgressBar, Textarea } from '@fluentui/react-components';
import { type DocumentDetail, fill, routes } from '@megdocs/contract';
import { useRef, useState } from 'react';
import { announce } from '../ui/announce.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { Signal } from '../ui/status.tsx';
import styles from './new-version.module.css';
import { sendFile } from './send-file.ts';
import type { UploadState } from './upload-queue.ts';
import { sizeInWords } from './words.ts';

interface Props {
  document: DocumentDetail;
  onDone: () => void;
  onClose: () => void;
}

/** A next draft from a file of the person's own, with progress; refused in words where it can't be taken. */
export function NewVersionDialog({ document, onDone, onClose }: Props) {
  const [file, setFile] = useState<File | null>(null);
  const [comment, setComment] = useState('');
  const [state, setState] = useState<UploadState | null>(null);
  const abort = useRef<AbortController | null>(null);
  const going = state?.kind === 'sending' || state?.kind === 'checking';

  const upload = async () => {
    if (!file) return setState({ kind: 'refused', message: 'Choose a file first.', remedy: null, reference: null });
    abort.current = new AbortController();
    const search = new URLSearchParams({ fileName: file.name, ...(comment.trim() ? { comment: comment.trim() } : {}) });
    await sendFile(
      `${fill(routes.documentVersions, { id: document.id })}?${search}`,
      file,
      (next) => {
        setState(next.kind === 'cancelled' ? null : next);
        if (next.kind !== 'done') return;
        announce(`Version ${next.version} of ${document.number} is here`);
        onDone();
        onClose();
      },
      abort.current.signal,
    );
  };
  const close = () => {
    abort.current?.abort();
    onClose();
  };
  return (
    <Sheet
      open
      title={`Upload ${document.nextDraftVersion} of ${document.number}`}
      onClose={close}
      actions={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button appearance="primary" disabledFocusable={going} onClick={upload}>
            Upload {document.nextDraftVersion}
          </Button>
        </>
      }
    >
      <p>
        The file becomes draft {document.nextDraftVersion}; {document.version} stays in the history.
      </p>
      <Field label="File" required>
        <input
          type="file"
          aria-label="File"
          className={styles.file}
          accept=".docx,.xlsx,.pptx,.pdf"
          onChange={(event) => setFile(event.target.files?.[0] ?? null)}
        />
      </Field>
      <Field label="What changed">
        <Textarea value={comment} rows={3} maxLength={2000} onChange={(_, data) => setComment(data.value)} />
      </Field>
      {file && state?.kind === 'sending' ? (
        <div className={styles.progress}>
          <ProgressBar aria-label={`Uploading ${file.name}`} value={state.sent / Math.max(1, file.size)} />
          {Math.round((100 * state.sent) / Math.max(1, file.size))}
          {'\u00a0% of '}
          {sizeInWords(file.size)}
        </div>
      ) : null}
      {state?.kind === 'checking' ? <p role="status">All of it is there; MEGDocs is reading the file…</p> : null}
      {state?.kind === 'refused' ? (
        <p role="alert" className={styles.refused}>
          <Signal kind="bad" />
          <span>
            {state.message} {state.remedy}
          </span>
        </p>
      ) : null}
    </Sheet>
  );
}
