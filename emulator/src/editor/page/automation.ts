import { TextSelection } from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';

/** What a browser test may use: pages of a long document are painted only when they are in sight. */
interface WordForTests {
  /** The text of every paragraph, in order, also those out of sight. */
  paragraphs(): string[];
  /**
   * Puts the caret at the end of the first paragraph that contains `text` (without it: of the first paragraph that has
   * text, else the first) and the focus into the document. False when there is no such paragraph.
   */
  placeCaret(text?: string): boolean;
  /** The text of the caret's paragraph with `|` where the caret stands. */
  caret(): string;
}

declare global {
  interface Window {
    wordForTests?: WordForTests;
  }
}

export function offerAutomation(view: EditorView): void {
  window.wordForTests = {
    paragraphs: () => paragraphsOf(view).map(({ text }) => text),
    placeCaret: (text) => {
      const all = paragraphsOf(view);
      const place =
        text === undefined
          ? (all.find((paragraph) => paragraph.text.trim() !== '') ?? all[0])
          : all.find((paragraph) => paragraph.text.includes(text));
      if (!place) return false;
      view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, place.end)));
      view.focus();
      return true;
    },
    caret: () => {
      const { parent, parentOffset } = view.state.selection.$head;
      return `${parent.textBetween(0, parentOffset, '', '\ufffc')}|${parent.textBetween(parentOffset, parent.content.size, '', '\ufffc')}`;
    },
  };
  document.documentElement.dataset.editorReady = 'true';
}

function paragraphsOf(view: EditorView): { text: string; end: number }[] {
  const found: { text: string; end: number }[] = [];
  view.state.doc.descendants((node, at) => {
    if (node.type.name === 'paragraph') found.push({ text: node.textContent, end: at + node.nodeSize - 1 });
    return true;
  });
  return found;
}
