import type { Clock } from './clock.ts';
import type { ItemRef } from './records.ts';
import type { Table } from './table.ts';

/** How long a lock outlives a tab that vanished without saying so. */
const MISSED_CLOSE_MINUTES = 30;

export interface Opening {
  itemId: string;
  userId: string;
  tabId: string;
  openedAt: number;
  /** No end: somebody opened it by a control call, and closes it by one. */
  until?: number;
}

/** Who has an item open in an Office app; while anybody has, Graph refuses to change it. */
export class Locks {
  readonly #openings: Table<Opening>;
  readonly #clock: Clock;
  readonly #lockMinutesAfterClose: number;

  constructor(openings: Table<Opening>, clock: Clock, lockMinutesAfterClose: number) {
    this.#openings = openings;
    this.#clock = clock;
    this.#lockMinutesAfterClose = lockMinutesAfterClose;
  }

  keepOpen(ref: ItemRef, userId: string, tabId: string, endless = false): void {
    const key = openingKey(ref, userId, tabId);
    const now = this.#clock.now().getTime();
    const openedAt = this.#openings.get(key)?.openedAt ?? now;
    const until = now + MISSED_CLOSE_MINUTES * 60_000;
    this.#openings.put(key, { itemId: ref.itemId, userId, tabId, openedAt, ...(endless ? {} : { until }) });
  }

  close(ref: ItemRef, userId: string, tabId: string): void {
    const key = openingKey(ref, userId, tabId);
    const opening = this.#openings.get(key);
    if (opening === undefined) return;
    const until = this.#clock.now().getTime() + this.#lockMinutesAfterClose * 60_000;
    if (this.#lockMinutesAfterClose === 0) this.#openings.delete(key);
    else this.#openings.put(key, { ...opening, until });
  }

  /** The editing session of that person, if they have the item open: their saves go into one version for a while. */
  editingSession(ref: ItemRef, userId: string): string | undefined {
    const opening = this.#living(ref).find((one) => one.userId === userId);
    return opening && `${opening.userId} ${opening.openedAt}`;
  }

  isLocked(ref: ItemRef): boolean {
    return this.#living(ref).length > 0;
  }

  #living(ref: ItemRef): Opening[] {
    const now = this.#clock.now().getTime();
    const living: Opening[] = [];
    for (const [key, opening] of this.#openings.entries()) {
      if (opening.until !== undefined && opening.until <= now) this.#openings.delete(key);
      else if (opening.itemId === ref.itemId) living.push(opening);
    }
    return living;
  }
}

function openingKey(ref: ItemRef, userId: string, tabId: string): string {
  return `${ref.itemId} ${userId} ${tabId}`;
}
