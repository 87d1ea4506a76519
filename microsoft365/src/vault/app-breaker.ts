import type { ConnectionError } from '../connecting/connection-error.ts';
import { ConnectionUnavailable } from './connection-unavailable.ts';

const PAUSE_SECONDS = 30;
const EVERYWHERE = '';

interface Refusal {
  until: number;
  cause: ConnectionError;
}

/** Told once when Microsoft begins to refuse the app, and once when it accepts it again. */
export interface AppAlarm {
  onAppFault: (cause: ConnectionError) => void;
  onAppMended: () => void;
}

/**
 * When Microsoft refuses the app itself (a secret that expired), asking for every user again and again gets the app
 * blocked. One attempt each half minute finds out whether it was mended. A refused credential holds everywhere; that
 * the app is unknown or wrongly set up may be one tenant's doing, so it keeps nobody of another tenant waiting.
 */
export function createAppBreaker(now: () => Date, alarm: AppAlarm) {
  const refusals = new Map<string, Refusal>();
  const pauseFrom = () => now().getTime() + PAUSE_SECONDS * 1000;
  const concerning = (tenant: string) => [...new Set([EVERYWHERE, tenant])];
  return {
    assertClosed(tenant = EVERYWHERE) {
      for (const scope of concerning(tenant)) {
        const refusal = refusals.get(scope);
        const leftMs = (refusal?.until ?? 0) - now().getTime();
        if (refusal && leftMs > 0)
          throw new ConnectionUnavailable('app_misconfigured', {
            cause: refusal.cause,
            retryAfterSeconds: leftMs / 1000,
          });
      }
    },
    /** The one attempt: others go on waiting until it has told. */
    trying(tenant = EVERYWHERE) {
      for (const scope of concerning(tenant)) {
        const refusal = refusals.get(scope);
        if (refusal) refusal.until = pauseFrom();
      }
    },
    succeeded(tenant = EVERYWHERE) {
      const mended = concerning(tenant).filter((scope) => refusals.delete(scope));
      if (mended.length > 0) ring(() => alarm.onAppMended());
    },
    refused(tenant = EVERYWHERE, cause: ConnectionError) {
      const isCredential = cause.code === 'client_credential_refused' || cause.code === 'client_credential_invalid';
      const scope = isCredential ? EVERYWHERE : tenant;
      const isNews = !refusals.has(scope);
      refusals.set(scope, { until: pauseFrom(), cause });
      if (isNews) ring(() => alarm.onAppFault(cause));
    },
  };
}

/** An alarm that fails must not fail whoever wanted a token. */
function ring(bell: () => void): void {
  try {
    bell();
  } catch {
    // The host's alarm, the host's log.
  }
}
