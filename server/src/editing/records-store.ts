import { type InsertObject, type Selectable, sql, type UpdateObject } from 'kysely';
import { type Db, sqlNow, type Tx } from '../platform/database.ts';
import type {
  CheckInOrderTable,
  CleanUpTable,
  EditCheckpointTable,
  FollowUpDraftTable,
  NamedEditor,
  Schema,
} from '../platform/schema.ts';
import { LeaseLost, type SessionRow } from './store.ts';

export type CheckpointRow = Selectable<EditCheckpointTable>;
export type OrderRow = Selectable<CheckInOrderTable>;
export type DraftRow = Selectable<FollowUpDraftTable>;
export type CleanUpRow = Selectable<CleanUpTable>;

// ---- what Microsoft showed

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

// ---- checkpoints

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

export async function checkpointCounts(q: Db | Tx, sessionIds: readonly string[]): Promise<Map<string, number>> {
  if (sessionIds.length === 0) return new Map();
  const rows = await q
    .selectFrom('edit_checkpoint')
    .select(['session_id', (eb) => eb.fn.countAll<number>().as('count')])
    .where('session_id', 'in', sessionIds)
    .groupBy('session_id')
    .execute();
  return new Map(rows.map((row) => [row.session_id, row.count]));
}

// ---- check-in orders

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

type Wish = Pick<UpdateObject<Schema, 'check_in_order'>, 'summary' | 'send_to_review' | 'anyway'>;

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

export async function finishOrder(q: Db | Tx, id: string, outcome: Record<string, unknown>): Promise<void> {
  await q
    .updateTable('check_in_order')
    .set({ outcome: JSON.stringify(outcome), finished_at: sqlNow })
    .where('id', '=', id)
    .execute();
}

// ---- follow-up drafts

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

export async function draftsOfSession(q: Db | Tx, sessionId: string): Promise<DraftRow[]> {
  return q.selectFrom('follow_up_draft').selectAll().where('session_id', '=', sessionId).orderBy('made_at').execute();
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

// ---- clean-ups; whoever changes one holds the session's lease, and what is finished stays so

export async function addCleanUp(tx: Tx, sessionId: string, institutionId: string): Promise<void> {
  await tx.insertInto('clean_up').values({ session_id: sessionId, institution_id: institutionId }).execute();
}

export async function findCleanUp(q: Db | Tx, sessionId: string): Promise<CleanUpRow | undefined> {
  return q.selectFrom('clean_up').selectAll().where('session_id', '=', sessionId).executeTakeFirst();
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
      and i.connected_at > c.finished_at`.execute(db);
}
