import type { Together } from '@megdocs/contract';
import type { EditingRoom } from '../room.ts';
import { findSession } from '../store.ts';
import { findTakeOver } from './take-over-store.ts';

/** Whose work a session goes on with, and why. */
export async function presentOrigin(room: EditingRoom, sessionId: string): Promise<Together['continuedFrom']> {
  const row = await findTakeOver(room.db, sessionId);
  const from = row && (await findSession(room.db, row.from_session_id));
  if (!row || !from) return null;
  const starter = await room.accounts.person(room.db, from.starter_id);
  const by = await room.accounts.person(room.db, row.by_person_id);
  return {
    sessionId: from.id,
    starter: { id: from.starter_id, name: starter?.name ?? '' },
    kind: row.kind,
    by: { id: row.by_person_id, name: by?.name ?? '' },
    reason: row.reason,
    contentFrom: row.content_from?.toISOString() ?? null,
    settled: row.settled,
  };
}
