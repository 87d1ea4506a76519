import type { InsertObject, Selectable, UpdateObject } from 'kysely';
import { type Db, sqlNow, type Tx } from '../../platform/database.ts';
import type { CheckInOrderTable, Schema } from '../../platform/schema.ts';

export type OrderRow = Selectable<CheckInOrderTable>;

export async function addOrder(tx: Tx, row: InsertObject<Schema, 'check_in_order'>): Promise<OrderRow> {
  return tx.insertInto('check_in_order').values(row).returningAll().executeTakeFirstOrThrow();
}

export async function findOrder(q: Db | Tx, sessionId: string, key: string): Promise<OrderRow | undefined> {
  return q
    .selectFrom('check_in_order')
    .selectAll()
    .where('session_id', '=', sessionId)
    .where('idempotency_key', '=', key)
    .executeTakeFirst();
}

export async function runningOrder(q: Db | Tx, sessionId: string): Promise<OrderRow | undefined> {
  return q
    .selectFrom('check_in_order')
    .selectAll()
    .where('session_id', '=', sessionId)
    .where('finished_at', 'is', null)
    .executeTakeFirst();
}

export async function lastFinishedOrder(
  q: Db | Tx,
  sessionId: string,
  personId: string,
): Promise<OrderRow | undefined> {
  return q
    .selectFrom('check_in_order')
    .selectAll()
    .where('session_id', '=', sessionId)
    .where('person_id', '=', personId)
    .where('finished_at', 'is not', null)
    .orderBy('finished_at', 'desc')
    .limit(1)
    .executeTakeFirst();
}

type Wish = Pick<UpdateObject<Schema, 'check_in_order'>, 'summary' | 'send_to_review' | 'anyway' | 'go_on'>;

/** What has ended is never changed. */
export async function changeRunningOrder(q: Db | Tx, id: string, wish: Wish): Promise<void> {
  await q.updateTable('check_in_order').set(wish).where('id', '=', id).where('finished_at', 'is', null).execute();
}

/** An order that failed because Microsoft could not be reached is given once more. */
export async function reopenOrder(tx: Tx, id: string, wish: Wish): Promise<OrderRow> {
  return tx
    .updateTable('check_in_order')
    .set({ ...wish, outcome: null, finished_at: null, ordered_at: sqlNow })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** `holdsSavesUntil`: the last save that the version holds, by Microsoft's clock. */
export async function finishOrder(
  q: Db | Tx,
  id: string,
  outcome: Record<string, unknown>,
  holdsSavesUntil: Date | null = null,
): Promise<void> {
  await q
    .updateTable('check_in_order')
    .set({ outcome: JSON.stringify(outcome), finished_at: sqlNow, holds_saves_until: holdsSavesUntil })
    .where('id', '=', id)
    .execute();
}

/** The last save that a version of this session holds already; undefined before its first version. */
export async function lastSaveInVersion(q: Db | Tx, sessionId: string): Promise<Date | undefined> {
  const row = await q
    .selectFrom('check_in_order')
    .select((of) => of.fn.max('holds_saves_until').as('until'))
    .where('session_id', '=', sessionId)
    .executeTakeFirst();
  return row?.until ?? undefined;
}
