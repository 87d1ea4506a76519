import { recordAudit } from '../../platform/audit.ts';
import { inTransaction } from '../../platform/database.ts';
import { Failure } from '../../platform/failures.ts';
import { removeLinksOf } from '../links/link-store.ts';
import { findPerson, updatePersonRow } from '../people/people-store.ts';
import type { AccountsRoom, SignedIn } from '../room.ts';
import { hashPassword, verifyPassword } from './passwords.ts';
import { removeSessions } from './session-store.ts';
import { assertMayTry, attemptSucceeded } from './throttle.ts';

/** Ends every other session of the person, and the links that could set the password once more. */
export async function changePassword(
  room: AccountsRoom,
  signedIn: SignedIn,
  passwords: { currentPassword: string; newPassword: string },
  address: string,
): Promise<void> {
  const attempt = { email: signedIn.email, address };
  await assertMayTry(room, attempt);
  const person = await findPerson(room.db, signedIn.personId);
  if (!(await verifyPassword(person?.password_hash, passwords.currentPassword)))
    throw new Failure(403, 'wrong_credentials', 'The current password is not right.', {
      remedy: 'Type it again. If you forgot it, an administrator of your institution can send you a new link.',
      fields: { currentPassword: 'is not right' },
    });
  await attemptSucceeded(room, attempt);
  const passwordHash = await hashPassword(passwords.newPassword);
  await inTransaction(room.db, async (tx) => {
    await updatePersonRow(tx, signedIn.personId, { password_hash: passwordHash });
    await removeSessions(tx, signedIn.personId, signedIn.sessionId);
    await removeLinksOf(tx, signedIn.personId);
    await recordAudit(tx, {
      institutionId: signedIn.institutionId,
      personId: signedIn.personId,
      kind: 'password_changed',
    });
  });
}
