import { type Selectable, sql, type UpdateObject } from 'kysely';
import { type Db, sqlNow, type Tx } from '../../platform/database.ts';
import type { CleanUpTable, Schema } from '../../platform/schema.ts';
import { LeaseLost, type SessionRow } from '../store.ts';

// Whoever changes one holds the session's lease. What is finished stays so, but for a copy that is taken up again.

export type CleanUpRow = Selectable<CleanUpTable>;

export async function addCleanUp(tx: Tx, sessionId: string, institutionId: string): Promise<void> {
  await tx.insertInto('clean_up').values({ session_id: sessionId, institution_id: institutionId }).execute();
}

export async function findCleanUp(q: Db | Tx, sessionId: string): Promise<CleanUpRow | undefined> {
  return q.selectFrom('clean_up').selectAll().where('session_id', '=', sessionId).executeTakeFirst();
}

export async function cleanUpsOf(q: Db | Tx, sessionIds: readonly string[]): Promise<Map<string, CleanUpRow>> {
  if (sessionIds.length === 0) return new Map();
  const rows = await q.selectFrom('clean_up').selectAll().where('session_id', 'in', sessionIds).execute();
  return new Map(rows.map((row) => [row.session_id, row]));
}

/** Fenced like the session itself. Throws `LeaseLost` when somebody else holds it, or it is finished. */
export async function changeCleanUp(
  q: Db | Tx,
  held: SessionRow,
  changes: UpdateObject<Schema, 'clean_up'>,
): Promise<void> {
  const result = await q
    .updateTable('clean_up')
    .set(changes)
    .where('session_id', '=', held.id)
    .where('state', 'not in', ['done', 'left-behind'])
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('edit_session')
          .select('id')
          .where('id', '=', held.id)
          .where('revision', '=', held.revision)
          .where('lease_owner', '=', held.lease_owner)
          .where('lease_until', '>', sqlNow),
      ),
    )
    .executeTakeFirst();
  if (result.numUpdatedRows === 0n) throw new LeaseLost(held.id);
}

/** What was left behind is taken up again when its account was connected once more. */
export async function takeUpLeftBehind(db: Db): Promise<void> {
  await sql`update clean_up c set state = 'watching', next_look_at = app_now(), started_at = app_now(),
      finished_at = null, problem = null, failures = 0, quiet_seconds = 0, looked_at = null
    from edit_session s join oauth2_integration i on i.id = s.integration_id
    where s.id = c.session_id and c.state = 'left-behind' and i.status = 'connected'
      and i.granted_at > c.finished_at`.execute(db);
}
