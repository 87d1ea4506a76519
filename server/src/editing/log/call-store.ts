import { type Selectable, sql } from 'kysely';
import type { Db, Tx } from '../../platform/database.ts';
import type { OnedriveCallTable } from '../../platform/schema.ts';

export interface CallToKeep {
  integrationId: string;
  sessionId: string | null;
  what: string;
  file: string | null;
  status: number;
  requestId: string | null;
  /** How long ago it was, so that the database's clock times it. */
  ageSeconds: number;
}

/** Who it was and in whose OneDrive is looked up here, once for many calls. A connection that is not there any more tells nothing. */
export async function insertCalls(tx: Tx, calls: readonly CallToKeep[]): Promise<void> {
  await sql`
    insert into onedrive_call
      (institution_id, at, integration_id, person_id, owner_id, session_id, what, file, status, request_id)
    select i.institution_id, app_now() - make_interval(secs => c."ageSeconds"), i.id, i.person_id,
      coalesce(s.starter_id, i.person_id), s.id, c.what, coalesce(s.file_name, c.file), c.status, c."requestId"
    from json_to_recordset(${JSON.stringify(calls)}::json) as c("integrationId" uuid, "sessionId" uuid, what text,
        file text, status integer, "requestId" text, "ageSeconds" double precision)
      join oauth2_integration i on i.id = c."integrationId"
      left join edit_session s on s.id = c."sessionId" and s.institution_id = i.institution_id
    order by c."ageSeconds" desc`.execute(tx);
}

export type CallRow = Selectable<OnedriveCallTable> & { person_name: string; owner_name: string };

export interface CallFilter {
  institutionId: string;
  /** Calls in this person's OneDrive, and with their connection. */
  personId?: string;
  /** Older than this one. */
  before?: number;
  limit: number;
}

/** Newest first. */
export async function listCalls(q: Db | Tx, filter: CallFilter): Promise<CallRow[]> {
  let query = q
    .selectFrom('onedrive_call')
    .innerJoin('person as actor', 'actor.id', 'onedrive_call.person_id')
    .innerJoin('person as owner', 'owner.id', 'onedrive_call.owner_id')
    .selectAll('onedrive_call')
    .select(['actor.name as person_name', 'owner.name as owner_name'])
    .where('onedrive_call.institution_id', '=', filter.institutionId);
  const { personId, before } = filter;
  if (personId) query = query.where((eb) => eb.or([eb('person_id', '=', personId), eb('owner_id', '=', personId)]));
  if (before !== undefined) query = query.where('onedrive_call.id', '<', before);
  return query.orderBy('onedrive_call.id', 'desc').limit(filter.limit).execute();
}

export async function purgeCalls(db: Db, days: number): Promise<void> {
  await sql`delete from onedrive_call where at < app_now() - make_interval(days => ${days}::int)`.execute(db);
}
