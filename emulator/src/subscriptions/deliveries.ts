import type { Clock } from '../world/clock.ts';
import { type Journal, Table } from '../world/table.ts';
import { postNotification } from './call-receiver.ts';
import type { Delivery } from './records.ts';

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 10 * 60_000;
const GIVE_UP_MS = 4 * 60 * 60_000;

/** What became of the notifications of one subscription since the start. */
export interface DeliveryCounts {
  delivered: number;
  /** Attempts that were refused, cut off, or not answered at all. */
  failed: number;
  /** Attempts that were not answered in time. */
  slow: number;
  /** Notifications given up after four hours. */
  dropped: number;
}

/**
 * Notifications on their way. Each waits in the journal until its receiver took it, so that one may come twice but none
 * is lost by a restart. Waiting times follow the emulator's clock.
 */
export class Deliveries {
  readonly #table: Table<Delivery>;
  readonly #clock: Clock;
  readonly #counts = new Map<string, DeliveryCounts>();
  /** Those being sent right now, each with the one that has to follow it, if something changed meanwhile. */
  readonly #sending = new Map<string, Delivery | undefined>();
  #ended = new AbortController();

  constructor(journal: Journal, clock: Clock) {
    this.#table = new Table('deliveries', journal);
    this.#clock = clock;
  }

  get isEmpty(): boolean {
    return this.#table.size === 0;
  }

  /** One that waits under the same id already says all that there is to say. */
  queue(order: Pick<Delivery, 'id' | 'subscriptionId' | 'url' | 'body'>): void {
    const now = this.#clock.now().getTime();
    const delivery: Delivery = { ...order, since: now, attempts: 0, dueAt: now };
    if (this.#sending.has(order.id)) this.#sending.set(order.id, delivery);
    else if (this.#table.get(order.id) === undefined) this.#table.put(order.id, delivery);
  }

  sendDue(): void {
    const now = this.#clock.now().getTime();
    for (const delivery of [...this.#table.values()]) {
      if (delivery.dueAt <= now && !this.#sending.has(delivery.id)) void this.#send(delivery);
    }
  }

  forget(subscriptionId: string): void {
    for (const [id, delivery] of [...this.#table.entries()]) {
      if (delivery.subscriptionId === subscriptionId) this.#table.delete(id);
    }
  }

  waiting(subscriptionId: string): number {
    return [...this.#table.values()].filter((one) => one.subscriptionId === subscriptionId).length;
  }

  counts(subscriptionId: string): DeliveryCounts {
    return this.#counts.get(subscriptionId) ?? { delivered: 0, failed: 0, slow: 0, dropped: 0 };
  }

  /** Cuts what is being sent; it is still there at the next start. */
  stop(): void {
    this.#ended.abort();
    this.#ended = new AbortController();
  }

  clear(): void {
    this.stop();
    this.#table.clear();
    this.#sending.clear();
    this.#counts.clear();
  }

  async #send(delivery: Delivery): Promise<void> {
    const { signal } = this.#ended;
    this.#sending.set(delivery.id, undefined);
    const outcome = await postNotification(delivery.url, delivery.body, signal);
    if (signal.aborted) return;
    const next = this.#sending.get(delivery.id);
    this.#sending.delete(delivery.id);
    if (this.#table.get(delivery.id) !== delivery) return;
    this.#count(delivery, outcome === 'accepted' ? 'delivered' : outcome);
    if (outcome !== 'accepted') return this.#tryLater(delivery);
    if (next === undefined) this.#table.delete(delivery.id);
    else this.#table.put(next.id, next);
  }

  #tryLater(delivery: Delivery): void {
    const now = this.#clock.now().getTime();
    if (now - delivery.since >= GIVE_UP_MS) {
      this.#count(delivery, 'dropped');
      this.#table.delete(delivery.id);
      return;
    }
    const waitMs = Math.min(FIRST_RETRY_MS * 2 ** delivery.attempts, LONGEST_RETRY_MS);
    this.#table.put(delivery.id, { ...delivery, attempts: delivery.attempts + 1, dueAt: now + waitMs });
  }

  #count({ subscriptionId }: Delivery, what: keyof DeliveryCounts): void {
    const counts = this.counts(subscriptionId);
    this.#counts.set(subscriptionId, { ...counts, [what]: counts[what] + 1 });
  }
}
