import { setTimeout as pauseFor } from 'node:timers/promises';
import type { StoredConnection } from './connection-store.ts';
import { ConnectionUnavailable } from './connection-unavailable.ts';
import { createRenewal, openAccessToken, readUsable } from './renew-connection.ts';
import { BUFFER_SECONDS, OLD_TOKEN_SECONDS, type TokenVaultSettings } from './vault-settings.ts';

export interface TokenVault {
  /**
   * A token that is good for five more minutes, renewed if need be; while Microsoft can't renew it, the old one as long
   * as it lives. Ask for every request, keep none.
   * @throws ConnectionUnavailable, SealingError, or what the store throws
   */
  accessToken(connectionId: string): Promise<string>;
  /** After a 401 from Graph: the token that has replaced the refused one meanwhile, else one renewal. */
  renewAfterRefusal(connectionId: string, refusedToken: string): Promise<string>;
  /** For shutting down: begins no renewal any more, and resolves when what is under way is stored. */
  drain(): Promise<void>;
}

const WAIT_WITH_OLD_TOKEN_MS = 2500;
const WAIT_WITHOUT_TOKEN_MS = 9000;

/**
 * Hands out access tokens of stored connections. Renews each once over all processes: single flight here, a lease in
 * the store, one fenced write before the new token is used. Keeps no token in memory between calls.
 */
export function createTokenVault(given: TokenVaultSettings): TokenVault {
  const settings = {
    now: () => new Date(),
    random: Math.random,
    pause: (milliseconds: number, signal?: AbortSignal) => pauseFor(milliseconds, undefined, { signal }),
    ...given,
  };
  const renew = createRenewal(settings);
  const flights = new Map<string, Promise<string>>();
  let closing = false;

  function renewOnce(row: StoredConnection): Promise<string> {
    const running = flights.get(row.id);
    if (running) return running;
    if (closing) return Promise.reject(new ConnectionUnavailable('microsoft_unreachable'));
    const flight = renew(row).finally(() => flights.delete(row.id));
    flight.catch(() => undefined); // Callers that gave up waiting must not leave an unhandled rejection.
    flights.set(row.id, flight);
    return flight;
  }

  return {
    async accessToken(id) {
      const row = await readUsable(settings.store, id);
      if (row.secondsLeft > BUFFER_SECONDS) return openAccessToken(settings, row);
      const lives = row.secondsLeft > OLD_TOKEN_SECONDS && row.sealedAccessToken !== null;
      try {
        return await within(renewOnce(row), lives ? WAIT_WITH_OLD_TOKEN_MS : WAIT_WITHOUT_TOKEN_MS, settings.pause);
      } catch (error) {
        if (lives && isPassing(error)) return openAccessToken(settings, row);
        throw error;
      }
    },
    async renewAfterRefusal(id, refusedToken) {
      const row = await readUsable(settings.store, id);
      if (row.sealedAccessToken !== null && row.secondsLeft > 0) {
        const stored = openAccessToken(settings, row);
        if (stored !== refusedToken) return stored;
      }
      const renewed = await within(renewOnce(row), WAIT_WITHOUT_TOKEN_MS, settings.pause);
      if (renewed === refusedToken) throw new ConnectionUnavailable('microsoft_unreachable');
      return renewed;
    },
    async drain() {
      closing = true;
      await Promise.allSettled(flights.values());
    },
  };
}

/** Troubles that are not the grant's: the old token may bridge them. A refused grant is never papered over. */
function isPassing(error: unknown): boolean {
  return (
    error instanceof ConnectionUnavailable &&
    (error.reason === 'microsoft_unreachable' || error.reason === 'app_misconfigured')
  );
}

/** The flight goes on when a caller stops waiting; its result is stored for the next one. */
async function within<T>(
  flight: Promise<T>,
  milliseconds: number,
  pause: (milliseconds: number, signal?: AbortSignal) => Promise<void>,
): Promise<T> {
  const finished = new AbortController();
  const late = pause(milliseconds, finished.signal).then(() => {
    throw new ConnectionUnavailable('microsoft_unreachable', { retryAfterSeconds: 5 });
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([flight, late]);
  } finally {
    finished.abort();
  }
}
