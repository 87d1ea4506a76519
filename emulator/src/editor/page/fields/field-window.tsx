import './fields.css';
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import { Refused, sendClose, sendHeartbeat } from '../api.ts';
import type { PageConfig } from '../config.ts';
import { fetchFields } from './field-api.ts';
import { FieldSaver, type SaveState, type Shown } from './field-saver.ts';
import { FieldTopBar } from './field-top-bar.tsx';

const HEARTBEAT_MS = 30_000;

/** The open file, as the pages of the single programs get it. */
export interface OpenFile<View, Value> extends Shown<View, Value> {
  mayType: boolean;
  change(key: string, value: Value): void;
  note(words: string): void;
}

interface Props<View, Value> {
  config: PageConfig;
  nameField(key: string, view: View): string;
  children(file: OpenFile<View, Value>): ReactNode;
}

type Opening = 'opening' | 'open' | { failed: string };

export function FieldWindow<View extends { readOnlyBecause?: string }, Value>(props: Props<View, Value>) {
  const { config, nameField, children } = props;
  const saver = useRef<FieldSaver<View, Value>>(undefined);
  const [opening, setOpening] = useState<Opening>('opening');
  const [attempt, setAttempt] = useState(0);
  const [shown, setShown] = useState<Shown<View, Value>>();
  const [state, setState] = useState<SaveState>({ kind: 'saved' });
  const [notes, setNotes] = useState<string[]>([]);
  const note = useCallback((words: string) => setNotes((all) => [...all.filter((one) => one !== words), words]), []);
  const change = useCallback((key: string, value: Value) => saver.current?.change(key, value), []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt reads the content again
  useEffect(() => {
    let isCurrent = true;
    setOpening('opening');
    fetchFields<View>(config).then(
      ({ tag, mayWrite, view }) => {
        if (!isCurrent || !view) return;
        const reports = { onShown: setShown, onState: setState, onNote: note, nameField };
        saver.current = new FieldSaver<View, Value>(config, { tag, mayWrite, view }, reports);
        setShown({ view, mayWrite, values: new Map() });
        setOpening('open');
      },
      (error) => isCurrent && setOpening({ failed: wordsFor(error) }),
    );
    return () => {
      isCurrent = false;
      saver.current?.stop();
    };
  }, [config, attempt]);

  const isOpen = opening === 'open' && shown !== undefined;
  const mayType = isOpen && shown.mayWrite && shown.view.readOnlyBecause === undefined;
  useEffect(() => (mayType ? keepOpen(config, () => saver.current) : undefined), [config, mayType]);
  const reason = isOpen && !mayType ? (shown.view.readOnlyBecause ?? 'You can read this file but not change it.') : '';
  return (
    <div className="fields">
      <FieldTopBar
        config={config}
        readOnlyBecause={reason}
        state={mayType ? state : undefined}
        notes={notes}
        onRetry={() => void saver.current?.save()}
        onRead={() => setNotes([])}
      />
      {opening === 'opening' && (
        <p className="opening" role="status">
          Opening {config.name}…
        </p>
      )}
      {typeof opening === 'object' && (
        <main className="opening" role="alert">
          <p>{opening.failed}</p>
          <button type="button" onClick={() => setAttempt(attempt + 1)}>
            Try again
          </button>
        </main>
      )}
      {isOpen && children({ ...shown, mayType, change, note })}
    </div>
  );
}

function wordsFor(error: unknown): string {
  return error instanceof Refused ? error.message : 'The file could not be fetched: the server cannot be reached.';
}

// The lock of an open file lives from heartbeats and ends with the page.
function keepOpen(
  config: PageConfig,
  saver: () => Pick<FieldSaver<unknown, unknown>, 'flush' | 'save' | 'look'> | undefined,
): () => void {
  void sendHeartbeat(config);
  const heartbeat = setInterval(() => void sendHeartbeat(config), HEARTBEAT_MS);
  const leave = () => {
    saver()?.flush();
    sendClose(config);
  };
  const comeBack = (event: PageTransitionEvent) => {
    if (event.persisted) void sendHeartbeat(config);
  };
  const hide = () => void (document.visibilityState === 'hidden' ? saver()?.save() : saver()?.look());
  const warn = (event: BeforeUnloadEvent) => {
    if (document.querySelector('[data-save-state=failed]')) event.preventDefault();
  };
  window.addEventListener('pagehide', leave);
  window.addEventListener('pageshow', comeBack);
  window.addEventListener('beforeunload', warn);
  document.addEventListener('visibilitychange', hide);
  return () => {
    clearInterval(heartbeat);
    window.removeEventListener('pagehide', leave);
    window.removeEventListener('pageshow', comeBack);
    window.removeEventListener('beforeunload', warn);
    document.removeEventListener('visibilitychange', hide);
  };
}
