import type { Node } from 'prosemirror-model';
import { changedParagraphs, type KeyedNode, keyOf } from './block-nodes.ts';

/** Parts that both sides changed. */
export interface StaleKeys {
  paragraphs: string[];
  blocks: string[];
}

interface MergedNode {
  node: Node;
  /** What the merged block is to be compared with, where that is not simply the newer version. */
  base?: Node;
}

/**
 * One block of which all sides have a version, or only this page and the newer one. The paragraph `held` counts as
 * changed here, whether it is or not.
 */
export function mergeNode(
  old: Node | undefined,
  own: Node,
  there: Node,
  key: string,
  stale: StaleKeys,
  held?: string,
): MergedNode {
  const kept = held === undefined ? undefined : paragraphIn(own, held);
  if (own.eq(there) || (old?.eq(own) && !kept)) return { node: there };
  if (old?.eq(there)) return { node: own };
  if (own.type.name === 'paragraph' && there.type.name === 'paragraph') {
    stale.paragraphs.push(key);
    return old ? { node: own, base: old } : { node: own };
  }
  const [mine, theirs] = old ? [changedParagraphs(old, own), changedParagraphs(old, there)] : [];
  if (mine && kept && !mine.some(([was]) => was.key === held)) mine.push([kept, kept]);
  if (!old || !mine || !theirs) {
    stale.blocks.push(key);
    return old ? { node: own, base: old } : { node: own };
  }
  const changedHere = new Set(mine.map(([was]) => was.key));
  const both = theirs.map(([was]) => was.key).filter((changed) => changedHere.has(changed));
  stale.paragraphs.push(...both);
  return {
    node: withParagraphs(there, new Map(mine.map(([, now]) => [now.key, now.node]))),
    base: withParagraphs(
      there,
      new Map(mine.flatMap(([was]) => (both.includes(was.key) ? [[was.key, was.node]] : []))),
    ),
  };
}

function paragraphIn(node: Node, key: string): KeyedNode | undefined {
  if (node.type.name === 'paragraph') return keyOf(node) === key ? { key, node } : undefined;
  for (const child of node.children) {
    const found = paragraphIn(child, key);
    if (found) return found;
  }
  return undefined;
}

function withParagraphs(node: Node, by: Map<string, Node>): Node {
  if (by.size === 0) return node;
  if (node.type.name === 'paragraph') return by.get(keyOf(node) ?? '') ?? node;
  if (node.isLeaf) return node;
  return node.type.create(
    node.attrs,
    node.children.map((child) => withParagraphs(child, by)),
    node.marks,
  );
}
