import { type Selectable, sql } from 'kysely';
import { type Db, secondsFromNow, sqlNow, type Tx } from '../../platform/database.ts';
import type { Schema } from '../../platform/schema.ts';

export type SignInSessionRow = Selectable<Schema['sign_in_session']>;

const IDLE_SECONDS = 12 * 3600;
const ABSOLUTE_SECONDS = 7 * 24 * 3600;
const SEEN_EVERY_SECONDS = 60;

const alive = sql<boolean>`(s.expires_at > app_now()
  and s.last_seen_at > app_now() - make_interval(secs => ${IDLE_SECONDS}::double precision))`;
const notSeenLately = sql<boolean>`(s.last_seen_at < app_now() - make_interval(secs => ${SEEN_EVERY_SECONDS}::double precision))`;

export async function insertSession(
  tx: Tx,
  row: {
    id: string;
    institution_id: string;
    person_id: string;
    token_hash: Uint8Array;
    browser: string;
    address: string;
  },
): Promise<void> {
  await tx
    .insertInto('sign_in_session')
    .values({ ...row, expires_at: secondsFromNow(ABSOLUTE_SECONDS) })
    .execute();
}

/** The live session of a token, with its person; whoever is deactivated has none. */
export function findLiveSession(db: Db, tokenHash: Uint8Array) {
  return liveSessions(db).where('s.token_hash', '=', tokenHash).executeTakeFirst();
}

/** The same for whoever was signed in a moment ago. */
export function findLiveSessionById(db: Db, id: string) {
  return liveSessions(db).where('s.id', '=', id).executeTakeFirst();
}

function liveSessions(db: Db) {
  return db
    .selectFrom('sign_in_session as s')
    .innerJoin('person as p', 'p.id', 's.person_id')
    .select(['s.id', 's.person_id', 's.institution_id', 'p.name', 'p.email', 'p.roles', notSeenLately.as('stale')])
    .where(alive)
    .where('p.deactivated_at', 'is', null);
}

export async function touchSession(db: Db, id: string): Promise<void> {
  await db.updateTable('sign_in_session').set({ last_seen_at: sqlNow }).where('id', '=', id).execute();
}

export function findSession(q: Db | Tx, id: string): Promise<SignInSessionRow | undefined> {
  return q.selectFrom('sign_in_session').selectAll().where('id', '=', id).executeTakeFirst();
}

export function listLiveSessions(q: Db | Tx, personId: string): Promise<SignInSessionRow[]> {
  return q
    .selectFrom('sign_in_session as s')
    .selectAll()
    .where('s.person_id', '=', personId)
    .where(alive)
    .orderBy('s.last_seen_at', 'desc')
    .execute();
}

export async function removeSession(tx: Tx, personId: string, id: string): Promise<boolean> {
  const removed = await tx
    .deleteFrom('sign_in_session')
    .where('id', '=', id)
    .where('person_id', '=', personId)
    .executeTakeFirst();
  return removed.numDeletedRows === 1n;
}

export async function removeSessionByToken(tx: Tx, tokenHash: Uint8Array): Promise<void> {
  await tx.deleteFrom('sign_in_session').where('token_hash', '=', tokenHash).execute();
}

export async function removeSessions(tx: Tx, personId: string, except?: string): Promise<void> {
  let query = tx.deleteFrom('sign_in_session').where('person_id', '=', personId);
  if (except) query = query.where('id', '!=', except);
  await query.execute();
}

export async function purgeSessions(db: Db): Promise<void> {
  await db.deleteFrom('sign_in_session as s').where(sql<boolean>`not ${alive}`).execute();
}
