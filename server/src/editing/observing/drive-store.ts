import { type Selectable, sql } from 'kysely';
import { type Db, secondsFromNow, sqlNow, type Tx } from '../../platform/database.ts';
import type { ObservedDriveTable } from '../../platform/schema.ts';
import { LEASE_SECONDS, LOOK_WHILE_BUSY_SECONDS } from '../timing.ts';

/** A drive as it was claimed, and for how long it had been quiet then, by the database's clock. */
export type DriveRow = Selectable<ObservedDriveTable> & { quiet_seconds: number };

/** A copy that people may be saving into, and that delta tells us of. Closed sessions have a watch of their own. */
const isObserved = sql<boolean>`s.state in ('active', 'needs-a-decision') and s.drive_id is not null`;

/**
 * A row for each drive in which copies of open sessions lie. A session that was opened, or saved into, since the drive
 * was last heard to have changed makes its next look sooner.
 */
export async function noteDrives(db: Db): Promise<void> {
  await sql`insert into observed_drive as d (integration_id, drive_id, institution_id, changed_at)
    select s.integration_id, s.drive_id, s.institution_id,
      least(max(greatest(s.started_at, s.last_saved_at)), app_now())
    from edit_session s where ${isObserved} group by 1, 2, 3
    on conflict (integration_id, drive_id) do update set changed_at = excluded.changed_at,
      next_look_at = case when d.failures > 0 then d.next_look_at
        else least(d.next_look_at, ${secondsFromNow(LOOK_WHILE_BUSY_SECONDS)}) end
    where excluded.changed_at > d.changed_at`.execute(db);
}

/** Drives in which nothing of ours is open any more. A subscription is ended first: its row holds the drive's. */
export async function forgetDrives(db: Db): Promise<void> {
  await sql`delete from observed_drive d
    where not exists (select 1 from edit_session s where s.integration_id = d.integration_id
        and s.drive_id = d.drive_id and ${isObserved})
      and (d.lease_until is null or d.lease_until < app_now())`.execute(db);
}

/** Takes the leases of drives whose time has come, the longest waiting first. */
export async function claimDrives(db: Db, owner: string, limit: number): Promise<DriveRow[]> {
  const { rows } = await sql<DriveRow>`update observed_drive d
    set lease_owner = ${owner}, lease_until = ${secondsFromNow(LEASE_SECONDS)}
    from (select integration_id, drive_id from observed_drive
      where next_look_at <= app_now() and (lease_until is null or lease_until < app_now())
      order by next_look_at limit ${limit} for update skip locked) due
    where d.integration_id = due.integration_id and d.drive_id = due.drive_id
    returning d.*, extract(epoch from app_now() - d.changed_at)::double precision as quiet_seconds`.execute(db);
  return rows;
}

export interface DriveLook {
  cursor: string | null;
  nextLookSeconds: number;
  changed: boolean;
  wasSafety: boolean;
  failures: number;
}

/** Fenced by the lease: whoever wakes late writes nothing. Answers whether it was ours to write. */
export async function recordDriveLook(q: Db | Tx, drive: DriveRow, look: DriveLook): Promise<boolean> {
  const result = await q
    .updateTable('observed_drive')
    .set({
      cursor: look.cursor,
      looked_at: sqlNow,
      next_look_at: secondsFromNow(look.nextLookSeconds),
      ...(look.changed ? { changed_at: sqlNow } : {}),
      was_safety: look.wasSafety,
      failures: look.failures,
      lease_owner: null,
      lease_until: null,
    })
    .where('integration_id', '=', drive.integration_id)
    .where('drive_id', '=', drive.drive_id)
    .where('lease_owner', '=', drive.lease_owner)
    .where('lease_until', '>', sqlNow)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** A hint from Microsoft: the next look comes now, however many hints come. */
export async function hastenDrive(q: Db | Tx, drive: { integration_id: string; drive_id: string }): Promise<void> {
  await q
    .updateTable('observed_drive')
    .set({ next_look_at: sqlNow, was_safety: false })
    .where('integration_id', '=', drive.integration_id)
    .where('drive_id', '=', drive.drive_id)
    .where('failures', '=', 0)
    .where('next_look_at', '>', sqlNow)
    .execute();
}

/**
 * Tells sessions that their item changed: those of these items, or all of the drive's. Answers how many. Ids may come
 * back in another case from personal drives.
 */
export async function tellSessions(q: Db | Tx, drive: DriveRow, itemIds: readonly string[] | 'all'): Promise<number> {
  if (itemIds.length === 0) return 0;
  const which =
    itemIds === 'all'
      ? sql`true`
      : sql`lower(s.item_id) in (${sql.join(itemIds.map((id) => sql`${id.toLowerCase()}`))})`;
  const told = await sql`insert into told_session as t (session_id)
    select s.id from edit_session s
    where s.integration_id = ${drive.integration_id} and s.drive_id = ${drive.drive_id} and ${isObserved} and ${which}
    on conflict (session_id) do update set told = t.told + 1`.execute(q);
  return Number(told.numAffectedRows ?? 0);
}

export async function tellSession(q: Db | Tx, sessionId: string): Promise<number> {
  const told = await sql`insert into told_session as t (session_id) values (${sessionId})
    on conflict (session_id) do update set told = t.told + 1`.execute(q);
  return Number(told.numAffectedRows ?? 0);
}

/** The session of this drive whose item was not read for longest, if that is longer ago than `seconds`. */
export async function findUnread(q: Db | Tx, drive: DriveRow, seconds: number): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`select s.id from edit_session s
    where s.integration_id = ${drive.integration_id} and s.drive_id = ${drive.drive_id} and ${isObserved}
      and s.not_live_since is null and s.last_seen_at < ${secondsFromNow(-seconds)}
    order by s.last_seen_at limit 1`.execute(q);
  return rows[0]?.id;
}

/** How often a session was told so far; what is told later is looked at again. */
export async function timesTold(q: Db | Tx, sessionId: string): Promise<number> {
  const row = await q.selectFrom('told_session').select('told').where('session_id', '=', sessionId).executeTakeFirst();
  return row?.told ?? 0;
}

export async function markSeen(q: Db | Tx, sessionId: string, told: number): Promise<void> {
  if (told === 0) return;
  await q
    .updateTable('told_session')
    .set({ seen: told })
    .where('session_id', '=', sessionId)
    .where('seen', '<', told)
    .execute();
}

/** Whether delta tells of this session's item: then its own look only keeps watch over that. */
export async function isToldOf(q: Db | Tx, integrationId: string, driveId: string): Promise<boolean> {
  const row = await q
    .selectFrom('observed_drive')
    .select('cursor')
    .where('integration_id', '=', integrationId)
    .where('drive_id', '=', driveId)
    .where('failures', '=', 0)
    .where('cursor', 'is not', null)
    .executeTakeFirst();
  return row !== undefined;
}
