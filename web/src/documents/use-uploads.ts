import { useCallback, useEffect, useReducer, useRef } from 'react';
import { sendFile } from './send-file.ts';
import { announcement, nextUpload, type UploadState, uploadQueue } from './upload-queue.ts';

export interface Uploads {
  list: ReturnType<typeof uploadQueue>;
  add: (files: readonly File[], addressFor: (fileName: string) => string) => void;
  cancel: (key: string) => void;
  replace: (key: string, file: File) => void;
  close: () => void;
}

interface Job {
  file: File;
  addressFor: (fileName: string) => string;
  abort: AbortController;
}

/** Sends files one after the other; `done` hears of each that was taken. */
export function useUploads(done: () => void, announce: (sentence: string) => void): Uploads {
  const [list, change] = useReducer(uploadQueue, []);
  const jobs = useRef(new Map<string, Job>());

  const add = useCallback((added: readonly File[], addressFor: Job['addressFor']) => {
    const rows = added.map((file) => ({ key: crypto.getRandomValues(new Uint32Array(2)).join('-'), file }));
    for (const { key, file } of rows) jobs.current.set(key, { file, addressFor, abort: new AbortController() });
    change({ kind: 'added', files: rows.map(({ key, file }) => ({ key, fileName: file.name, size: file.size })) });
  }, []);

  const next = nextUpload(list);
  const nextKey = next?.key;
  useEffect(() => {
    const job = nextKey ? jobs.current.get(nextKey) : undefined;
    if (!nextKey || !job) return;
    const report = (state: UploadState) => {
      change({ kind: 'changed', key: nextKey, state });
      const sentence = announcement({ key: nextKey, fileName: job.file.name, size: job.file.size, state });
      if (sentence) announce(sentence);
      if (state.kind === 'done') done();
    };
    void sendFile(job.addressFor(job.file.name), job.file, report, job.abort.signal);
  }, [nextKey, done, announce]);

  return {
    list,
    add,
    cancel: (key) => {
      jobs.current.get(key)?.abort.abort();
      change({ kind: 'changed', key, state: { kind: 'cancelled' } });
    },
    replace: (key, file) => {
      const addressFor = jobs.current.get(key)?.addressFor;
      if (!addressFor) return;
      jobs.current.set(key, { file, addressFor, abort: new AbortController() });
      change({ kind: 'replaced', key, fileName: file.name, size: file.size });
    },
    close: () => change({ kind: 'closed' }),
  };
}
