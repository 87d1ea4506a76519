import { Fragment, type Node } from 'prosemirror-model';
import type { EditorView } from 'prosemirror-view';
import { mergeOrder } from '../merging/merge-order.ts';
import { type KeyedNode, keyedNodes, keyOf } from './block-nodes.ts';
import { rememberCaret } from './caret.ts';
import { mergeNode, type StaleKeys } from './merge-node.ts';
import { replaceNode } from './replace-node.ts';

/** What the page's changes are compared with from now on, and which parts of it are older than the rest. */
export interface NewBase {
  doc: Node;
  stale: StaleKeys;
}

/**
 * Brings a newer version into the page without touching what was typed here since `base`. Paragraphs changed on one
 * side only are taken from that side. Those changed on both stay as they are here, and stay compared with what they are
 * based on: the server, which gets to know of it, keeps the other text. So does `held`, the paragraph that is being typed
 * in: another's text under the caret would take the next keys into itself.
 */
export function mergeNewer(view: EditorView, base: Node, newer: Node, held?: string): NewBase {
  const here = view.state.doc;
  const [olds, owns, news] = [byKey(base), byKey(here), byKey(newer)];
  const stale: StaleKeys = { paragraphs: [], blocks: [] };
  const target: KeyedNode[] = [];
  const bases = new Map<string, Node>();
  const invented = inventedParagraph(here, newer);
  for (const key of mergeOrder([...olds.keys()], [...owns.keys()], [...news.keys()])) {
    const [old, own, there] = [olds.get(key), owns.get(key), news.get(key)];
    if (!there) {
      // New or changed here; anything else was deleted elsewhere.
      if (own && !old?.eq(own) && key !== invented?.key) target.push({ key, node: own });
    } else if (!own) {
      if (!old?.eq(there)) target.push({ key, node: there });
    } else {
      const { node, base: since } = mergeNode(old, own, there, key, stale, held);
      target.push({ key, node });
      if (since) bases.set(key, since);
    }
  }
  if (invented) target.push(invented);
  applyBlocksTo(view, target);
  return { doc: withBases(newer, bases, invented), stale };
}

// Behind a table at the end the editor shows an empty paragraph that no file has: it stays, and is not saved.
function inventedParagraph(here: Node, newer: Node): KeyedNode | undefined {
  const node = here.lastChild;
  const key = node && keyOf(node);
  if (!key || node.type.name !== 'paragraph' || node.content.size > 0) return undefined;
  const { lastChild } = newer;
  return lastChild && (lastChild.type.name === 'table' || !keyOf(lastChild)) ? { key, node } : undefined;
}

function withBases(newer: Node, bases: Map<string, Node>, last: KeyedNode | undefined): Node {
  if (bases.size === 0 && !last) return newer;
  const children = newer.children.map((node) => bases.get(keyOf(node) ?? '') ?? node);
  return newer.copy(Fragment.from(last ? [...children, last.node] : children));
}

function applyBlocksTo(view: EditorView, target: KeyedNode[]): void {
  const { state } = view;
  const here = state.doc;
  const transaction = state.tr.setMeta('addToHistory', false).setMeta('suggestionModeBypass', true);
  const byTarget = new Map(target.map((block, index) => [block.key, { ...block, index }]));
  // From the bottom up, so that positions above stay right.
  const places: (KeyedNode & { at: number })[] = [];
  here.forEach((node, at) => {
    const key = keyOf(node);
    if (key) places.push({ key, node, at });
  });
  let below = target.length;
  let end = here.content.size;
  for (const { key, node, at } of places.reverse()) {
    const match = byTarget.get(key);
    if (!match || match.index >= below) {
      transaction.delete(at, at + node.nodeSize);
      continue;
    }
    const after = target.slice(match.index + 1, below).map((block) => block.node);
    if (after.length > 0) transaction.insert(at + node.nodeSize, after);
    replaceNode(transaction, at, node, match.node);
    below = match.index;
    end = at;
  }
  const first = target.slice(0, below).map((block) => block.node);
  if (first.length > 0) transaction.insert(Math.min(end, places.at(-1)?.at ?? 0), first);
  if (!transaction.docChanged) return;
  rememberCaret(state).restore(transaction);
  // Setting a selection drops the format chosen for the next key.
  if (state.storedMarks) transaction.setStoredMarks(state.storedMarks);
  view.dispatch(transaction);
}

function byKey(doc: Node): Map<string, Node> {
  return new Map(keyedNodes(doc).map(({ key, node }) => [key, node]));
}
