import { countInWords } from './words.ts';

export type UploadState =
  | { kind: 'waiting' }
  | { kind: 'sending'; sent: number }
  /** All bytes are there; the server reads the file before it takes it. */
  | { kind: 'checking' }
  | { kind: 'done'; documentId: string; number: string; version: string }
  | { kind: 'refused'; message: string; remedy: string | null; reference: string | null }
  | { kind: 'cancelled' };

export interface Upload {
  key: string;
  fileName: string;
  size: number;
  state: UploadState;
}

export type UploadEvent =
  | { kind: 'added'; files: readonly { key: string; fileName: string; size: number }[] }
  | { kind: 'changed'; key: string; state: UploadState }
  | { kind: 'replaced'; key: string; fileName: string; size: number }
  | { kind: 'closed' };

/** The rows of the upload list. What came to an end stays so: a late progress event of a cancelled request counts for nothing. */
export function uploadQueue(uploads: readonly Upload[], event: UploadEvent): readonly Upload[] {
  switch (event.kind) {
    case 'added':
      return [...uploads, ...event.files.map((file): Upload => ({ ...file, state: { kind: 'waiting' } }))];
    case 'changed':
      return uploads.map((upload) =>
        upload.key === event.key && !isOver(upload) ? { ...upload, state: event.state } : upload,
      );
    case 'replaced':
      return uploads.map((upload) =>
        upload.key === event.key
          ? { ...upload, fileName: event.fileName, size: event.size, state: { kind: 'waiting' } }
          : upload,
      );
    case 'closed':
      return uploads.filter((upload) => !isOver(upload));
  }
}

/** The next file to send: one at a time, so that the first of ten is there soon. */
export function nextUpload(uploads: readonly Upload[]): Upload | undefined {
  if (uploads.some((upload) => upload.state.kind === 'sending' || upload.state.kind === 'checking')) return undefined;
  return uploads.find((upload) => upload.state.kind === 'waiting');
}

export function isOver(upload: Upload): boolean {
  return upload.state.kind === 'done' || upload.state.kind === 'refused' || upload.state.kind === 'cancelled';
}

/** "1 done, 1 on its way, 1 refused" */
export function queueInWords(uploads: readonly Upload[]): string {
  const count = (test: (upload: Upload) => boolean) => uploads.filter(test).length;
  const parts = [
    [count((upload) => upload.state.kind === 'done'), 'done'],
    [count((upload) => !isOver(upload)), 'on the way'],
    [count((upload) => upload.state.kind === 'refused'), 'refused'],
    [count((upload) => upload.state.kind === 'cancelled'), 'cancelled'],
  ] as const;
  return parts
    .filter(([number]) => number > 0)
    .map(([number, word]) => `${number} ${word}`)
    .join(', ');
}

export function queueTitle(uploads: readonly Upload[], folder: string | null): string {
  const files = countInWords(uploads.length, 'file');
  const where = folder ? ` into ${folder}` : '';
  return uploads.every(isOver) ? `Uploaded ${files}${where}` : `Uploading ${files}${where}`;
}

/** From 0 to 1 over all files that are not refused or cancelled, for the one bar of a phone. */
export function queueProgress(uploads: readonly Upload[]): number {
  let all = 0;
  let sent = 0;
  for (const { size, state } of uploads) {
    if (state.kind === 'refused' || state.kind === 'cancelled') continue;
    all += size;
    if (state.kind === 'done' || state.kind === 'checking') sent += size;
    if (state.kind === 'sending') sent += Math.min(state.sent, size);
  }
  return all === 0 ? 1 : sent / all;
}

/** What a screen reader hears when a row comes to its end. */
export function announcement(upload: Upload): string | null {
  const { state } = upload;
  if (state.kind === 'done') return `${upload.fileName}: draft ${state.version} made as ${state.number}`;
  if (state.kind === 'refused') return `${upload.fileName} was not taken: ${state.message}`;
  return null;
}
