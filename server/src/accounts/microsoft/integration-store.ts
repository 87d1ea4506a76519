import { type InsertObject, type Selectable, sql, type UpdateObject } from 'kysely';
import { type Db, sqlNow, type Tx } from '../../platform/database.ts';
import type { Schema } from '../../platform/schema.ts';

type Table = Schema['oauth2_integration'];
export type IntegrationRow = Selectable<Table>;

export function findIntegration(q: Db | Tx, id: string): Promise<IntegrationRow | undefined> {
  return q.selectFrom('oauth2_integration').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function findIntegrations(q: Db | Tx, ids: readonly string[]): Promise<IntegrationRow[]> {
  if (ids.length === 0) return [];
  return q.selectFrom('oauth2_integration').selectAll().where('id', 'in', ids).execute();
}

/** The one that is connected or waits for a reconnect. */
export function findLiveIntegration(q: Db | Tx, personId: string): Promise<IntegrationRow | undefined> {
  return q
    .selectFrom('oauth2_integration')
    .selectAll()
    .where('person_id', '=', personId)
    .where('status', '!=', 'ended')
    .executeTakeFirst();
}

export function findNewestIntegration(q: Db | Tx, personId: string): Promise<IntegrationRow | undefined> {
  return q
    .selectFrom('oauth2_integration')
    .selectAll()
    .where('person_id', '=', personId)
    .orderBy(sql`status = 'ended'`)
    .orderBy(sql`ended_at desc nulls first`)
    .limit(1)
    .executeTakeFirst();
}

export function findIntegrationOfAccount(
  q: Db | Tx,
  personId: string,
  account: { tid: string; oid: string },
): Promise<IntegrationRow | undefined> {
  return q
    .selectFrom('oauth2_integration')
    .selectAll()
    .where('person_id', '=', personId)
    .where('tid', '=', account.tid)
    .where('oid', '=', account.oid)
    .executeTakeFirst();
}

/** One connect of a Microsoft account at a time, over the whole deployment, until the transaction ends. */
export async function lockAccount(tx: Tx, account: { tid: string; oid: string }): Promise<void> {
  const key = `microsoft ${account.tid} ${account.oid}`;
  await sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`.execute(tx);
}

export async function isLiveForSomebodyElse(
  tx: Tx,
  personId: string,
  account: { tid: string; oid: string },
): Promise<boolean> {
  const found = await tx
    .selectFrom('oauth2_integration')
    .select('id')
    .where('tid', '=', account.tid)
    .where('oid', '=', account.oid)
    .where('status', '!=', 'ended')
    .where('person_id', '!=', personId)
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}

export function findHolderOfAccount(q: Db | Tx, institutionId: string, tid: string, oid: string) {
  return q
    .selectFrom('oauth2_integration as i')
    .innerJoin('person as p', 'p.id', 'i.person_id')
    .select(['p.id', 'p.name'])
    .where('i.institution_id', '=', institutionId)
    .where('i.tid', '=', tid)
    .where('i.oid', '=', oid)
    .orderBy(sql`i.status = 'ended'`)
    .orderBy('i.connected_at', 'desc')
    .limit(1)
    .executeTakeFirst();
}

export async function insertIntegration(tx: Tx, row: InsertObject<Schema, 'oauth2_integration'>): Promise<void> {
  await tx.insertInto('oauth2_integration').values(row).execute();
}

/** New tokens in the row of the same account: its troubles are over, and whoever renews the old ones is too late. */
export async function replaceTokens(
  tx: Tx,
  id: string,
  change: UpdateObject<Schema, 'oauth2_integration'>,
): Promise<void> {
  await tx
    .updateTable('oauth2_integration')
    .set({
      ...change,
      version: sql<number>`version + 1`,
      failures: 0,
      next_attempt_at: null,
      last_error: null,
      lease_owner: null,
      lease_until: null,
      disconnect_when_cleaned_up: false,
      granted_at: sqlNow,
    })
    .where('id', '=', id)
    .execute();
}

export async function askToDisconnect(q: Db | Tx, id: string): Promise<void> {
  await q
    .updateTable('oauth2_integration')
    .set({ disconnect_when_cleaned_up: true })
    .where('id', '=', id)
    .where('status', '!=', 'ended')
    .execute();
}

export type LockedIntegration = IntegrationRow & { deactivated: boolean };

/** Locked until the transaction ends: nobody connects, renews or disconnects it meanwhile. */
export function lockIntegration(tx: Tx, id: string): Promise<LockedIntegration | undefined> {
  return tx
    .selectFrom('oauth2_integration as i')
    .innerJoin('person as p', 'p.id', 'i.person_id')
    .selectAll('i')
    .select(sql<boolean>`p.deactivated_at is not null`.as('deactivated'))
    .where('i.id', '=', id)
    .forUpdate('i')
    .executeTakeFirst();
}

/** Tokens gone, and whoever renews them finds another version. */
export function endIntegration(tx: Tx, id: string): Promise<IntegrationRow> {
  return tx
    .updateTable('oauth2_integration')
    .set({
      status: 'ended',
      version: sql`version + 1`,
      sealed_access_token: null,
      sealed_refresh_token: null,
      lease_owner: null,
      lease_until: null,
      next_attempt_at: null,
      failures: 0,
      last_error: null,
      disconnect_when_cleaned_up: false,
      ended_at: sqlNow,
    })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Those that their person asked to end after the clean-up, and those of deactivated people. */
export function integrationsToEnd(db: Db): Promise<{ id: string; deactivated: boolean }[]> {
  return db
    .selectFrom('oauth2_integration as i')
    .innerJoin('person as p', 'p.id', 'i.person_id')
    .select(['i.id', sql<boolean>`p.deactivated_at is not null`.as('deactivated')])
    .where('i.status', '!=', 'ended')
    .where((where) =>
      where.or([where('i.disconnect_when_cleaned_up', '=', true), where('p.deactivated_at', 'is not', null)]),
    )
    .execute();
}

/** A minute's grain is enough to say "last used". */
export async function touchIntegration(db: Db, id: string): Promise<void> {
  await db
    .updateTable('oauth2_integration')
    .set({ used_at: sqlNow })
    .where('id', '=', id)
    .where(sql<boolean>`(used_at is null or used_at < app_now() - interval '1 minute')`)
    .execute();
}
