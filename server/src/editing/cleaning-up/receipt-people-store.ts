import type { Db, Tx } from '../../platform/database.ts';
import type { ReceiptPerson } from './receipt.ts';

/** The colleagues of sessions as their receipts tell of them, by session; who never was let in is none. */
export async function receiptPeople(q: Db | Tx, sessionIds: readonly string[]): Promise<Map<string, ReceiptPerson[]>> {
  const bySession = new Map<string, ReceiptPerson[]>();
  if (sessionIds.length === 0) return bySession;
  const rows = await q
    .selectFrom('edit_participant')
    .innerJoin('person', 'person.id', 'edit_participant.person_id')
    .select(['session_id', 'person.name', 'state', 'told_of as toldOf', 'withdrawn_at as withdrawnAt', 'problem'])
    .where('session_id', 'in', sessionIds)
    .where('granted_at', 'is not', null)
    .orderBy('joined_at')
    .execute();
  for (const { session_id, ...person } of rows) {
    const people = bySession.get(session_id) ?? [];
    bySession.set(session_id, [...people, person]);
  }
  return bySession;
}
