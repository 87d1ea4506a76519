/** Who must act: the person by connecting again (`user`), the tenant's administrator, or whoever runs the app. */
export type ConnectionErrorKind = 'declined' | 'user' | 'admin' | 'app' | 'throttled' | 'transient' | 'protocol';

/** What happened; stable, so that a host can key its words by it. */
export type ConnectionErrorCode = keyof typeof MESSAGES;

const MESSAGES = {
  consent_declined: 'The person did not accept the permissions; connecting can be started again.',
  consent_required: 'Consent to a permission is missing; the person must connect again, or an administrator consent.',
  admin_approval_needed: 'An administrator of the Microsoft tenant must approve the app first.',
  access_blocked: "The tenant's policy blocks this sign-in; its administrator must change the policy or the account.",
  account_not_usable: 'This Microsoft account cannot be used here; another one must be chosen.',
  tenant_not_allowed: "Accounts of this account's tenant are not allowed here; another one must be chosen.",
  grant_refused: 'Microsoft no longer accepts the stored grant; the person must connect again.',
  rotation_lost: 'A renewed token was lost on its way and the old one is refused; the person must connect again.',
  token_refused: 'Microsoft refuses the access token, also after it was renewed; the person must connect again.',
  interaction_required: 'Microsoft wants to see the person (password, second factor, policy); they must connect again.',
  missing_refresh_token: 'Microsoft sent no refresh token; check that offline_access is allowed for the app.',
  client_credential_refused: "Microsoft refused the app's secret or certificate; renew it in the app registration.",
  client_credential_invalid: "The app's certificate and private key cannot be used; check that they belong together.",
  clock_wrong: "This server's clock and Microsoft's differ by more than a minute; set the clock right (NTP).",
  app_not_found: 'Microsoft does not know the app in this tenant, or it is disabled; check client id and tenant.',
  app_misconfigured: 'Microsoft refused the request as wrong; check the app registration against the configuration.',
  response_untrusted: 'An answer failed its checks and was dropped; start again.',
  loop_detected: 'Microsoft saw the same request too often and refuses it for a while.',
  microsoft_throttled: 'Microsoft asks for fewer requests; wait before the next one.',
  microsoft_unavailable: 'Microsoft answered with a fault of its own; try again later.',
  microsoft_timed_out: 'Microsoft did not answer in time; try again later.',
  microsoft_unreachable: 'Microsoft could not be reached; check network, proxy and certificates, then try again.',
} as const;

/** What Microsoft said besides the error itself; numbers and names to show to an administrator, never secrets. */
export interface ConnectionErrorDetails {
  aadsts?: number;
  oauthError?: string;
  claims?: string;
  /** As Microsoft asked, uncapped. */
  retryAfterSeconds?: number;
  traceId?: string;
  correlationId?: string;
  timestamp?: string;
  /** Which check failed, in our own words. */
  reason?: string;
  cause?: unknown;
}

/** A connection could not be made, renewed or ended. Carries no token, code, body or URL query. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  readonly kind: ConnectionErrorKind;
  readonly code: ConnectionErrorCode;
  readonly aadsts?: number;
  readonly oauthError?: string;
  /** A claims challenge (JSON) to pass on to `startConnection` when the person reconnects. */
  readonly claims?: string;
  readonly retryAfterSeconds?: number;
  readonly traceId?: string;
  readonly correlationId?: string;
  readonly timestamp?: string;

  constructor(kind: ConnectionErrorKind, code: ConnectionErrorCode, details: ConnectionErrorDetails = {}) {
    const { reason, cause, ...said } = details;
    super(reason ? `${MESSAGES[code]} (${reason})` : MESSAGES[code]);
    this.kind = kind;
    this.code = code;
    for (const [field, value] of Object.entries(said)) {
      if (value !== undefined) Object.defineProperty(this, field, { value, enumerable: true });
    }
    // Not enumerable: a logger that spreads an error must not meet what a library put into its own.
    if (cause !== undefined) Object.defineProperty(this, 'cause', { value: cause });
  }
}
