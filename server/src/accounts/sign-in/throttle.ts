import { Failure } from '../../platform/failures.ts';
import { sha256 } from '../../platform/random.ts';
import type { AccountsRoom } from '../room.ts';
import { type AttemptLimit, countAttempt, forgetAttempts, takeBackAttempt } from './attempt-store.ts';

const ACCOUNT_LIMIT: AttemptLimit = { freeAttempts: 5, firstBlockSeconds: 30, longestBlockSeconds: 900 };
// A whole hospital can sit behind one address.
const ADDRESS_LIMIT: AttemptLimit = { freeAttempts: 60, firstBlockSeconds: 30, longestBlockSeconds: 900 };

export interface Attempt {
  /** As typed: whether there is such an account makes no difference here. */
  email: string;
  /** The network address that it came from. */
  address: string;
}

/**
 * Counts an attempt before the password is looked at, so that many at once can't slip through together.
 * Throws 429, in the same words for account and address, known or not.
 */
export async function assertMayTry(room: AccountsRoom, attempt: Attempt): Promise<void> {
  const waits = [
    await countAttempt(room.db, addressSubject(attempt), ADDRESS_LIMIT),
    await countAttempt(room.db, accountSubject(attempt), ACCOUNT_LIMIT),
  ];
  const seconds = Math.max(...waits);
  if (seconds <= 0) return;
  throw new Failure(429, 'too_many_requests', 'There were too many attempts to sign in.', {
    remedy: `Wait ${inWords(seconds)}, then try again. If you forgot your password, ask your administrator for a new link.`,
    retryAfterSeconds: seconds,
  });
}

export async function attemptSucceeded(room: AccountsRoom, attempt: Attempt): Promise<void> {
  await forgetAttempts(room.db, accountSubject(attempt));
  await takeBackAttempt(room.db, addressSubject(attempt), ADDRESS_LIMIT);
}

function accountSubject({ email }: Attempt): string {
  return `account:${Buffer.from(sha256(email)).toString('hex')}`;
}

function addressSubject({ address }: Attempt): string {
  return `address:${address}`;
}

function inWords(seconds: number): string {
  return seconds < 90 ? `${Math.ceil(seconds)} seconds` : `${Math.ceil(seconds / 60)} minutes`;
}
