import type { Clock } from './clock.ts';
import type { Directory, User } from './directory.ts';
import { hashSecret, newGuid, newSecret, type Random } from './ids.ts';
import { type Journal, Table } from './table.ts';

/** One name on both origins: cookies know no ports, so signing in once serves sign-in and the editor. */
export const SESSION_COOKIE = 'microsoft365_emulator_session';

interface SignedIn {
  userId: string;
  signedInAt: number;
  mfa: boolean;
}

interface BrowserSession {
  id: string;
  /** The last one who signed in comes last. */
  accounts: SignedIn[];
}

/** An account of one browser, as the pages work with it. */
export interface SignedInAccount {
  user: User;
  mfa: boolean;
  /** When the password, or the second factor, was last proved. */
  signedInAt: number;
  sessionId: string;
}

/** Who is signed in at the emulator in which browser. */
export class BrowserSessions {
  readonly #table: Table<BrowserSession>;
  readonly #directory: Directory;
  readonly #clock: Clock;
  readonly #random: Random;

  constructor(journal: Journal, directory: Directory, clock: Clock, random: Random) {
    this.#table = new Table('browserSessions', journal);
    this.#directory = directory;
    this.#clock = clock;
    this.#random = random;
  }

  /** Accounts that are signed in, and neither disabled nor revoked since; the last one to sign in comes first. */
  accounts(cookieHeader: string | undefined): SignedInAccount[] {
    const session = this.#find(cookieHeader);
    if (session === undefined) return [];
    return session.accounts
      .flatMap(({ userId, signedInAt, mfa }) => {
        const user = this.#directory.findUser(userId);
        if (user === undefined || this.#directory.isDisabled(user)) return [];
        if (this.#directory.isRevoked(user, signedInAt) || this.#directory.isFromBeforePassword(user, signedInAt))
          return [];
        return [{ user, mfa, signedInAt, sessionId: session.id }];
      })
      .reverse();
  }

  /** Answers the cookie's value: a new one at every sign-in, so that a planted one is worth nothing. */
  signIn(cookieHeader: string | undefined, user: User, mfa: boolean): string {
    const before = this.#find(cookieHeader);
    this.signOut(cookieHeader);
    const others = (before?.accounts ?? []).filter(({ userId }) => userId !== user.id);
    const secret = newSecret(this.#random);
    this.#table.put(hashSecret(secret), {
      id: before?.id ?? newGuid(this.#random),
      accounts: [...others, { userId: user.id, signedInAt: this.#clock.now().getTime(), mfa }],
    });
    return secret;
  }

  signOut(cookieHeader: string | undefined): void {
    const secret = cookieValue(cookieHeader);
    if (secret !== undefined) this.#table.delete(hashSecret(secret));
  }

  clear(): void {
    this.#table.clear();
  }

  #find(cookieHeader: string | undefined): BrowserSession | undefined {
    const secret = cookieValue(cookieHeader);
    return secret === undefined ? undefined : this.#table.get(hashSecret(secret));
  }
}

function cookieValue(cookieHeader: string | undefined): string | undefined {
  for (const pair of (cookieHeader ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === SESSION_COOKIE) return pair.slice(at + 1).trim();
  }
  return undefined;
}
