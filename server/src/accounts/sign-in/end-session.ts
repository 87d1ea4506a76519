import { recordAudit } from '../../platform/audit.ts';
import { inTransaction } from '../../platform/database.ts';
import { notFound } from '../../platform/failures.ts';
import type { AccountsRoom, SignedIn } from '../room.ts';
import { removeSession } from './session-store.ts';

/** Ends one of the person's own sessions; another's answers as if it were not there. */
export async function endSession(room: AccountsRoom, person: SignedIn, sessionId: string): Promise<void> {
  await inTransaction(room.db, async (tx) => {
    if (!(await removeSession(tx, person.personId, sessionId))) throw notFound('This session');
    await recordAudit(tx, {
      institutionId: person.institutionId,
      personId: person.personId,
      kind: sessionId === person.sessionId ? 'signed_out' : 'session_ended',
    });
  });
}
