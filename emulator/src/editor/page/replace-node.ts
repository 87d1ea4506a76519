import type { Node } from 'prosemirror-model';
import type { Transaction } from 'prosemirror-state';

/** Makes `old`, which stands at `at`, into `next` by the least change, so that positions around it stay meaningful. */
export function replaceNode(transaction: Transaction, at: number, old: Node, next: Node): void {
  if (old === next || old.eq(next)) return;
  if (old.type !== next.type || old.isLeaf || (!old.inlineContent && old.childCount !== next.childCount)) {
    transaction.replaceWith(at, at + old.nodeSize, next);
    return;
  }
  if (old.inlineContent) replaceText(transaction, at, old, next);
  else replaceChildren(transaction, at, old, next);
  if (!old.sameMarkup(next)) transaction.setNodeMarkup(at, null, next.attrs, next.marks);
}

function replaceChildren(transaction: Transaction, at: number, old: Node, next: Node): void {
  let end = at + old.nodeSize - 1;
  for (let index = old.childCount - 1; index >= 0; index--) {
    const child = old.child(index);
    end -= child.nodeSize;
    replaceNode(transaction, end, child, next.child(index));
  }
}

function replaceText(transaction: Transaction, at: number, old: Node, next: Node): void {
  const start = old.content.findDiffStart(next.content);
  const end = old.content.findDiffEnd(next.content);
  if (start !== null && end) {
    // In repeated text both ends can claim the same characters.
    const overlap = Math.max(0, start - Math.min(end.a, end.b));
    const slice = next.slice(start, end.b + overlap);
    transaction.replace(at + 1 + start, at + 1 + end.a + overlap, slice);
  }
}
