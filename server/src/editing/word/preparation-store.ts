import type { InsertObject, Selectable } from 'kysely';
import type { Db, Tx } from '../../platform/database.ts';
import type { EditPreparationTable, Schema } from '../../platform/schema.ts';

export type PreparationRow = Selectable<EditPreparationTable>;

export async function findPreparation(q: Db | Tx, sessionId: string): Promise<PreparationRow | undefined> {
  return q.selectFrom('edit_preparation').selectAll().where('session_id', '=', sessionId).executeTakeFirst();
}

/** What was decided once for a session stays: a second try must make the same bytes. */
export async function addPreparation(q: Db | Tx, row: InsertObject<Schema, 'edit_preparation'>): Promise<void> {
  await q
    .insertInto('edit_preparation')
    .values(row)
    .onConflict((conflict) => conflict.column('session_id').doNothing())
    .execute();
}

/** The copy is in OneDrive: what was uploaded need not be kept as well. */
export async function letPreparedGo(q: Db | Tx, sessionId: string): Promise<void> {
  await q
    .updateTable('edit_preparation')
    .set({ prepared_sha256: null })
    .where('session_id', '=', sessionId)
    .where('prepared_sha256', 'is not', null)
    .execute();
}
