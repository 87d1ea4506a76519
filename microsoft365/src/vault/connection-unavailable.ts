import type { ConnectionError } from '../connecting/connection-error.ts';
import type { SealingError } from './sealing.ts';

/**
 * Why there is no token: `reconnect_needed`, the person mends it; `ended`, `not_found`, there is no such connection;
 * `microsoft_unreachable`, later; `app_misconfigured`, the operator mends the app's registration or credential;
 * `token_unreadable`, what is stored does not open (damaged, or its key is not configured), the operator looks first;
 * `store_unavailable`, the host's own store failed or was late, later.
 */
export type UnavailableReason =
  | 'reconnect_needed'
  | 'ended'
  | 'not_found'
  | 'microsoft_unreachable'
  | 'app_misconfigured'
  | 'token_unreadable'
  | 'store_unavailable';

const MESSAGES: Record<UnavailableReason, string> = {
  reconnect_needed: 'Microsoft refused this connection; the person must reconnect their account.',
  ended: 'This connection was ended; the person can connect again.',
  not_found: 'There is no such connection.',
  microsoft_unreachable: 'Microsoft gives out no token at the moment; try again shortly.',
  app_misconfigured: "Microsoft refuses the app itself; its operator must mend the app's registration or secret.",
  token_unreadable: 'The stored token does not open; check the token keys. Reconnecting the account replaces it.',
  store_unavailable: 'The store of connections failed or did not answer in time; try again shortly.',
};

/** No valid token can be handed out. Only `reconnect_needed` is for the person to mend. */
export class ConnectionUnavailable extends Error {
  override readonly name = 'ConnectionUnavailable';
  readonly reason: UnavailableReason;
  /** When it makes sense to ask again. */
  readonly retryAfterSeconds?: number;
  /** What Microsoft said, why the seal did not open, or what the store threw. Not enumerable. */
  declare readonly cause?: ConnectionError | SealingError | Error;

  constructor(reason: UnavailableReason, more: { cause?: unknown; retryAfterSeconds?: number } = {}) {
    super(MESSAGES[reason]);
    this.reason = reason;
    this.retryAfterSeconds = more.retryAfterSeconds;
    if (more.cause !== undefined) Object.defineProperty(this, 'cause', { value: more.cause });
  }
}
