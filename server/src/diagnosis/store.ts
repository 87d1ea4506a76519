import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type SqlBool, sql } from 'kysely';
import type { Database, Db } from '../platform/database.ts';
import type { Subject } from './scene.ts';

const MIGRATIONS = join(import.meta.dirname, '../../migrations');

/** Asks the database something, and how many migrations it has not seen. */
export async function readMigrations(database: Database): Promise<{ missing: number; fresh: boolean }> {
  const files = (await readdir(MIGRATIONS)).filter((name) => name.endsWith('.sql'));
  const table = await sql<{ found: boolean }>`select to_regclass('migration') is not null as found`.execute(
    database.db,
  );
  if (!table.rows[0]?.found) return { missing: files.length, fresh: true };
  const seen = await sql<{ name: string }>`select name from migration`.execute(database.db);
  const names = new Set(seen.rows.map(({ name }) => name));
  return { missing: files.filter((name) => !names.has(name)).length, fresh: names.size === 0 };
}

/** Undefined: none has ended in the time that ended ones are kept. */
export async function secondsSinceLastJob(db: Db): Promise<number | undefined> {
  const table = await sql<{ found: boolean }>`select to_regclass('pgboss.job') is not null as found`.execute(db);
  if (!table.rows[0]?.found) return undefined;
  // The queue keeps its own time, which tests do not move: clock_timestamp() is right here.
  const found = await sql<{ seconds: number | null }>`
    select extract(epoch from clock_timestamp() - max(completed_on))::double precision as seconds
    from pgboss.job where state = 'completed'`.execute(db);
  return found.rows[0]?.seconds ?? undefined;
}

export async function findSubject(db: Db, email: string): Promise<Subject | undefined> {
  const row = await db
    .selectFrom('person')
    .select(['id', 'institution_id', 'name', 'email'])
    .where('email', '=', email.trim().toLowerCase())
    .executeTakeFirst();
  return row && { personId: row.id, institutionId: row.institution_id, name: row.name, email: row.email };
}

export interface MailFigures {
  sent: number;
  waiting: number;
  failing: number;
  lastError: string | null;
}

/** How mail has fared in the last day. */
export async function mailFigures(db: Db): Promise<MailFigures> {
  const waits = sql<SqlBool>`(sent_at is null and given_up_at is null and expires_at > app_now())`;
  const counted = await sql<MailFigures>`
    select count(*) filter (where sent_at > app_now() - interval '1 day')::int as sent,
      count(*) filter (where ${waits})::int as waiting,
      count(*) filter (where (${waits} and attempts > 2) or given_up_at > app_now() - interval '1 day')::int as failing,
      (select last_error from mail where last_error is not null order by created_at desc limit 1) as "lastError"
    from mail`.execute(db);
  return counted.rows[0] ?? { sent: 0, waiting: 0, failing: 0, lastError: null };
}

/** When somebody last signed in at Microsoft, or a token was renewed: until then the credential was good. */
export async function lastProof(db: Db): Promise<Date | undefined> {
  const found = await sql<{ at: Date | null }>`
    select max(greatest(coalesce(renewed_at, granted_at), granted_at)) as at from oauth2_integration`.execute(db);
  return found.rows[0]?.at ?? undefined;
}

export interface Refusal {
  aadsts: number | null;
  code: string;
  people: number;
  lastAt: Date;
  /** Only browsers brought it, and anybody can write such an address. */
  byBrowser: boolean;
}

const DAYS = 7;

/**
 * What Microsoft refused in the last week and what has not succeeded since: for the same person, or, where Microsoft
 * refused the app itself, for anybody.
 */
export async function recentRefusals(
  db: Db,
  institutionId: string | undefined,
  appNumbers: number[],
): Promise<Refusal[]> {
  const ofInstitution = institutionId === undefined ? sql`true` : sql`a.institution_id = ${institutionId}`;
  const found = await sql<Refusal>`
    with said as (
      select a.person_id, a.at, (a.detail ->> 'aadsts')::int as aadsts, coalesce(a.detail ->> 'code', '') as code,
        coalesce(a.detail ->> 'place', 'token') = 'redirect' as by_browser
      from audit_entry a
      where a.kind in ('microsoft_connect_failed', 'microsoft_refresh_failed', 'microsoft_reconnect_needed',
          'microsoft_consent_failed')
        and a.at > app_now() - make_interval(days => ${DAYS}::int) and ${ofInstitution}
    )
    select aadsts, code, count(distinct person_id)::int as people, max(at) as "lastAt",
      bool_and(by_browser) as "byBrowser" from said
    where not exists (
      select 1 from oauth2_integration i
      where (i.person_id = said.person_id or said.aadsts = any(${appNumbers}::int[]))
        and i.status = 'connected' and greatest(coalesce(i.renewed_at, i.granted_at), i.granted_at) > said.at)
    group by aadsts, code order by max(at) desc`.execute(db);
  return found.rows;
}

/** Why Microsoft last refused this person, if nothing has succeeded since. */
export async function lastRefusalOf(db: Db, personId: string): Promise<number | undefined> {
  const found = await sql<{ aadsts: number | null }>`
    select (detail ->> 'aadsts')::int as aadsts from audit_entry a
    where person_id = ${personId}
      and kind in ('microsoft_connect_failed', 'microsoft_refresh_failed', 'microsoft_reconnect_needed')
      and not exists (select 1 from oauth2_integration i where i.person_id = a.person_id and i.status = 'connected'
        and greatest(coalesce(i.renewed_at, i.granted_at), i.granted_at) > a.at)
    order by id desc limit 1`.execute(db);
  return found.rows[0]?.aadsts ?? undefined;
}
