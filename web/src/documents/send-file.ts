import { uploaded } from '@megdocs/contract';
import { failureFrom } from '../ui/api.ts';
import type { UploadState } from './upload-queue.ts';

/** What a request that never reached the server says. */
const UNREACHABLE = {
  kind: 'refused',
  message: 'The connection broke off before all of it was there.',
  remedy: 'Nothing was kept. Check the network, then upload again.',
  reference: null,
} as const satisfies UploadState;

/**
 * Sends one file as the body of a request and reports what becomes of it; `fetch` can't tell how much has left.
 * Aborting the signal ends the request, and the server keeps nothing of it.
 */
export function sendFile(
  address: string,
  file: Blob,
  report: (state: UploadState) => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const end = (state: UploadState) => {
      report(state);
      resolve();
    };
    request.open('POST', address);
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.setRequestHeader('Accept', 'application/json');
    request.upload.onprogress = (event) => report({ kind: 'sending', sent: event.loaded });
    request.upload.onload = () => report({ kind: 'checking' });
    request.onload = () => end(outcome(request.status, request.responseText));
    request.onerror = () => end(UNREACHABLE);
    request.onabort = () => end({ kind: 'cancelled' });
    signal.addEventListener('abort', () => request.abort(), { once: true });
    report({ kind: 'sending', sent: 0 });
    request.send(file);
  });
}

/** The row's last state, from the server's answer. */
export function outcome(status: number, text: string): UploadState {
  if (status >= 200 && status < 300) {
    const taken = uploaded.safeParse(jsonOrNothing(text));
    if (taken.success) {
      return { kind: 'done', documentId: taken.data.id, number: taken.data.number, version: taken.data.version };
    }
  }
  const { message, remedy, reference } = failureFrom(status, text);
  return { kind: 'refused', message, remedy: remedy ?? null, reference: reference || null };
}

function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
