import type { Node, ResolvedPos } from 'prosemirror-model';
import { type EditorState, TextSelection, type Transaction } from 'prosemirror-state';

interface Place {
  key: string;
  offset: number;
  text: string;
}

/**
 * Remembers the caret as a place in the text of its paragraph. Mapping positions is not enough: where a paragraph is
 * read anew from the server the mapped caret would stand at one end of it.
 */
export function rememberCaret(state: EditorState): { restore(transaction: Transaction): void } {
  const { selection } = state;
  const [anchor, head] = [placeOf(selection.$anchor), placeOf(selection.$head)];
  return {
    restore: (transaction) => {
      if (!(selection instanceof TextSelection) || !anchor || !head) return;
      const [from, to] = [positionOf(transaction.doc, anchor), positionOf(transaction.doc, head)];
      if (from === undefined || to === undefined) return;
      transaction.setSelection(TextSelection.create(transaction.doc, from, to));
    },
  };
}

/** The key of the paragraph that the caret stands in. */
export function paragraphAtCaret(state: EditorState): string | undefined {
  return placeOf(state.selection.$head)?.key;
}

function placeOf(position: ResolvedPos): Place | undefined {
  for (let depth = position.depth; depth > 0; depth--) {
    const node = position.node(depth);
    if (node.type.name !== 'paragraph') continue;
    const key: unknown = node.attrs.paraId;
    if (typeof key !== 'string') return undefined;
    return { key, offset: position.pos - position.start(depth), text: plainText(node) };
  }
  return undefined;
}

function positionOf(doc: Node, place: Place): number | undefined {
  let found: number | undefined;
  doc.descendants((node, at) => {
    if (found !== undefined) return false;
    if (node.type.name === 'paragraph' && node.attrs.paraId === place.key)
      found = at + 1 + Math.min(moveOffset(place, plainText(node)), node.content.size);
    return found === undefined;
  });
  return found;
}

/** Where an offset in one text lies in the next: it keeps its distance to the end that did not change. */
function moveOffset({ offset, text }: Pick<Place, 'offset' | 'text'>, next: string): number {
  const shorter = Math.min(text.length, next.length);
  let prefix = 0;
  while (prefix < shorter && text[prefix] === next[prefix]) prefix++;
  if (offset <= prefix) return offset;
  let suffix = 0;
  while (suffix < shorter - prefix && text.at(-1 - suffix) === next.at(-1 - suffix)) suffix++;
  if (offset >= text.length - suffix) return next.length - (text.length - offset);
  return prefix;
}

// One character for each position, so that offsets in it are positions in the paragraph.
function plainText(paragraph: Node): string {
  let text = '';
  paragraph.forEach((node) => {
    text += node.isText ? node.text : '\ufffc'.repeat(node.nodeSize);
  });
  return text;
}
