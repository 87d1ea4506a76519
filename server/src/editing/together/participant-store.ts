import { type Selectable, sql, type UpdateObject } from 'kysely';
import { type Db, sqlNow, type Tx } from '../../platform/database.ts';
import type { EditParticipantTable, Schema } from '../../platform/schema.ts';
import { LeaseLost, type SessionRow } from '../store.ts';

// Whoever changes one holds the lease of the session, like everything that belongs to it.

export type ParticipantRow = Selectable<EditParticipantTable>;

/** Microsoft may still hold a right of theirs. */
const LIVE = ['asked', 'granted', 'withdrawing'] as const;

export function isLive(row: ParticipantRow): boolean {
  return (LIVE as readonly string[]).includes(row.state);
}

export async function participantsOf(q: Db | Tx, sessionId: string): Promise<ParticipantRow[]> {
  return q
    .selectFrom('edit_participant')
    .selectAll()
    .where('session_id', '=', sessionId)
    .orderBy('joined_at')
    .execute();
}

export async function findParticipant(
  q: Db | Tx,
  sessionId: string,
  personId: string,
): Promise<ParticipantRow | undefined> {
  return q
    .selectFrom('edit_participant')
    .selectAll()
    .where('session_id', '=', sessionId)
    .where('person_id', '=', personId)
    .executeTakeFirst();
}

/** Somebody asks to join, for the first time or once more. The intent stands before any call to Microsoft. */
export async function addParticipant(
  tx: Tx,
  row: Pick<ParticipantRow, 'institution_id' | 'session_id' | 'person_id' | 'role' | 'integration_id' | 'oid'>,
): Promise<ParticipantRow> {
  const anew = {
    role: row.role,
    integration_id: row.integration_id,
    oid: row.oid,
    state: 'asked' as const,
    joined_at: sqlNow,
    next_look_at: sqlNow,
    grant_id: null,
    granted_at: null,
    withdrawn_at: null,
    failures: 0,
    why: null,
    problem: null,
    told_of: null,
  };
  return tx
    .insertInto('edit_participant')
    .values({ ...row, ...anew })
    .onConflict((conflict) => conflict.columns(['session_id', 'person_id']).doUpdateSet(anew))
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Fenced by the session's lease. Throws `LeaseLost` when somebody else holds it. */
export async function changeParticipant(
  q: Db | Tx,
  held: SessionRow,
  personId: string,
  changes: UpdateObject<Schema, 'edit_participant'>,
): Promise<ParticipantRow> {
  const row = await q
    .updateTable('edit_participant')
    .set(changes)
    .where('session_id', '=', held.id)
    .where('person_id', '=', personId)
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
    .returningAll()
    .executeTakeFirst();
  if (!row) throw new LeaseLost(held.id);
  return row;
}

/**
 * Sessions with colleagues whose time has come: a right to give or to take away, one to look at again, or an end of
 * which somebody has not been told. Who was deactivated, and whose session closed, does not wait for the next look.
 */
export async function sessionsWithDuePeople(db: Db, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select s.id, min(p.next_look_at) as due from edit_participant p
      join edit_session s on s.id = p.session_id join person on person.id = p.person_id
    where (s.lease_until is null or s.lease_until < app_now())
      and ((p.state in ('asked', 'granted', 'withdrawing') and p.next_look_at <= app_now())
        or (p.state in ('asked', 'granted') and person.deactivated_at is not null)
        or (p.state = 'granted' and s.state not in ('active', 'checking-in') and p.told_of is distinct from s.state))
    group by s.id order by due limit ${limit}`.execute(db);
  return rows.map((row) => row.id);
}

/** Who edits in these sessions with the people who started them, by session. */
export async function colleaguesIn(q: Db | Tx, sessionIds: readonly string[]) {
  if (sessionIds.length === 0) return [];
  return q
    .selectFrom('edit_participant')
    .innerJoin('person', 'person.id', 'edit_participant.person_id')
    .select(['edit_participant.session_id', 'person.id', 'person.name'])
    .where('session_id', 'in', sessionIds)
    .where('edit_participant.state', '=', 'granted')
    .orderBy('joined_at')
    .execute();
}

/** Whoever ever had a right in the session: no stranger to it. */
export async function tookPart(q: Db | Tx, sessionId: string, personId: string): Promise<boolean> {
  const row = await q
    .selectFrom('edit_participant')
    .select('person_id')
    .where('session_id', '=', sessionId)
    .where('person_id', '=', personId)
    .where('granted_at', 'is not', null)
    .executeTakeFirst();
  return row !== undefined;
}

/** False: it is known already that the copy is read through this person's connection. */
export async function beginReading(tx: Tx, sessionId: string, personId: string): Promise<boolean> {
  const result = await tx
    .updateTable('edit_participant')
    .set({ reading_since: sqlNow })
    .where('session_id', '=', sessionId)
    .where('person_id', '=', personId)
    .where('reading_since', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

export async function endReading(q: Db | Tx, sessionId: string): Promise<void> {
  await q
    .updateTable('edit_participant')
    .set({ reading_since: null })
    .where('session_id', '=', sessionId)
    .where('reading_since', 'is not', null)
    .execute();
}

export async function noteSharing(q: Db | Tx, session: SessionRow, givenOtherwise: readonly string[]): Promise<void> {
  const row = { given_otherwise: JSON.stringify(givenOtherwise), seen_at: sqlNow };
  await q
    .insertInto('edit_sharing')
    .values({ session_id: session.id, institution_id: session.institution_id, ...row })
    .onConflict((conflict) => conflict.column('session_id').doUpdateSet(row))
    .execute();
}

export async function sharedOtherwise(q: Db | Tx, sessionId: string): Promise<string[]> {
  const row = await q
    .selectFrom('edit_sharing')
    .select('given_otherwise')
    .where('session_id', '=', sessionId)
    .executeTakeFirst();
  return row?.given_otherwise ?? [];
}
