import { type Selectable, sql, type UpdateObject } from 'kysely';
import { type Db, secondsFromNow, sqlNow, type Tx } from '../../platform/database.ts';
import type { DriveSubscriptionTable, Schema } from '../../platform/schema.ts';

type Row = Selectable<DriveSubscriptionTable>;
export type SubscriptionRow = Row & {
  /** Something of ours is open in that drive. */
  wanted: boolean;
};

/** A row for each drive that delta has reached at least once. */
export async function noteSubscriptions(db: Db): Promise<void> {
  await sql`insert into drive_subscription (integration_id, drive_id, institution_id)
    select d.integration_id, d.drive_id, d.institution_id from observed_drive d
    where d.cursor is not null and d.failures = 0 on conflict do nothing`.execute(db);
}

/**
 * Takes rows whose next step is due, and those of drives in which nothing is open any more, however far their renewal;
 * whoever dies on it leaves it to somebody else after `holdSeconds`.
 */
export async function claimSubscriptions(db: Db, holdSeconds: number, limit: number): Promise<SubscriptionRow[]> {
  const { rows } = await sql<SubscriptionRow>`update drive_subscription s
    set next_step_at = ${secondsFromNow(holdSeconds)}
    from (select d.integration_id, d.drive_id, exists (select 1 from observed_drive o
          where o.integration_id = d.integration_id and o.drive_id = d.drive_id) as wanted
      from drive_subscription d
      where d.next_step_at <= app_now() or not exists (select 1 from observed_drive o
          where o.integration_id = d.integration_id and o.drive_id = d.drive_id)
          and d.failures = 0 and d.next_step_at > ${secondsFromNow(holdSeconds)}
      limit ${limit} for update skip locked) due
    where s.integration_id = due.integration_id and s.drive_id = due.drive_id
    returning s.*, due.wanted`.execute(db);
  return rows;
}

export function subscriptionsOf(q: Db | Tx, integrationId: string): Promise<Row[]> {
  return q.selectFrom('drive_subscription').selectAll().where('integration_id', '=', integrationId).execute();
}

export function findSubscriptions(q: Db | Tx, ids: readonly string[]): Promise<Row[]> {
  return q.selectFrom('drive_subscription').selectAll().where('subscription_id', 'in', ids).execute();
}

export async function changeSubscription(
  q: Db | Tx,
  row: Pick<Row, 'integration_id' | 'drive_id'>,
  changes: UpdateObject<Schema, 'drive_subscription'>,
): Promise<void> {
  await q
    .updateTable('drive_subscription')
    .set(changes)
    .where('integration_id', '=', row.integration_id)
    .where('drive_id', '=', row.drive_id)
    .execute();
}

export async function forgetSubscription(q: Db | Tx, row: Pick<Row, 'integration_id' | 'drive_id'>): Promise<void> {
  await q
    .deleteFrom('drive_subscription')
    .where('integration_id', '=', row.integration_id)
    .where('drive_id', '=', row.drive_id)
    .execute();
}

/** The next step comes at once. */
export function hurrySubscription(q: Db | Tx, row: Row, changes: UpdateObject<Schema, 'drive_subscription'> = {}) {
  return changeSubscription(q, row, { ...changes, next_step_at: sqlNow });
}
