import type { Node } from 'prosemirror-model';
import type { SavedBlock } from './api.ts';
import { changedParagraphs, type KeyedNode, keyedNodes, nameNewPageBreaks } from './block-nodes.ts';

/** Writes a block in the editor's way. */
export type WriteBlock = (block: KeyedNode) => string;

export interface Changes {
  blocks: SavedBlock[];
  deleted: string[];
  isEmpty: boolean;
}

/** What has to be saved: all blocks in their order, the changed ones as XML. */
export function collectChanges(base: Node, now: Node, write: WriteBlock, shorten = true): Changes {
  nameNewPageBreaks(base, now);
  const before = keyedNodes(base);
  const old = new Map(before.map(({ key, node }) => [key, node]));
  const current = keyedNodes(now);
  const blocks = current.flatMap((block) => writeChange(old.get(block.key), block, write));
  const present = new Set(current.map(({ key }) => key));
  const deleted = before.map(({ key }) => key).filter((key) => !present.has(key));
  const sameOrder = before.length === current.length && before.every(({ key }, index) => key === current[index]?.key);
  return {
    blocks: shorten ? shortenRuns(blocks, before) : blocks,
    deleted,
    isEmpty: sameOrder && blocks.every(({ xml }) => xml === null),
  };
}

function writeChange(old: Node | undefined, { key, node }: KeyedNode, write: WriteBlock): SavedBlock[] {
  if (!old) return [{ key, xml: write({ key, node }) }];
  if (old === node || old.eq(node)) return [{ key, xml: null }];
  const changed = changedParagraphs(old, node);
  if (changed) {
    const edits = changed.map(([was, is]) => ({ key: is.key, xml: write(is), was: write(was) }));
    return node.type.name === 'paragraph' ? edits : [{ key, xml: null }, ...edits];
  }
  // The frame of a text box is part of a paragraph's drawing, which the editor cannot write back.
  if (node.type.name === 'textBox') return [{ key, xml: null }];
  return [{ key, xml: write({ key, node }), was: write({ key, node: old }) }];
}

// Long documents are mostly unchanged; a save on leaving the page must stay small.
function shortenRuns(blocks: SavedBlock[], before: KeyedNode[]): SavedBlock[] {
  // A run never reaches the last block: behind a table the editor invents it, and the server does not know it.
  const next = new Map(before.slice(0, -2).map(({ key }, index) => [key, before[index + 1]?.key]));
  const result: SavedBlock[] = [];
  for (const block of blocks) {
    const last = result.at(-1);
    if (block.xml === null && last?.xml === null && next.get(last.to ?? last.key) === block.key) last.to = block.key;
    else result.push({ ...block });
  }
  return result;
}
