import type { ConnectionError } from '../connecting/connection-error.ts';
import { ConnectionUnavailable } from './connection-unavailable.ts';

const PAUSE_SECONDS = 30;

/**
 * When Microsoft refuses the app itself (a secret that expired), asking for every user again and again gets the app
 * blocked. One attempt each half minute finds out whether it was mended.
 */
export function createAppBreaker(now: () => Date) {
  let refusal: { until: number; cause: ConnectionError } | undefined;
  const pauseFrom = () => now().getTime() + PAUSE_SECONDS * 1000;
  return {
    assertClosed() {
      if (refusal && now().getTime() < refusal.until) {
        const retryAfterSeconds = (refusal.until - now().getTime()) / 1000;
        throw new ConnectionUnavailable('app_misconfigured', { cause: refusal.cause, retryAfterSeconds });
      }
    },
    /** The one attempt: others go on waiting until it has told. */
    trying() {
      if (refusal) refusal.until = pauseFrom();
    },
    succeeded() {
      refusal = undefined;
    },
    refused(cause: ConnectionError) {
      refusal = { until: pauseFrom(), cause };
    },
  };
}
