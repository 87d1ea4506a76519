import { type Selectable, sql } from 'kysely';
import type { Db, Tx } from '../../platform/database.ts';
import type { EditTakeOverTable } from '../../platform/schema.ts';

type TakeOverRow = Selectable<EditTakeOverTable>;

export async function addTakeOver(tx: Tx, row: Omit<TakeOverRow, 'at'>): Promise<void> {
  await tx.insertInto('edit_take_over').values(row).execute();
}

/** How a session came from another one, if it did. */
export async function findTakeOver(q: Db | Tx, sessionId: string): Promise<TakeOverRow | undefined> {
  return q.selectFrom('edit_take_over').selectAll().where('session_id', '=', sessionId).executeTakeFirst();
}

/** Whoever was seen to save there counts as an editor here. */
export async function copyObservations(tx: Tx, fromSessionId: string, sessionId: string): Promise<void> {
  await sql`insert into edit_observation (id, institution_id, session_id, tag, saved_at, saved_by, seen_at)
    select gen_random_uuid(), institution_id, ${sessionId}::uuid, tag, saved_at, saved_by, seen_at
    from edit_observation where session_id = ${fromSessionId}`.execute(tx);
}
