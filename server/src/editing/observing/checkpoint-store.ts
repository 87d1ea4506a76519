import type { InsertObject, Selectable } from 'kysely';
import { type Db, sqlNow, type Tx } from '../../platform/database.ts';
import type { EditCheckpointTable, NamedEditor, Schema } from '../../platform/schema.ts';

export type CheckpointRow = Selectable<EditCheckpointTable>;

export async function addObservation(
  q: Db | Tx,
  row: {
    id: string;
    institutionId: string;
    sessionId: string;
    tag: string;
    savedAt: Date;
    savedBy: NamedEditor | null;
  },
): Promise<void> {
  await q
    .insertInto('edit_observation')
    .values({
      id: row.id,
      institution_id: row.institutionId,
      session_id: row.sessionId,
      tag: row.tag,
      saved_at: row.savedAt,
      saved_by: row.savedBy && JSON.stringify(row.savedBy),
    })
    .execute();
}

/** The same for several sessions, by session. */
export async function observedEditorsOf(
  q: Db | Tx,
  sessionIds: readonly string[],
): Promise<Map<string, NamedEditor[]>> {
  if (sessionIds.length === 0) return new Map();
  const rows = await q
    .selectFrom('edit_observation')
    .select(['session_id', 'saved_by'])
    .where('session_id', 'in', sessionIds)
    .where('saved_by', 'is not', null)
    .orderBy('saved_at')
    .execute();
  const bySession = new Map<string, NamedEditor[]>();
  for (const { session_id: id, saved_by: editor } of rows)
    if (editor) bySession.set(id, [...(bySession.get(id) ?? []), editor]);
  return bySession;
}

/** Everybody who was ever seen as the last to save, in the order of their first save. */
export async function observedEditors(
  q: Db | Tx,
  sessionId: string,
): Promise<{ editor: NamedEditor; savedAt: Date }[]> {
  const rows = await q
    .selectFrom('edit_observation')
    .select(['saved_by', 'saved_at'])
    .where('session_id', '=', sessionId)
    .where('saved_by', 'is not', null)
    .orderBy('saved_at')
    .execute();
  return rows.flatMap((row) => (row.saved_by ? [{ editor: row.saved_by, savedAt: row.saved_at }] : []));
}

/** The same content twice is one checkpoint, as late as its last time. */
export async function addCheckpoint(q: Db | Tx, row: InsertObject<Schema, 'edit_checkpoint'>): Promise<CheckpointRow> {
  return q
    .insertInto('edit_checkpoint')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['session_id', 'sha256']).doUpdateSet({ tag: row.tag, editors: row.editors, made_at: sqlNow }),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function checkpointsOf(q: Db | Tx, sessionId: string): Promise<CheckpointRow[]> {
  return q
    .selectFrom('edit_checkpoint')
    .selectAll()
    .where('session_id', '=', sessionId)
    .orderBy('made_at', 'desc')
    .execute();
}

/** By session, the newest first. */
export async function checkpointsOfSessions(
  q: Db | Tx,
  sessionIds: readonly string[],
): Promise<Map<string, CheckpointRow[]>> {
  if (sessionIds.length === 0) return new Map();
  const rows = q.selectFrom('edit_checkpoint').selectAll().where('session_id', 'in', sessionIds);
  return Map.groupBy(await rows.orderBy('made_at', 'desc').execute(), (row) => row.session_id);
}

/** The content that was collected last, if it differs from what was uploaded. */
export async function checkpointWith(
  q: Db | Tx,
  sessionId: string,
  fingerprint: string,
): Promise<CheckpointRow | undefined> {
  return q
    .selectFrom('edit_checkpoint')
    .selectAll()
    .where('session_id', '=', sessionId)
    .where('fingerprint', '=', fingerprint)
    .orderBy('made_at', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** Says on a checkpoint why its content can't be a version. */
export async function explainCheckpoint(q: Db | Tx, id: string, reason: string): Promise<void> {
  await q.updateTable('edit_checkpoint').set({ reason }).where('id', '=', id).execute();
}

export async function findCheckpoint(q: Db | Tx, sessionId: string, id: string): Promise<CheckpointRow | undefined> {
  return q
    .selectFrom('edit_checkpoint')
    .selectAll()
    .where('session_id', '=', sessionId)
    .where('id', '=', id)
    .executeTakeFirst();
}
