import type { PageConfig } from '../config.ts';
import type { SaveState } from './field-saver.ts';

interface Props {
  config: PageConfig;
  readOnlyBecause: string;
  /** Undefined when the file cannot be changed. */
  state: SaveState | undefined;
  notes: string[];
  onRetry(): void;
  onRead(): void;
}

const WORDS = { saved: 'Saved', saving: 'Saving…', failed: 'Not saved' };

export function FieldTopBar({ config, readOnlyBecause, state, notes, onRetry, onRead }: Props) {
  return (
    <header className="top-bar">
      <div className={`top-line of-${config.kind}`}>
        <span className="app-mark" aria-hidden="true">
          {config.kind === 'excel' ? 'X' : 'P'}
        </span>
        <h1>{config.name}</h1>
        {state && (
          <span className="save-status" role="status" aria-live="polite" data-save-state={state.kind}>
            {WORDS[state.kind]}
          </span>
        )}
        {readOnlyBecause !== '' && <span className="save-status">Read only</span>}
        <span className="who" title={config.account}>
          {config.author} <span className="account">({config.account})</span>
        </span>
        <span className="emulator-mark">Emulator</span>
      </div>
      {readOnlyBecause !== '' && (
        <p className="notice" role="note">
          {readOnlyBecause} Typing is switched off.
        </p>
      )}
      {state?.kind === 'failed' && (
        <p className="notice problem" role="alert">
          {state.message}{' '}
          <button type="button" onClick={onRetry}>
            Try again
          </button>
        </p>
      )}
      {notes.length > 0 && (
        <p className="notice problem" role="alert">
          {notes.join(' ')}{' '}
          <button type="button" onClick={onRead}>
            Close
          </button>
        </p>
      )}
    </header>
  );
}
