import type { EditSessionState } from '@megdocs/contract';
import { type InsertObject, type Selectable, sql, type UpdateObject } from 'kysely';
import { type Db, secondsFromNow, sqlNow, type Tx } from '../platform/database.ts';
import type { EditSessionTable, Schema } from '../platform/schema.ts';
import { assertMove, OPEN_STATES } from './states.ts';
import { LEASE_SECONDS } from './timing.ts';

export type SessionRow = Selectable<EditSessionTable>;
/** Values, or SQL that makes them (`app_now()`). */
export type SessionChanges = UpdateObject<Schema, 'edit_session'> & { state?: EditSessionState };

/** Somebody else holds the session now, or it went on without us: whoever wakes late stops here. */
export class LeaseLost extends Error {
  constructor(sessionId: string) {
    super(`The edit session ${sessionId} is held by somebody else, or went on meanwhile`);
    this.name = 'LeaseLost';
  }
}

export async function insertSession(tx: Tx, row: InsertObject<Schema, 'edit_session'>): Promise<SessionRow> {
  return tx.insertInto('edit_session').values(row).returningAll().executeTakeFirstOrThrow();
}

export async function findSession(q: Db | Tx, id: string): Promise<SessionRow | undefined> {
  return q.selectFrom('edit_session').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function findByKey(q: Db | Tx, starterId: string, key: string): Promise<SessionRow | undefined> {
  return q
    .selectFrom('edit_session')
    .selectAll()
    .where('starter_id', '=', starterId)
    .where('idempotency_key', '=', key)
    .executeTakeFirst();
}

export async function findOpenSession(q: Db | Tx, documentId: string): Promise<SessionRow | undefined> {
  return q
    .selectFrom('edit_session')
    .selectAll()
    .where('document_id', '=', documentId)
    .where('state', 'in', OPEN_STATES)
    .executeTakeFirst();
}

/** Takes the lease if nobody holds it. */
export async function claimSession(db: Db, id: string, owner: string): Promise<SessionRow | undefined> {
  return db
    .updateTable('edit_session')
    .set({ lease_owner: owner, lease_until: secondsFromNow(LEASE_SECONDS) })
    .where('id', '=', id)
    .where((eb) => eb.or([eb('lease_until', 'is', null), eb('lease_until', '<', sqlNow)]))
    .returningAll()
    .executeTakeFirst();
}

export async function renewLease(db: Db, id: string, owner: string): Promise<void> {
  await db
    .updateTable('edit_session')
    .set({ lease_until: secondsFromNow(LEASE_SECONDS) })
    .where('id', '=', id)
    .where('lease_owner', '=', owner)
    .where('lease_until', '>', sqlNow)
    .execute();
}

export async function releaseSession(db: Db, id: string, owner: string): Promise<void> {
  await db
    .updateTable('edit_session')
    .set({ lease_owner: null, lease_until: null })
    .where('id', '=', id)
    .where('lease_owner', '=', owner)
    .execute();
}

/** The one way to change a session: fenced on state, revision and lease. Throws `LeaseLost` when any has moved on. */
export async function changeSession(q: Db | Tx, held: SessionRow, changes: SessionChanges): Promise<SessionRow> {
  if (changes.state && changes.state !== held.state) assertMove(held.state, changes.state);
  const row = await q
    .updateTable('edit_session')
    .set({ ...changes, revision: held.revision + 1 })
    .where('id', '=', held.id)
    .where('state', '=', held.state)
    .where('revision', '=', held.revision)
    .where('lease_owner', '=', held.lease_owner)
    .where('lease_until', '>', sqlNow)
    .returningAll()
    .executeTakeFirst();
  if (!row) throw new LeaseLost(held.id);
  return row;
}

/** Sessions and clean-ups whose time has come, or whose item changed, and that nobody holds, the longest waiting first. */
export async function dueSessions(db: Db, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id, min(next_look_at) from (
      select id, next_look_at, lease_until from edit_session
        where state in ('starting', 'active', 'checking-in', 'needs-a-decision') and next_look_at <= app_now()
      union all
      select s.id, c.next_look_at, s.lease_until from clean_up c join edit_session s on s.id = c.session_id
        where c.state in ('pending', 'watching', 'deleting') and c.next_look_at <= app_now()
      union all
      select s.id, s.last_seen_at, s.lease_until from told_session t join edit_session s on s.id = t.session_id
        where t.told > t.seen and s.state in ('active', 'needs-a-decision')) due
    where lease_until is null or lease_until < app_now()
    group by id order by 2 limit ${limit}`.execute(db);
  return rows.map((row) => row.id);
}

export async function isCopyHeld(q: Db | Tx, driveId: string, itemId: string, except: string): Promise<boolean> {
  const row = await q
    .selectFrom('edit_session')
    .select('id')
    .where('drive_id', '=', driveId)
    .where('item_id', '=', itemId)
    .where('id', '<>', except)
    .executeTakeFirst();
  return row !== undefined;
}

/** Open sessions and unfinished clean-ups whose copy lies in the drive of this connection. */
export async function sessionsOfIntegration(q: Db | Tx, integrationId: string): Promise<SessionRow[]> {
  return q
    .selectFrom('edit_session')
    .leftJoin('clean_up', 'clean_up.session_id', 'edit_session.id')
    .selectAll('edit_session')
    .where('integration_id', '=', integrationId)
    .where((eb) =>
      eb.or([
        eb('edit_session.state', 'in', OPEN_STATES),
        eb('clean_up.state', 'in', ['pending', 'watching', 'deleting']),
      ]),
    )
    .orderBy('started_at')
    .execute();
}

/** The open session of a document first, then the closed ones, newest first. */
export async function sessionsOfDocument(q: Db | Tx, documentId: string, limit: number): Promise<SessionRow[]> {
  return q
    .selectFrom('edit_session')
    .selectAll()
    .where('document_id', '=', documentId)
    .orderBy('started_at', 'desc')
    .limit(limit)
    .execute();
}

export async function listSessions(
  q: Db | Tx,
  filter: { institutionId: string; starterId?: string; states?: readonly EditSessionState[] },
): Promise<SessionRow[]> {
  let query = q
    .selectFrom('edit_session')
    .leftJoin('clean_up', 'clean_up.session_id', 'edit_session.id')
    .selectAll('edit_session')
    .where('edit_session.institution_id', '=', filter.institutionId)
    .where((eb) =>
      eb.or([
        eb('edit_session.state', 'in', OPEN_STATES),
        eb('clean_up.state', 'in', ['pending', 'watching', 'deleting']),
      ]),
    );
  if (filter.starterId) query = query.where('starter_id', '=', filter.starterId);
  if (filter.states) query = query.where('edit_session.state', 'in', filter.states);
  return query.orderBy('edit_session.started_at').limit(500).execute();
}

/** Who is in open sessions on these documents, for "being edited by". */
export async function openSessionsOn(q: Db | Tx, documentIds: readonly string[]) {
  if (documentIds.length === 0) return [];
  return q
    .selectFrom('edit_session')
    .innerJoin('person', 'person.id', 'edit_session.starter_id')
    .selectAll('edit_session')
    .select('person.name as starter_name')
    .where('document_id', 'in', documentIds)
    .where('edit_session.state', 'in', OPEN_STATES)
    .execute();
}
