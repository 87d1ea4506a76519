import { sql } from 'kysely';
import type { Db, Tx } from '../../platform/database.ts';

/** Microsoft refuses the app itself, not a person. */
export interface AppFault {
  code: string;
  aadsts: number | null;
  at: Date;
}

/** The episode that lasts; over when Microsoft accepted the app again, or anybody was connected or renewed since. */
export async function lastAppFault(q: Db | Tx): Promise<AppFault | undefined> {
  const found = await sql<AppFault>`
    select coalesce(detail ->> 'code', '') as code, (detail ->> 'aadsts')::int as aadsts, at
    from (
      select kind, detail, at from audit_entry
      where kind in ('microsoft_app_refused', 'microsoft_app_accepted') order by id desc limit 1) last
    where kind = 'microsoft_app_refused' and not exists (
      select 1 from oauth2_integration i
      where i.status = 'connected' and greatest(coalesce(i.renewed_at, i.granted_at), i.granted_at) > last.at)`.execute(
    q,
  );
  return found.rows[0];
}

/** Whether the trail's last word on the app is a refusal; a renewal may have ended the episode without a word in it. */
export async function isRefusalLastWord(q: Db | Tx): Promise<boolean> {
  const last = await q
    .selectFrom('audit_entry')
    .select('kind')
    .where('kind', 'in', ['microsoft_app_refused', 'microsoft_app_accepted'])
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last?.kind === 'microsoft_app_refused';
}
