import type { Behaviour } from '../config.ts';
import type { Clock } from './clock.ts';
import { DeviceCodes } from './device-codes.ts';
import type { Application, User } from './directory.ts';
import { hashSecret, newGuid, newSecret, type Random } from './ids.ts';
import { type Journal, Table } from './table.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const CODE_LIFE_MS = 10 * MINUTE_MS;
const REFRESH_LIFE_MS = 90 * DAY_MS;
const SPA_REFRESH_LIFE_MS = DAY_MS;

export interface Grant {
  userId: string;
  clientId: string;
  scopes: string[];
  /** The person proved a second factor when signing in. */
  mfa: boolean;
  sessionId: string;
  /** When they signed in. */
  authTime: number;
  /** The application understands claims challenges (`xms_cc` with `cp1`), so its tokens live long and end early. */
  capable: boolean;
  /** Authentication contexts (`acrs`) that were met. */
  contexts: string[];
  /** Claims of the id_token that were asked for one by one. */
  idTokenClaims: string[];
}

export interface AuthorizationCode extends Grant {
  redirectUri: string;
  tenantSegment: string;
  nonce?: string;
  codeChallenge?: { value: string; method: 'S256' | 'plain' };
  issuedAt: number;
  redeemed: boolean;
}

export interface RefreshToken extends Grant {
  issuedAt: number;
  expiresAt: number;
  /** Replaced by a newer one under strict rotation: good no more. */
  rotated: boolean;
}

/** `userId` is empty when an application acts for itself. */
export interface AccessToken {
  userId?: string;
  clientId: string;
  tenantId: string;
  scopes: string[];
  issuedAt: number;
  expiresAt: number;
  capable: boolean;
}

interface RefreshTokenIssued {
  token: string;
  /** Told to single-page applications only. */
  expiresInSeconds?: number;
}

/** How everything begins that personal accounts get. */
export const PERSONAL_PREFIX = 'M.';

export interface TokenCounts {
  issued: number;
  refreshed: number;
  reused: number;
}

type CountRow = TokenCounts & { clientId: string; user: string };

/** Codes and tokens by the hash of their secret, and how many were given out. */
export class Grants {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #codes: Table<AuthorizationCode>;
  readonly #refreshTokens: Table<RefreshToken>;
  readonly #accessTokens: Table<AccessToken>;
  readonly #counts: Table<CountRow>;
  readonly rotation: Behaviour['rotation'];
  readonly devices: DeviceCodes;

  constructor(journal: Journal, clock: Clock, random: Random, behaviour: Behaviour) {
    this.#clock = clock;
    this.#random = random;
    this.rotation = behaviour.rotation;
    this.devices = new DeviceCodes(journal, clock, random);
    this.#codes = new Table('codes', journal);
    this.#refreshTokens = new Table('refreshTokens', journal);
    this.#accessTokens = new Table('accessTokens', journal);
    this.#counts = new Table('tokenCounts', journal);
  }

  issueCode(user: User, grant: Omit<AuthorizationCode, 'issuedAt' | 'redeemed'>): string {
    const now = this.#now();
    // Redeemed and expired codes stay for a while, so that a second use is told from an unknown code.
    prune(this.#codes, (code) => code.issuedAt + 6 * CODE_LIFE_MS < now);
    const code = user.personal
      ? `${PERSONAL_PREFIX}C525_BL2.2.U.${newGuid(this.#random)}`
      : `1.A${newSecret(this.#random, 48)}`;
    this.#codes.put(hashSecret(code), { ...grant, issuedAt: now, redeemed: false });
    return code;
  }

  findCode(code: string): (AuthorizationCode & { expired: boolean }) | undefined {
    const row = this.#codes.get(hashSecret(code));
    return row && { ...row, expired: this.#now() > row.issuedAt + CODE_LIFE_MS };
  }

  markRedeemed(code: string): void {
    const row = this.#codes.get(hashSecret(code));
    if (row) this.#codes.put(hashSecret(code), { ...row, redeemed: true });
  }

  /** `replaces`: a single-page application stays connected for one day in all, however often it refreshes. */
  issueRefreshToken(user: User, grant: Grant, app: Application, replaces?: RefreshToken): RefreshTokenIssued {
    const now = this.#now();
    prune(this.#refreshTokens, (token) => token.expiresAt + 30 * DAY_MS < now);
    const token = user.personal
      ? `${PERSONAL_PREFIX}C525_BL2.0.U.-${newSecret(this.#random, 160)}`
      : `1.AR${newSecret(this.#random, 96)}`;
    const isSpa = app.platform === 'spa';
    const expiresAt = isSpa ? (replaces?.expiresAt ?? now + SPA_REFRESH_LIFE_MS) : now + REFRESH_LIFE_MS;
    this.#refreshTokens.put(hashSecret(token), { ...grant, issuedAt: now, expiresAt, rotated: false });
    return { token, ...(isSpa ? { expiresInSeconds: Math.floor((expiresAt - now) / 1000) } : {}) };
  }

  findRefreshToken(token: string): (RefreshToken & { expired: boolean }) | undefined {
    const row = this.#refreshTokens.get(hashSecret(token));
    return row && { ...row, expired: this.#now() >= row.expiresAt };
  }

  markRotated(token: string): void {
    const row = this.#refreshTokens.get(hashSecret(token));
    if (row) this.#refreshTokens.put(hashSecret(token), { ...row, rotated: true });
  }

  rememberAccessToken(token: string, row: AccessToken): void {
    const now = this.#now();
    prune(this.#accessTokens, (one) => one.expiresAt + DAY_MS < now);
    this.#accessTokens.put(hashSecret(token), row);
  }

  findAccessToken(token: string): (AccessToken & { expired: boolean }) | undefined {
    const row = this.#accessTokens.get(hashSecret(token));
    return row && { ...row, expired: this.#now() >= row.expiresAt };
  }

  count(user: User | undefined, clientId: string, what: keyof TokenCounts): void {
    const name = user?.userPrincipalName ?? '';
    const key = `${clientId} ${name}`;
    const row = this.#counts.get(key) ?? { clientId, user: name, issued: 0, refreshed: 0, reused: 0 };
    this.#counts.put(key, { ...row, [what]: row[what] + 1 });
  }

  counts(): CountRow[] {
    return [...this.#counts.values()].map((row) => ({ ...row }));
  }

  clear(): void {
    for (const table of [this.#codes, this.#refreshTokens, this.#accessTokens, this.#counts]) table.clear();
    this.devices.clear();
  }

  #now(): number {
    return this.#clock.now().getTime();
  }
}

/** Rows are in the order of their making, so looking ends at the first that stays. */
function prune<Row extends object>(table: Table<Row>, isOver: (row: Row) => boolean): void {
  for (const [id, row] of table.entries()) {
    if (!isOver(row)) return;
    table.delete(id);
  }
}
