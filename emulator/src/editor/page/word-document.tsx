import type { Comment } from '@eigenpal/docx-editor-core/types/content';
import type { Document } from '@eigenpal/docx-editor-core/types/document';
import { DocxEditor, type DocxEditorRef } from '@eigenpal/docx-editor-react';
import { type EditorState, Plugin } from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';
import { type KeyboardEvent, type MouseEvent, useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import type { Content } from './api.ts';
import { offerAutomation } from './automation.ts';
import { CommentBook, isRealComment } from './comment-book.ts';
import type { PageConfig } from './config.ts';
import { describeSetUp } from './describe-set-up.ts';
import { DocumentSaver, type SaveState } from './document-saver.ts';
import { DocumentStories, type SideViews } from './document-stories.ts';
import { keepOpen } from './keep-open.ts';
import { commentsOf } from './read-document.ts';
import { watchSaves } from './watch-saves.ts';

const NOTES = '.layout-footnote-area';

interface Props {
  config: PageConfig;
  content: Content;
  /** The content as the editor reads it. */
  document: Document;
  onSaveState(state: SaveState & { retry?: () => void }): void;
  onName(name: string): void;
  onError(message: string): void;
}

export function WordDocument({ config, content, document, onSaveState, onName, onError }: Props) {
  const editor = useRef<DocxEditorRef>(null);
  const saver = useRef<DocumentSaver>(undefined);
  const stories = useRef<DocumentStories>(undefined);
  const mayType = content.mode !== 'viewing';
  const book = useMemo(() => new CommentBook(commentsOf(document).filter(isRealComment)), [document]);
  const comments = useSyncExternalStore(book.subscribe, book.shown);

  const plugins = useMemo(() => {
    const notice = () => mayType && saver.current?.noticeChange();
    const side: SideViews = {
      find: () => editor.current?.getEditorRef()?.getHfPmViews() ?? new Map(),
      watch: (view) =>
        view.updateState(
          withPlugin(
            view,
            watchDocument(() => undefined, notice),
          ),
        ),
    };
    const start = (view: EditorView) => {
      const report = (state: SaveState) => onSaveState({ ...state, retry: () => void saver.current?.save() });
      stories.current = new DocumentStories(content.tag, view, side, book);
      saver.current = new DocumentSaver(config, view.state.schema, stories.current, report);
      offerAutomation(view);
    };
    return [watchDocument(start, notice)];
  }, [config, content, book, mayType, onSaveState]);

  useEffect(() => (mayType ? keepOpen(config, () => saver.current) : undefined), [config, mayType]);
  useEffect(() => watchSaves(config, (tag) => saver.current?.noticeNewer(tag), onName), [config, onName]);

  const setUp = useMemo(() => describeSetUp(document), [document]);
  const noticeSetUp = (changed: Document) => {
    stories.current?.discover();
    if (describeSetUp(changed) !== setUp) saver.current?.noteLoss('A change of the page set-up was not saved.');
    if (stories.current?.isAnyGone) saver.current?.noteLoss('Taking a header or footer away was not saved.');
  };
  const noticeComments = (shown: Comment[]) => {
    book.show(shown);
    saver.current?.noticeChange();
  };

  const refuseNotes = (event: MouseEvent) => {
    if (event.detail < 2 || !isWithin(event, NOTES)) return;
    event.stopPropagation();
    event.preventDefault();
    // What is typed next must not land in the text instead.
    if (globalThis.document.activeElement instanceof HTMLElement) globalThis.document.activeElement.blur();
    saver.current?.noteLoss('Notes cannot be changed here.');
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
      onMouseDownCapture={refuseNotes}
      onMouseUpCapture={refuseNotes}
      onDoubleClickCapture={refuseNotes}
      onFocusCapture={() => stories.current?.discover()}
      onClickCapture={saveOurWay}
      onKeyDownCapture={saveOurWay}
    >
      <DocxEditor
        ref={editor}
        document={document}
        mode={content.mode}
        readOnly={!mayType}
        colorMode="system"
        author={config.author}
        renderLogo={() => null}
        showFileOpen={false}
        showHelpMenu={false}
        externalPlugins={plugins}
        comments={comments}
        onCommentsChange={noticeComments}
        onEditorViewReady={() => stories.current?.discover()}
        onChange={noticeSetUp}
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

function withPlugin({ state }: EditorView, plugin: Plugin): EditorState {
  return state.reconfigure({ plugins: [...state.plugins, plugin] });
}
