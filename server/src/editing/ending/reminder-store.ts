import { sql } from 'kysely';
import type { Db, Tx } from '../../platform/database.ts';
import type { SessionRow } from '../store.ts';
import { DEFAULT_POLICY } from './policy-store.ts';

export interface Reminder {
  kind: 'idle' | 'reminded' | 'asked-to-close';
  sent_at: Date;
}

export async function addReminder(
  tx: Tx,
  session: SessionRow,
  kind: Reminder['kind'],
  sentBy: string | null,
): Promise<void> {
  await tx
    .insertInto('edit_session_reminder')
    .values({ institution_id: session.institution_id, session_id: session.id, kind, sent_by: sentBy })
    .execute();
}

/** Newest first. */
export async function remindersOf(q: Db | Tx, sessionId: string): Promise<Reminder[]> {
  return q
    .selectFrom('edit_session_reminder')
    .select(['kind', 'sent_at'])
    .where('session_id', '=', sessionId)
    .orderBy('sent_at', 'desc')
    .execute();
}

/** The same for whoever is about to add one: two at once come one after the other. */
export async function remindersInTurn(tx: Tx, sessionId: string): Promise<Reminder[]> {
  await tx.selectFrom('edit_session').select('id').where('id', '=', sessionId).forUpdate().execute();
  return remindersOf(tx, sessionId);
}

/** Sessions in which nobody has saved for as long as their institution waits before it reminds, the oldest first. */
export async function idleSessions(db: Db, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select s.id from edit_session s left join ending_policy p on p.institution_id = s.institution_id
    where s.state = 'active' and greatest(s.started_at, s.last_saved_at)
      < app_now() - make_interval(days => coalesce(p.remind_after_days, ${DEFAULT_POLICY.remindAfterDays}))
    order by greatest(s.started_at, s.last_saved_at) limit ${limit}`.execute(db);
  return rows.map((row) => row.id);
}
