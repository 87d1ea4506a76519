import { recordAudit } from '../../platform/audit.ts';
import { inTransaction } from '../../platform/database.ts';
import { Failure } from '../../platform/failures.ts';
import { sha256 } from '../../platform/random.ts';
import { dropLinkMails } from '../notifications/mail-store.ts';
import { lockPerson, updatePersonRow } from '../people/people-store.ts';
import type { AccountsRoom } from '../room.ts';
import { hashPassword } from '../sign-in/passwords.ts';
import { removeSessions } from '../sign-in/session-store.ts';
import { startSession, type Visitor } from '../sign-in/sign-in.ts';
import { attemptSucceeded } from '../sign-in/throttle.ts';
import { findUsableLink, removeLinksOf, useLink } from './link-store.ts';

export async function findLink(room: AccountsRoom, token: string) {
  const link = await findUsableLink(room.db, sha256(token));
  if (!link) throw linkNotValid();
  return link;
}

/** Sets the password, ends what sessions there were, and signs in; answers the session's token. */
export async function acceptLink(
  room: AccountsRoom,
  token: string,
  accepted: { name?: string | undefined; password: string },
  visitor: Visitor,
): Promise<string> {
  const link = await findLink(room, token);
  const passwordHash = await hashPassword(accepted.password);
  const session = await inTransaction(room.db, async (tx) => {
    if (!(await useLink(tx, link.id))) throw linkNotValid();
    const person = await lockPerson(tx, link.person_id);
    if (!person || person.deactivated_at) throw linkNotValid();
    await updatePersonRow(tx, person.id, {
      password_hash: passwordHash,
      ...(link.purpose === 'invitation' && accepted.name ? { name: accepted.name } : {}),
    });
    await removeSessions(tx, person.id);
    await removeLinksOf(tx, person.id);
    await dropLinkMails(tx, person.id);
    await recordAudit(tx, {
      institutionId: person.institution_id,
      personId: person.id,
      kind: link.purpose === 'invitation' ? 'person_joined' : 'password_reset_used',
    });
    return startSession(room, tx, person, visitor);
  });
  // Whoever was blocked for guessing the old password begins anew with the one just chosen.
  await attemptSucceeded(room, { email: link.email, address: visitor.address });
  return session;
}

function linkNotValid(): Failure {
  return new Failure(404, 'link_not_valid', 'This link is not valid: it was used already, or its time is over.', {
    remedy: 'Ask an administrator of your institution for a new one.',
  });
}
