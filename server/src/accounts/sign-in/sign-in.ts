import { recordAudit } from '../../platform/audit.ts';
import { inTransaction, sqlNow, type Tx } from '../../platform/database.ts';
import { Failure } from '../../platform/failures.ts';
import { sha256 } from '../../platform/random.ts';
import { findPersonByEmail, type PersonRow, updatePersonRow } from '../people/people-store.ts';
import type { AccountsRoom } from '../room.ts';
import { verifyPassword } from './passwords.ts';
import { insertSession, removeSessionByToken } from './session-store.ts';
import { assertMayTry, attemptSucceeded } from './throttle.ts';

/** The browser that signs in. */
export interface Visitor {
  address: string;
  browser: string;
  /** The session token it came with: it ends, whoever's it was, so that nobody can prepare a session for another. */
  oldToken: string | undefined;
}

/** Answers the token of a new session. */
export async function signIn(
  room: AccountsRoom,
  credentials: { email: string; password: string },
  visitor: Visitor,
): Promise<string> {
  const email = credentials.email.trim().toLowerCase();
  const attempt = { email, address: visitor.address };
  await assertMayTry(room, attempt);
  const person = await findPersonByEmail(room.db, email);
  const usable = person && person.deactivated_at === null ? person : undefined;
  const matches = await verifyPassword(usable?.password_hash, credentials.password);
  if (!usable || !matches)
    throw new Failure(401, 'wrong_credentials', 'The address or the password is not right.', {
      remedy: 'Check both. If you forgot your password, an administrator of your institution can send you a new link.',
    });
  await attemptSucceeded(room, attempt);
  return inTransaction(room.db, (tx) => startSession(room, tx, usable, visitor));
}

export async function startSession(room: AccountsRoom, tx: Tx, person: PersonRow, visitor: Visitor): Promise<string> {
  if (visitor.oldToken) await removeSessionByToken(tx, sha256(visitor.oldToken));
  const token = room.random.token();
  await insertSession(tx, {
    id: room.random.uuid(),
    institution_id: person.institution_id,
    person_id: person.id,
    token_hash: sha256(token),
    browser: visitor.browser,
    address: visitor.address,
  });
  await updatePersonRow(tx, person.id, { last_sign_in_at: sqlNow });
  await recordAudit(tx, {
    institutionId: person.institution_id,
    personId: person.id,
    kind: 'signed_in',
    detail: { browser: visitor.browser, address: visitor.address },
  });
  return token;
}
