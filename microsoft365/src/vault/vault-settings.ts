import type { ConnectionError } from '../connecting/connection-error.ts';
import type { TokenSet } from '../connecting/microsoft-app.ts';
import type { ConnectionStore } from './connection-store.ts';
import type { Sealing } from './sealing.ts';

/** What a token vault works with. */
export interface TokenVaultSettings {
  store: ConnectionStore;
  sealing: Sealing;
  /** Part of what each sealed token is bound to; the same name as `sealTokens` got. */
  table: string;
  /** Usually `(token, signal) => refreshConnection(app, token, { signal })`; throws ConnectionError, also when aborted. */
  refresh: (refreshToken: string, signal: AbortSignal) => Promise<TokenSet>;
  /** A new, unguessable id; names who holds a lease. */
  randomId: () => string;
  /** For the pauses of the two breakers; expiry is the store's clock's business. Default: this machine's clock. */
  now?: () => Date;
  /** 0 to 1, for spreading attempts. Default: `Math.random`. */
  random?: () => number;
  /** How waiting is done; tests pass one that moves a clock. Default: a timer. */
  pause?: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** Token calls under way at once, in this process. Default 64; the others wait their turn. */
  callsAtOnce?: number;
  /**
   * Microsoft began to refuse the app itself (secret expired, app unknown): whoever runs it has to act, no connection
   * was changed. Called once until it is mended, in each process, after the lease was given up; never awaited.
   */
  onAppFault?: (cause: ConnectionError) => void;
  /** Microsoft accepts the app again. */
  onAppMended?: () => void;
}

/** With every default filled in. */
export type RenewalSettings = Required<TokenVaultSettings>;

/** Tokens are renewed this long before they expire. */
export const BUFFER_SECONDS = 300;
/** An old token with less left than this is no longer handed out. */
export const OLD_TOKEN_SECONDS = 30;
