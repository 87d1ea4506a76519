/** What a host can do about a failed call; see the README's table. */
export type GraphErrorKind =
  | 'unauthorized'
  | 'forbidden'
  | 'retention'
  | 'not-found'
  | 'conflict'
  | 'changed'
  | 'locked'
  | 'throttled'
  | 'full'
  | 'too-large'
  | 'invalid'
  | 'unavailable';

export interface GraphErrorDetails {
  /** The HTTP status, 0 when no answer came. */
  status: number;
  /** The most specific code that the answer names, or `network`, `timed_out`. */
  code: string;
  kind: GraphErrorKind;
  requestId?: string;
  retryAfterSeconds?: number;
  /** A claims challenge of a 401 (decoded JSON): to be passed on when the person reconnects. */
  claims?: string;
  mayHaveHappened: boolean;
  cause?: unknown;
}

const EXPLANATIONS: Record<GraphErrorKind, string> = {
  unauthorized: 'Microsoft refused the access token, also after it was renewed once.',
  forbidden: 'Microsoft says that this account may not do this.',
  retention: 'A retention rule of the tenant forbids this.',
  'not-found': 'The item is not there, or this account may not see it.',
  conflict: 'Something of that name is already there.',
  changed: 'The item changed in the meantime; read it again.',
  locked: 'The item is open in an Office app or checked out; try again when it is closed.',
  throttled: 'Microsoft asks for fewer requests; wait before the next one.',
  full: 'The storage is full; space must be made before anything can be saved.',
  'too-large': 'The file is larger than this way of uploading takes.',
  invalid: 'Microsoft refused the request as wrong.',
  unavailable: 'Microsoft could not be reached or failed; try again later.',
};

/** A Graph call failed. `mayHaveHappened`: no proper answer came, so the effect may be there; read before repeating. */
export class GraphError extends Error {
  override readonly name = 'GraphError';
  readonly status: number;
  readonly code: string;
  readonly kind: GraphErrorKind;
  readonly requestId?: string;
  readonly retryAfterSeconds?: number;
  readonly claims?: string;
  readonly mayHaveHappened: boolean;

  constructor(details: GraphErrorDetails) {
    super(`${EXPLANATIONS[details.kind]} (${details.status || 'no answer'}, ${details.code})`);
    this.status = details.status;
    this.code = details.code;
    this.kind = details.kind;
    this.requestId = details.requestId;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.claims = details.claims;
    this.mayHaveHappened = details.mayHaveHappened;
    if (details.cause !== undefined) Object.defineProperty(this, 'cause', { value: details.cause });
  }
}
