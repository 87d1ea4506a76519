import type { ConnectionError } from '../connecting/connection-error.ts';
import type { ConnectionFailure } from './connection-store.ts';

const FIRST_PAUSE_SECONDS = 5;
const PAUSE_LIMIT_SECONDS = 900;
const LOOP_PAUSE_SECONDS = 300;
/** A Retry-After beyond this is not believed: a connection must not sleep for days on one header. */
const RETRY_AFTER_LIMIT_SECONDS = 3600;

/** Only the person can mend it (or first their administrator, then they): trying again would change nothing. */
export function isRefusedGrant({ kind }: ConnectionError): boolean {
  return kind === 'user' || kind === 'admin' || kind === 'declined';
}

/**
 * Seconds until the next attempt: doubling from 5 s to 15 min, spread by a fifth, and never less than Microsoft asked
 * for. A short Retry-After does not shorten it, or a bad day would cost thousands of calls.
 */
export function attemptAfter(failuresBefore: number, error: ConnectionError, random: number): number {
  const doubled = Math.min(PAUSE_LIMIT_SECONDS, FIRST_PAUSE_SECONDS * 2 ** Math.min(failuresBefore, 20));
  const ours = doubled * (0.9 + 0.2 * random);
  const least = error.code === 'loop_detected' ? LOOP_PAUSE_SECONDS : 0;
  const asked = Math.min(error.retryAfterSeconds ?? 0, RETRY_AFTER_LIMIT_SECONDS);
  return Math.max(asked, ours, least);
}

export function describeFailure(
  error: ConnectionError,
  status: ConnectionFailure['status'],
  nextAttemptInSeconds: number,
): ConnectionFailure {
  const { kind, code, aadsts, oauthError, claims, traceId, correlationId, timestamp } = error;
  const said = { kind, code, aadsts, oauthError, claims, traceId, correlationId, timestamp };
  return { status, nextAttemptInSeconds, ...said };
}
