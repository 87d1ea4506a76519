import type { ConnectionError } from '../connecting/connection-error.ts';

export type UnavailableReason =
  | 'reconnect_needed'
  | 'ended'
  | 'not_found'
  | 'microsoft_unreachable'
  | 'app_misconfigured';

const MESSAGES: Record<UnavailableReason, string> = {
  reconnect_needed: 'Microsoft refused this connection; the person must reconnect their account.',
  ended: 'This connection was ended; the person can connect again.',
  not_found: 'There is no such connection.',
  microsoft_unreachable: 'Microsoft gives out no token at the moment; try again shortly.',
  app_misconfigured: "Microsoft refuses the app itself; its operator must mend the app's registration or secret.",
};

/** No valid token can be handed out. Only `reconnect_needed` is for the person to mend. */
export class ConnectionUnavailable extends Error {
  override readonly name = 'ConnectionUnavailable';
  readonly reason: UnavailableReason;
  /** When it makes sense to ask again. */
  readonly retryAfterSeconds?: number;
  declare readonly cause?: ConnectionError;

  constructor(reason: UnavailableReason, more: { cause?: ConnectionError; retryAfterSeconds?: number } = {}) {
    super(MESSAGES[reason]);
    this.reason = reason;
    this.retryAfterSeconds = more.retryAfterSeconds;
    if (more.cause) Object.defineProperty(this, 'cause', { value: more.cause });
  }
}
