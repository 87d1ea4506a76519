import type { Content } from './api.ts';
import type { PageConfig } from './config.ts';
import type { SaveState } from './document-saver.ts';

interface Props {
  config: PageConfig;
  /** The newest name of the file. */
  name: string;
  content: Content | undefined;
  saveState: SaveState & { retry?: () => void };
}

export function TopBar({ config, name, content, saveState }: Props) {
  return (
    <header className="top-bar">
      <div className="top-line">
        <span className="app-mark" aria-hidden="true">
          W
        </span>
        <h1 title={name}>{name}</h1>
        {content && content.mode !== 'viewing' && <SaveStatus saveState={saveState} />}
        {content?.mode === 'viewing' && <span className="save-status">Read only</span>}
        <span className="who" title={config.account}>
          {config.author} <span className="account">({config.account})</span>
        </span>
        <span className="emulator-mark">Emulator</span>
      </div>
      {content?.readOnlyBecause && (
        <p className="notice" role="note">
          {content.readOnlyBecause} Typing is switched off.
        </p>
      )}
      {content?.mode === 'suggesting' && (
        <p className="notice" role="note">
          Changes in this document are tracked: what you type is marked as your suggestion.
        </p>
      )}
      {saveState.kind === 'failed' && (
        <p className="notice problem" role="alert">
          {saveState.message}{' '}
          <button type="button" onClick={saveState.retry}>
            Try again
          </button>
        </p>
      )}
      {saveState.lost.length > 0 && (
        <p className="notice problem" role="alert">
          {saveState.lost.join(' ')} This emulator's Word saves text, formatting, tables, pictures, links, comments,
          headers and footers.
        </p>
      )}
    </header>
  );
}

function SaveStatus({ saveState }: { saveState: SaveState }) {
  const words = { saved: 'Saved', saving: 'Saving…', failed: 'Couldn’t save' }[saveState.kind];
  return (
    <span className="save-status" role="status" aria-live="polite" data-save-state={saveState.kind}>
      {words}
    </span>
  );
}
