import { describe, expect, it } from 'vitest';
import { nextUpload, queueInWords, queueProgress, queueTitle, type Upload, uploadQueue } from './upload-queue.ts';

const files = [
  { key: 'a', fileName: 'a.docx', size: 100 },
  { key: 'b', fileName: 'b.docx', size: 300 },
];
const start = uploadQueue([], { kind: 'added', files });
const change = (uploads: readonly Upload[], key: string, state: Upload['state']) =>
  uploadQueue(uploads, { kind: 'changed', key, state });
const refused = { kind: 'refused', message: 'It has a password', remedy: null, reference: null } as const;
const done = { kind: 'done', documentId: 'd', number: 'SOP-1', version: '0.1' } as const;

describe('the upload list', () => {
  it('sends one file at a time, in their order', () => {
    expect(nextUpload(start)?.key).toBe('a');
    const sending = change(start, 'a', { kind: 'sending', sent: 50 });
    expect(nextUpload(sending)).toBeUndefined();
    expect(nextUpload(change(sending, 'a', done))?.key).toBe('b');
  });

  it('does not wake a cancelled row by a late progress event', () => {
    const cancelled = change(start, 'a', { kind: 'cancelled' });
    expect(change(cancelled, 'a', { kind: 'sending', sent: 90 })[0]?.state.kind).toBe('cancelled');
  });

  it('goes on after a refusal, and takes another file in its place', () => {
    const after = change(start, 'a', refused);
    expect(nextUpload(after)?.key).toBe('b');
    const again = uploadQueue(after, { kind: 'replaced', key: 'a', fileName: 'a2.docx', size: 90 });
    expect(nextUpload(again)).toMatchObject({ key: 'a', fileName: 'a2.docx' });
  });

  it('counts in words and measures by bytes', () => {
    const both = change(change(start, 'a', done), 'b', { kind: 'sending', sent: 150 });
    expect(queueInWords(both)).toBe('1 done, 1 on the way');
    expect(queueProgress(both)).toBeCloseTo(0.625);
    expect(queueTitle(both, 'Clinical').replaceAll('\u00a0', ' ')).toBe('Uploading 2 files into Clinical');
  });

  it('keeps what is on its way when the list is closed', () => {
    const half = change(start, 'a', refused);
    expect(uploadQueue(half, { kind: 'closed' }).map((upload) => upload.key)).toEqual(['b']);
  });
});
