import { DocxEditor, type DocxEditorRef } from '@eigenpal/docx-editor-react';
import { Plugin } from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';
import { type KeyboardEvent, type MouseEvent, useEffect, useMemo, useRef } from 'react';
import { type Content, sendClose, sendHeartbeat } from './api.ts';
import { offerAutomation } from './automation.ts';
import type { PageConfig } from './config.ts';
import { DocumentSaver, type SaveState } from './document-saver.ts';
import { watchSaves } from './watch-saves.ts';

const HEARTBEAT_MS = 30_000;
// A double click opens these for editing, and nothing typed there would be saved.
const OTHER_PARTS = '.layout-page-header, .layout-page-footer, .layout-footnote-area';

interface Props {
  config: PageConfig;
  content: Content;
  onSaveState(state: SaveState & { retry?: () => void }): void;
  onError(message: string): void;
}

export function WordDocument({ config, content, onSaveState, onError }: Props) {
  const editor = useRef<DocxEditorRef>(null);
  const saver = useRef<DocumentSaver>(undefined);
  const mayType = content.mode !== 'viewing';

  const plugins = useMemo(() => {
    const start = (view: EditorView) => {
      const report = (state: SaveState) => onSaveState({ ...state, retry: () => void saver.current?.save() });
      saver.current = new DocumentSaver(config, view, content.tag, report);
      offerAutomation(view);
    };
    return [watchDocument(start, () => mayType && saver.current?.noticeChange())];
  }, [config, content, mayType, onSaveState]);

  useEffect(() => (mayType ? keepOpen(config, () => saver.current) : undefined), [config, mayType]);
  useEffect(() => watchSaves(config, (tag) => saver.current?.noticeNewer(tag)), [config]);

  const noteComment = () => saver.current?.noteLoss('Comments made here are not saved.');

  const refuseOtherParts = (event: MouseEvent) => {
    if (event.detail < 2 || !isWithin(event, OTHER_PARTS)) return;
    event.stopPropagation();
    event.preventDefault();
    // What is typed next must not land in the text instead.
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    saver.current?.noteLoss('Headers, footers and notes cannot be changed here.');
  };
  // The editor's own "Save" hands out a copy that lacks what the editor does not know.
  const saveOurWay = (event: MouseEvent | KeyboardEvent) => {
    if (!isSaveCommand(event)) return;
    event.stopPropagation();
    event.preventDefault();
    void saver.current?.save();
  };

  return (
    <main
      className="document"
      onMouseDownCapture={refuseOtherParts}
      onMouseUpCapture={refuseOtherParts}
      onDoubleClickCapture={refuseOtherParts}
      onClickCapture={saveOurWay}
      onKeyDownCapture={saveOurWay}
    >
      <DocxEditor
        ref={editor}
        documentBuffer={content.bytes}
        mode={content.mode}
        readOnly={!mayType}
        author={config.author}
        renderLogo={() => null}
        showFileOpen={false}
        showHelpMenu={false}
        externalPlugins={plugins}
        onChange={() => saver.current?.noticeOtherChange()}
        onCommentAdd={noteComment}
        onCommentReply={noteComment}
        onCommentResolve={noteComment}
        onCommentDelete={noteComment}
        onError={(error) => onError(`The document could not be shown: ${error.message}`)}
        style={{ height: '100%' }}
      />
    </main>
  );
}

function isWithin(event: MouseEvent, selector: string): boolean {
  return event.target instanceof Element && event.target.closest(selector) !== null;
}

function isSaveCommand(event: MouseEvent | KeyboardEvent): boolean {
  if ('key' in event) return (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 's';
  const button = event.target instanceof Element ? event.target.closest('button, [role=menuitem]') : null;
  return /^Save\s*Ctrl/.test(button?.textContent ?? '');
}

function watchDocument(start: (view: EditorView) => void, notice: () => void): Plugin {
  return new Plugin({
    view(view) {
      start(view);
      return {
        update(current, previous) {
          if (current.state.doc !== previous.doc) notice();
        },
      };
    },
  });
}

// The lock of an open document lives from heartbeats and ends with the page.
function keepOpen(config: PageConfig, saver: () => DocumentSaver | undefined): () => void {
  const heartbeat = setInterval(() => void sendHeartbeat(config), HEARTBEAT_MS);
  const leave = () => {
    saver()?.flush();
    sendClose(config);
  };
  const comeBack = (event: PageTransitionEvent) => {
    if (event.persisted) void sendHeartbeat(config);
  };
  const saveNow = () => void saver()?.save();
  const hide = () => document.visibilityState === 'hidden' && void saver()?.save();
  const warn = (event: BeforeUnloadEvent) => {
    if (document.querySelector('[data-save-state=failed]')) event.preventDefault();
  };
  window.addEventListener('pagehide', leave);
  window.addEventListener('pageshow', comeBack);
  window.addEventListener('beforeunload', warn);
  window.addEventListener('online', saveNow);
  document.addEventListener('visibilitychange', hide);
  return () => {
    clearInterval(heartbeat);
    window.removeEventListener('pagehide', leave);
    window.removeEventListener('pageshow', comeBack);
    window.removeEventListener('beforeunload', warn);
    window.removeEventListener('online', saveNow);
    document.removeEventListener('visibilitychange', hide);
  };
}
