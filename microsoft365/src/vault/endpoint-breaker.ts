import type { ConnectionError } from '../connecting/connection-error.ts';
import { ConnectionUnavailable } from './connection-unavailable.ts';

const FAILURES_IN_A_ROW = 5;
const CONNECTIONS = 3;
const FIRST_PAUSE_SECONDS = 5;
const PAUSE_LIMIT_SECONDS = 60;

/**
 * When the token endpoint fails for several connections in a row and for none succeeds, it is the endpoint and not
 * they: further connections wait, one attempt at a time finds out. One connection's own trouble never opens it.
 */
export function createEndpointBreaker(now: () => Date) {
  const failed = new Set<string>();
  let failures = 0;
  let open: { until: number; pauses: number; probing: boolean } | undefined;
  return {
    assertClosed() {
      const leftMs = (open?.until ?? 0) - now().getTime();
      if (leftMs > 0) throw new ConnectionUnavailable('microsoft_unreachable', { retryAfterSeconds: leftMs / 1000 });
    },
    /** The one attempt after a pause: others go on waiting until it has told. */
    trying() {
      if (open) open = { ...open, until: now().getTime() + FIRST_PAUSE_SECONDS * 1000, probing: true };
    },
    /** An answer came, were it a refusal: the endpoint works. */
    answered() {
      failures = 0;
      failed.clear();
      open = undefined;
    },
    failed(connectionId: string, cause: ConnectionError) {
      // What was under way when it opened is no news.
      if (open && !open.probing) return;
      failures += 1;
      if (failed.size < CONNECTIONS) failed.add(connectionId);
      if (!open && (failures < FAILURES_IN_A_ROW || failed.size < CONNECTIONS)) return;
      const pauses = open?.pauses ?? 0;
      const doubled = FIRST_PAUSE_SECONDS * 2 ** Math.min(pauses, 10);
      const seconds = Math.min(PAUSE_LIMIT_SECONDS, Math.max(doubled, cause.retryAfterSeconds ?? 0));
      open = { until: now().getTime() + seconds * 1000, pauses: pauses + 1, probing: false };
    },
  };
}
