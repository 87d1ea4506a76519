import { type Insertable, type Selectable, sql } from 'kysely';
import { type Db, secondsFromNow, sqlNow, type Tx } from '../../platform/database.ts';
import type { Schema } from '../../platform/schema.ts';
import type { HeldAccount } from './held-account.ts';

type Table = Schema['pending_authorization'];
export type PendingRow = Selectable<Table>;

/** So many flows a person may have open at once. */
export const OPEN_LIMIT = 20;
const FLOW_LIFE_SECONDS = 600;
const HELD_SECONDS = 600;
const NOTHING_HELD = {
  held_account: null,
  sealed_held_access_token: null,
  sealed_held_refresh_token: null,
  held_until: null,
};
/** A flow ends ten minutes after its start at the latest, and its outcome is kept ten minutes more. */
const KEPT_SECONDS = FLOW_LIFE_SECONDS + 600;

export async function insertPending(tx: Tx, row: Omit<Insertable<Table>, 'expires_at'>): Promise<void> {
  await tx
    .insertInto('pending_authorization')
    .values({ ...row, expires_at: secondsFromNow(FLOW_LIFE_SECONDS) })
    .execute();
}

/** The oldest ones go, so that a new one has room among the `limit` that a person may have open. */
export async function makeRoom(tx: Tx, personId: string, limit: number): Promise<void> {
  await tx
    .deleteFrom('pending_authorization')
    .where('id', 'in', (from) =>
      from
        .selectFrom('pending_authorization')
        .select('id')
        .where('person_id', '=', personId)
        .where('state', '=', 'open')
        .orderBy('created_at', 'desc')
        .offset(limit - 1),
    )
    .execute();
}

export function findPendingByState(db: Db, stateHash: Uint8Array): Promise<PendingRow | undefined> {
  return db.selectFrom('pending_authorization').selectAll().where('state_hash', '=', stateHash).executeTakeFirst();
}

export function findPending(db: Db, id: string): Promise<PendingRow | undefined> {
  return db.selectFrom('pending_authorization').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Who claims it redeems the code, alone; undefined when somebody did already, or its time is over. */
export function claimPending(db: Db, id: string): Promise<PendingRow | undefined> {
  return db
    .updateTable('pending_authorization')
    .set({ state: 'claimed', claimed_at: sqlNow })
    .where('id', '=', id)
    .where('state', '=', 'open')
    .where('expires_at', '>', sqlNow)
    .returningAll()
    .executeTakeFirst();
}

/** Stores how it ended; the sealed values have served. False when it was settled before. */
export async function settlePending(q: Db | Tx, id: string, outcome: object): Promise<boolean> {
  const settled = await q
    .updateTable('pending_authorization')
    .set({
      state: 'done',
      outcome: JSON.stringify(outcome),
      sealed_verifier: new Uint8Array(),
      sealed_nonce: new Uint8Array(),
    })
    .where('id', '=', id)
    .where('state', '!=', 'done')
    .executeTakeFirst();
  return settled.numUpdatedRows === 1n;
}

interface Held {
  account: HeldAccount;
  accessToken: Uint8Array;
  refreshToken: Uint8Array | null;
}

/** Ends the flow with a question. The tokens lie here until it is answered, ten minutes at most. */
export async function keepHeld(tx: Tx, id: string, outcome: object, held: Held): Promise<void> {
  await settlePending(tx, id, outcome);
  // A person has one question before them: an older one is answered by this one.
  await tx
    .updateTable('pending_authorization')
    .set(NOTHING_HELD)
    .where('person_id', '=', (from) =>
      from.selectFrom('pending_authorization').select('person_id').where('id', '=', id),
    )
    .execute();
  await tx
    .updateTable('pending_authorization')
    .set({
      held_account: JSON.stringify(held.account),
      sealed_held_access_token: held.accessToken,
      sealed_held_refresh_token: held.refreshToken,
      held_until: secondsFromNow(HELD_SECONDS),
    })
    .where('id', '=', id)
    .execute();
}

export type HeldRow = PendingRow & { held_for_seconds: number };

/** A question that is still open, locked until its answer is stored. */
export function lockHeld(tx: Tx, id: string): Promise<HeldRow | undefined> {
  return openQuestions(tx).where('id', '=', id).forUpdate().executeTakeFirst();
}

export function findHeldOf(q: Db | Tx, personId: string): Promise<HeldRow | undefined> {
  return openQuestions(q).where('person_id', '=', personId).limit(1).executeTakeFirst();
}

function openQuestions(q: Db | Tx) {
  return q
    .selectFrom('pending_authorization')
    .selectAll()
    .select(
      sql<number>`extract(epoch from app_now() - held_until)::double precision + ${HELD_SECONDS}::double precision`.as(
        'held_for_seconds',
      ),
    )
    .where('held_until', '>', sqlNow);
}

/** The answer is given: nothing of the account stays but what the outcome says. */
export async function answerHeld(tx: Tx, id: string, outcome: object): Promise<void> {
  await tx
    .updateTable('pending_authorization')
    .set({ ...NOTHING_HELD, outcome: JSON.stringify(outcome) })
    .where('id', '=', id)
    .execute();
}

/** Whoever disconnects wants no account of theirs kept, an unconfirmed one included. */
export async function dropHeldOf(q: Db | Tx, personId: string): Promise<void> {
  await q.updateTable('pending_authorization').set(NOTHING_HELD).where('person_id', '=', personId).execute();
}

export async function removePendingOf(tx: Tx, personId: string): Promise<void> {
  await tx.deleteFrom('pending_authorization').where('person_id', '=', personId).execute();
}

/** What nobody answered in time. */
export async function eraseUnanswered(db: Db): Promise<void> {
  await db.updateTable('pending_authorization').set(NOTHING_HELD).where('held_until', '<=', sqlNow).execute();
}

/** Whether the process that claimed it so long ago can't be working on it any more. */
export async function isClaimStale(db: Db, id: string, seconds: number): Promise<boolean> {
  const found = await db
    .selectFrom('pending_authorization')
    .select(sql<boolean>`claimed_at < app_now() - make_interval(secs => ${seconds}::double precision)`.as('stale'))
    .where('id', '=', id)
    .executeTakeFirst();
  return found?.stale ?? false;
}

export async function purgePending(db: Db): Promise<void> {
  await db
    .deleteFrom('pending_authorization')
    .where(sql<boolean>`created_at < app_now() - make_interval(secs => ${KEPT_SECONDS}::double precision)`)
    .where(sql<boolean>`(held_until is null or held_until <= app_now())`)
    .execute();
}

/** Whether the trail has a failure of this person's under that reference. */
export async function hasFailedUnder(db: Db, personId: string, reference: string): Promise<boolean> {
  const row = await db
    .selectFrom('audit_entry')
    .select('id')
    .where('person_id', '=', personId)
    .where('kind', '=', 'microsoft_connect_failed')
    .where(sql<string>`detail ->> 'reference'`, '=', reference)
    .executeTakeFirst();
  return row !== undefined;
}
