import { parseDocx } from '@eigenpal/docx-editor-core/docx';
import { toProseDoc } from '@eigenpal/docx-editor-core/prosemirror/conversion';
import type { Node, Schema } from 'prosemirror-model';
import type { EditorView } from 'prosemirror-view';
import { type KeyedNode, keyedNodes, keyOf } from './block-nodes.ts';

export async function readDocument(bytes: ArrayBuffer, schema: Schema): Promise<Node> {
  const parsed = await parseDocx(bytes);
  const doc = toProseDoc(parsed, { styles: parsed.package.styles });
  return doc.type.schema === schema ? doc : schema.nodeFromJSON(doc.toJSON());
}

/**
 * Brings a newer version into the page without losing what was typed here since `base`. Paragraphs changed on one side
 * only are taken from that side. Where both changed one, the words typed here stay, and the other text follows in a
 * paragraph of its own.
 */
export function mergeNewer(view: EditorView, base: Node, newer: Node): void {
  const here = view.state.doc;
  const merged = mergeBlocks(byKey(base), keyedNodes(newer), keyedNodes(here), here.type.schema);
  const transaction = view.state.tr.setMeta('addToHistory', false).setMeta('suggestionModeBypass', true);
  const target = new Map(merged.map((block, index) => [block.key, { ...block, index }]));
  // From the bottom up, so that positions above stay right.
  const places: (KeyedNode & { at: number })[] = [];
  here.forEach((node, at) => {
    const key = keyOf(node);
    if (key) places.push({ key, node, at });
  });
  let below = merged.length;
  let end = here.content.size;
  for (const { key, node, at } of places.reverse()) {
    const match = target.get(key);
    if (!match || match.index >= below) {
      transaction.delete(at, at + node.nodeSize);
      continue;
    }
    const after = merged.slice(match.index + 1, below).map((block) => block.node);
    if (after.length > 0) transaction.insert(at + node.nodeSize, after);
    if (!match.node.eq(node)) transaction.replaceWith(at, at + node.nodeSize, match.node);
    below = match.index;
    end = at;
  }
  const first = merged.slice(0, below).map((block) => block.node);
  if (first.length > 0) transaction.insert(Math.min(end, places.at(-1)?.at ?? 0), first);
  view.dispatch(transaction);
}

function mergeBlocks(base: Map<string, Node>, newer: KeyedNode[], here: KeyedNode[], schema: Schema): KeyedNode[] {
  const ours = new Map(here.map(({ key, node }) => [key, node]));
  const merged: KeyedNode[] = [];
  for (const { key, node } of newer) {
    const [old, own] = [base.get(key), ours.get(key)];
    const changedThere = !old?.eq(node);
    if (!own) {
      if (!old || changedThere) merged.push({ key, node });
    } else if (!old?.eq(own)) {
      merged.push({ key, node: own });
      if (changedThere && node.textContent !== own.textContent) merged.push(otherText(node, schema));
    } else merged.push({ key, node });
  }
  return addOwnBlocks(base, merged, here);
}

// Blocks that exist here alone: new ones, and changed ones that were deleted elsewhere.
function addOwnBlocks(base: Map<string, Node>, merged: KeyedNode[], here: KeyedNode[]): KeyedNode[] {
  const present = new Set(merged.map(({ key }) => key));
  let previous: string | undefined;
  for (const block of here) {
    if (!present.has(block.key) && !base.get(block.key)?.eq(block.node)) {
      const at = merged.findIndex(({ key }) => key === previous);
      merged.splice(at + 1, 0, block);
      present.add(block.key);
    }
    if (present.has(block.key)) previous = block.key;
  }
  return merged;
}

function otherText(node: Node, schema: Schema): KeyedNode {
  const text = schema.text(`[Saved meanwhile in another window: ${node.textContent || 'an empty paragraph'}]`);
  // The editor gives the paragraph its id.
  return { key: '', node: schema.node('paragraph', null, [text]) };
}

function byKey(doc: Node): Map<string, Node> {
  return new Map(keyedNodes(doc).map(({ key, node }) => [key, node]));
}
