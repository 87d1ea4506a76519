import type { TokenSet } from '../connecting/microsoft-app.ts';
import type { ConnectionStore } from './connection-store.ts';
import type { Sealing } from './sealing.ts';

export interface TokenVaultSettings {
  store: ConnectionStore;
  sealing: Sealing;
  /** Part of what each sealed token is bound to. */
  table: string;
  /** Usually `(token, signal) => refreshConnection(app, token, { signal })`; throws ConnectionError, also when aborted. */
  refresh: (refreshToken: string, signal: AbortSignal) => Promise<TokenSet>;
  /** A new, unguessable id; names who holds a lease. */
  randomId: () => string;
  /** For the pause after Microsoft refused the app itself; expiry is the store's clock's business. */
  now?: () => Date;
  /** 0 to 1, for spreading attempts. */
  random?: () => number;
  /** How waiting is done; tests pass one that moves a clock. */
  pause?: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}

/** Tokens are renewed this long before they expire. */
export const BUFFER_SECONDS = 300;
/** An old token with less left than this is no longer handed out. */
export const OLD_TOKEN_SECONDS = 30;
