import type { InsertObject, Selectable, UpdateObject } from 'kysely';
import type { Db, Tx } from '../../platform/database.ts';
import type { FollowUpDraftTable, Schema } from '../../platform/schema.ts';

export type DraftRow = Selectable<FollowUpDraftTable>;

export async function waitingDraft(q: Db | Tx, sessionId: string): Promise<DraftRow | undefined> {
  return q
    .selectFrom('follow_up_draft')
    .selectAll()
    .where('session_id', '=', sessionId)
    .where('state', '=', 'waiting')
    .executeTakeFirst();
}

export async function addDraft(tx: Tx, row: InsertObject<Schema, 'follow_up_draft'>): Promise<void> {
  await tx.insertInto('follow_up_draft').values(row).execute();
}

/** Only a draft that still waits: false when somebody decided meanwhile. */
export async function changeWaitingDraft(
  q: Db | Tx,
  id: string,
  changes: UpdateObject<Schema, 'follow_up_draft'>,
): Promise<boolean> {
  const result = await q
    .updateTable('follow_up_draft')
    .set(changes)
    .where('id', '=', id)
    .where('state', '=', 'waiting')
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

export async function findDraft(q: Db | Tx, id: string): Promise<DraftRow | undefined> {
  return q.selectFrom('follow_up_draft').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function draftsOfDocument(q: Db | Tx, documentId: string): Promise<DraftRow[]> {
  return q
    .selectFrom('follow_up_draft')
    .selectAll()
    .where('document_id', '=', documentId)
    .orderBy('made_at', 'desc')
    .execute();
}

/** The late saves of sessions, by session, oldest first. */
export async function draftsOfSessions(q: Db | Tx, ids: readonly string[]): Promise<Map<string, DraftRow[]>> {
  if (ids.length === 0) return new Map();
  const drafts = q.selectFrom('follow_up_draft').selectAll().where('session_id', 'in', ids);
  return Map.groupBy(await drafts.orderBy('made_at').execute(), (row) => row.session_id);
}

export async function waitingDraftCounts(q: Db | Tx, documentIds: readonly string[]): Promise<Map<string, number>> {
  if (documentIds.length === 0) return new Map();
  const rows = await q
    .selectFrom('follow_up_draft')
    .select(['document_id', (eb) => eb.fn.countAll<number>().as('count')])
    .where('document_id', 'in', documentIds)
    .where('state', '=', 'waiting')
    .groupBy('document_id')
    .execute();
  return new Map(rows.map((row) => [row.document_id, row.count]));
}
