import { type Selectable, sql } from 'kysely';
import { type Db, sqlNow, type Tx } from '../../platform/database.ts';
import type { Schema } from '../../platform/schema.ts';

export type NotificationRow = Selectable<Schema['notification']>;

export async function insertNotification(
  q: Db | Tx,
  row: { id: string; institution_id: string; person_id: string; text: string; link: string | null },
): Promise<void> {
  await q.insertInto('notification').values(row).execute();
}

export function newestNotifications(db: Db, personId: string, limit: number): Promise<NotificationRow[]> {
  return db
    .selectFrom('notification')
    .selectAll()
    .where('person_id', '=', personId)
    .orderBy('at', 'desc')
    .orderBy('id')
    .limit(limit)
    .execute();
}

export async function countUnread(db: Db, personId: string): Promise<number> {
  const counted = await db
    .selectFrom('notification')
    .select((count) => count.fn.countAll<number>().as('unread'))
    .where('person_id', '=', personId)
    .where('read_at', 'is', null)
    .executeTakeFirstOrThrow();
  return counted.unread;
}

export async function markAllRead(db: Db, personId: string): Promise<void> {
  await db
    .updateTable('notification')
    .set({ read_at: sqlNow })
    .where('person_id', '=', personId)
    .where('read_at', 'is', null)
    .execute();
}

/** Whether the person was told the same in the last day. */
export async function toldLately(q: Db | Tx, personId: string, text: string): Promise<boolean> {
  const told = await q
    .selectFrom('notification')
    .select('id')
    .where('person_id', '=', personId)
    .where('text', '=', text)
    .where('at', '>', sql<Date>`app_now() - interval '1 day'`)
    .limit(1)
    .executeTakeFirst();
  return told !== undefined;
}
