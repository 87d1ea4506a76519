import { sql } from 'kysely';
import type { Db } from '../../platform/database.ts';

export interface AttemptLimit {
  freeAttempts: number;
  /** After the last free attempt; doubles with each further failure. */
  firstBlockSeconds: number;
  longestBlockSeconds: number;
}

/** Failures that lie further back no longer count. */
const WINDOW_SECONDS = 3600;

/** Counts one more attempt and answers 0, or counts nothing and answers how many seconds it stays blocked. */
export async function countAttempt(db: Db, subject: string, limit: AttemptLimit): Promise<number> {
  const old = sql`a.first_failure_at < app_now() - make_interval(secs => ${WINDOW_SECONDS}::double precision)`;
  const failures = sql`(case when ${old} then 1 else a.failures + 1 end)`;
  const block = sql`least(${limit.longestBlockSeconds}::double precision,
    ${limit.firstBlockSeconds}::double precision * power(2, least(20, ${failures} - ${limit.freeAttempts}::int)))`;
  const counted = await sql`
    insert into sign_in_attempt as a (subject, failures, first_failure_at) values (${subject}, 1, app_now())
    on conflict (subject) do update set
      failures = ${failures},
      first_failure_at = case when ${old} then app_now() else a.first_failure_at end,
      blocked_until = case when ${failures} < ${limit.freeAttempts}::int then null
        else app_now() + make_interval(secs => ${block}) end
    where a.blocked_until is null or a.blocked_until <= app_now()
    returning a.subject`.execute(db);
  if (counted.rows.length > 0) return 0;
  const blocked = await db
    .selectFrom('sign_in_attempt')
    .select(sql<number>`extract(epoch from blocked_until - app_now())::double precision`.as('seconds'))
    .where('subject', '=', subject)
    .executeTakeFirst();
  return Math.max(1, blocked?.seconds ?? 1);
}

export async function forgetAttempts(db: Db, subject: string): Promise<void> {
  await db.deleteFrom('sign_in_attempt').where('subject', '=', subject).execute();
}

/** An attempt that succeeded does not count; the failures of others from the same address stay. */
export async function takeBackAttempt(db: Db, subject: string, limit: AttemptLimit): Promise<void> {
  await db
    .updateTable('sign_in_attempt')
    .set({
      failures: sql`greatest(failures - 1, 0)`,
      blocked_until: sql`case when failures - 1 < ${limit.freeAttempts}::int then null else blocked_until end`,
    })
    .where('subject', '=', subject)
    .execute();
}

export async function purgeAttempts(db: Db): Promise<void> {
  await db
    .deleteFrom('sign_in_attempt')
    .where('first_failure_at', '<', sql<Date>`app_now() - interval '1 day'`)
    .execute();
}
