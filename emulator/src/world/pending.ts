import type { Version } from './records.ts';
import { type Journal, Table } from './table.ts';

/** Something that happens to an item by itself a little later; it is done at the first look after that time. */
export type PendingEffect =
  | { kind: 'rewrite'; itemId: string; dueAt: number; contentId: string }
  | { kind: 'save'; itemId: string; dueAt: number; version: Version; cTagNumber: number };

/** What is still to happen, found by item and by time without looking at all of it. */
export class PendingEffects extends Table<PendingEffect> {
  readonly #byItem = new Map<string, Set<string>>();
  /** A binary heap by time; what was deleted since is skipped when it comes up. */
  readonly #heap: { id: string; dueAt: number }[] = [];

  constructor(journal: Journal) {
    super('pending', journal);
    for (const [id, effect] of this.entries()) this.#note(id, effect);
  }

  override put(id: string, effect: PendingEffect): PendingEffect {
    this.#note(id, effect);
    return super.put(id, effect);
  }

  override delete(id: string): void {
    const effect = this.get(id);
    if (effect !== undefined) {
      const ofItem = this.#byItem.get(effect.itemId);
      ofItem?.delete(id);
      if (ofItem?.size === 0) this.#byItem.delete(effect.itemId);
    }
    super.delete(id);
  }

  idsOf(itemId: string): string[] {
    return [...(this.#byItem.get(itemId) ?? [])];
  }

  /** The earliest that has fallen due by then. */
  nextDue(now: number): [string, PendingEffect] | undefined {
    for (let first = this.#heap[0]; first !== undefined && first.dueAt <= now; first = this.#heap[0]) {
      const effect = this.get(first.id);
      if (effect !== undefined) return [first.id, effect];
      this.#dropFirst();
    }
    return undefined;
  }

  #note(id: string, effect: PendingEffect): void {
    this.#byItem.set(effect.itemId, (this.#byItem.get(effect.itemId) ?? new Set()).add(id));
    const heap = this.#heap;
    heap.push({ id, dueAt: effect.dueAt });
    for (let at = heap.length - 1; at > 0 && this.#isBefore(at, (at - 1) >> 1); at = (at - 1) >> 1) {
      this.#swap(at, (at - 1) >> 1);
    }
  }

  #dropFirst(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      const smaller = this.#isBefore(right, left) ? right : left;
      if (!this.#isBefore(smaller, at)) return;
      this.#swap(at, smaller);
      at = smaller;
    }
  }

  #isBefore(a: number, b: number): boolean {
    return (this.#heap[a]?.dueAt ?? Number.POSITIVE_INFINITY) < (this.#heap[b]?.dueAt ?? Number.POSITIVE_INFINITY);
  }

  #swap(a: number, b: number): void {
    const [one, other] = [this.#heap[a], this.#heap[b]];
    if (one === undefined || other === undefined) return;
    this.#heap[a] = other;
    this.#heap[b] = one;
  }
}
