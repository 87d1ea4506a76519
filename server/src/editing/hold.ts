import { setTimeout as wait } from 'node:timers/promises';
import { type Db, inTransaction, type Tx } from '../platform/database.ts';
import { Failure } from '../platform/failures.ts';
import { workingOn } from './log/working-on.ts';
import type { EditingRoom } from './room.ts';
import {
  changeSession,
  claimSession,
  LeaseLost,
  releaseSession,
  renewLease,
  type SessionChanges,
  type SessionRow,
} from './store.ts';
import { CLAIM_WAIT_SECONDS, LEASE_RENEWAL_SECONDS, LEASE_SECONDS, REQUEST_SECONDS } from './timing.ts';

/** A session that this process alone may change, for as long as the lease lives. */
export class HeldSession {
  row: SessionRow;
  readonly #claimedAt: number;
  readonly #claimedTick = performance.now();

  constructor(row: SessionRow) {
    this.row = row;
    this.#claimedAt = (row.lease_until?.getTime() ?? 0) - LEASE_SECONDS * 1000;
  }

  /** By the database's clock, as the lease showed it: the clocks of two machines differ. */
  now(): Date {
    return new Date(this.#claimedAt + performance.now() - this.#claimedTick);
  }

  secondsSince(earlier: Date): number {
    return (this.now().getTime() - earlier.getTime()) / 1000;
  }

  /** Fenced; throws `LeaseLost`. */
  async change(q: Db | Tx, changes: SessionChanges): Promise<void> {
    this.row = await changeSession(q, this.row, changes);
  }

  /** A transaction in which the session may change: what is rolled back there is rolled back here. */
  async inTransaction<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
    const before = this.row;
    try {
      return await inTransaction(db, (tx) => {
        this.row = before;
        return work(tx);
      });
    } catch (error) {
      this.row = before;
      throw error;
    }
  }
}

export type Turn<T> = { held: true; result: T } | { held: false };

/** Holds the session while `work` runs, unless somebody else holds it. */
export async function tryHolding<T>(
  room: EditingRoom,
  sessionId: string,
  work: (held: HeldSession) => Promise<T>,
): Promise<Turn<T>> {
  const owner = room.random.uuid();
  const row = await claimSession(room.db, sessionId, owner);
  if (!row) return { held: false };
  // A renewal that fails is no fault by itself: if the lease is really gone, the next fenced write says so.
  const renewal = setInterval(
    () => renewLease(room.db, sessionId, owner).catch(() => {}),
    LEASE_RENEWAL_SECONDS * 1000,
  );
  try {
    return { held: true, result: await workingOn(sessionId, () => work(new HeldSession(row))) };
  } finally {
    clearInterval(renewal);
    await releaseSession(room.db, sessionId, owner);
  }
}

/**
 * The same for a request, which waits for its turn: a sweeper's look takes a moment. Nobody waits longer than
 * `patienceSeconds`: then the work goes on by itself, and the request is answered with 503 `connection_busy`.
 */
export async function holding<T>(
  room: EditingRoom,
  sessionId: string,
  work: (held: HeldSession) => Promise<T>,
  patienceSeconds = REQUEST_SECONDS,
): Promise<T> {
  const tooLong = Promise.withResolvers<never>();
  let answered = false;
  const timer = setTimeout(() => {
    answered = true;
    tooLong.reject(sessionBusy());
  }, patienceSeconds * 1000);
  const turn = inTurn(room, sessionId, work).catch((error: unknown) => {
    if (answered) room.log.warn({ err: error, session: sessionId }, 'what a request had begun did not end well');
    throw error;
  });
  try {
    return await Promise.race([turn, tooLong.promise]);
  } finally {
    clearTimeout(timer);
  }
}

async function inTurn<T>(room: EditingRoom, sessionId: string, work: (held: HeldSession) => Promise<T>): Promise<T> {
  const deadline = performance.now() + CLAIM_WAIT_SECONDS * 1000;
  for (;;) {
    const turn = await tryHolding(room, sessionId, work).catch((error: unknown) => {
      throw error instanceof LeaseLost ? sessionBusy() : error;
    });
    if (turn.held) return turn.result;
    if (performance.now() > deadline) throw sessionBusy();
    await wait(100);
  }
}

export function isBusy(error: unknown): boolean {
  return error instanceof Failure && error.code === 'connection_busy';
}

function sessionBusy(): Failure {
  return new Failure(503, 'connection_busy', 'MEGDocs is just fetching this document from Microsoft 365.', {
    remedy: 'Try again in a few seconds. Nothing is lost.',
    retryAfterSeconds: 5,
  });
}
