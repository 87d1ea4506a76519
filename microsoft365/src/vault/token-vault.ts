import { setTimeout as pauseFor } from 'node:timers/promises';
import type { TokenChallenge, TokenSource } from '../graph/token-source.ts';
import { createCallSlots } from './call-slots.ts';
import type { StoredConnection } from './connection-store.ts';
import { ConnectionUnavailable, type UnavailableReason } from './connection-unavailable.ts';
import { giveUpToken } from './give-up-token.ts';
import { guardStore } from './guard-store.ts';
import { openAccessToken } from './open-token.ts';
import { createRenewal, readUsable } from './renew-connection.ts';
import { BUFFER_SECONDS, OLD_TOKEN_SECONDS, type RenewalSettings, type TokenVaultSettings } from './vault-settings.ts';

/** Hands out access tokens of stored connections, and keeps none. Every operation throws ConnectionUnavailable. */
export interface TokenVault {
  /**
   * A token that is good for five more minutes, renewed if need be; while Microsoft can't renew it, the old one as long
   * as it lives. Ask for every request, keep none. Answers within 10 s, within 3 s while an old token lives.
   */
  accessToken(connectionId: string): Promise<string>;
  /**
   * After a first 401 from Graph: the token that has replaced the refused one meanwhile (no call to Microsoft), else
   * one renewal. Whoever is refused here keeps the challenge's claims for the reconnect.
   */
  renewAfterRefusal(connectionId: string, refusedToken: string, challenge?: TokenChallenge): Promise<string>;
  /**
   * After a second 401, to the token that `renewAfterRefusal` gave: the connection becomes "reconnect needed", with the
   * challenge's claims. If the token was replaced meanwhile, nothing changes. Always throws.
   */
  giveUpAfterRefusal(connectionId: string, refusedToken: string, challenge?: TokenChallenge): Promise<never>;
  /** The three above for one connection, as `createGraph` takes them. */
  tokensOf(connectionId: string): Required<TokenSource>;
  /** For shutting down: begins no renewal any more, and resolves when what is under way is stored. */
  drain(): Promise<void>;
}

const WAIT_WITH_OLD_TOKEN_MS = 2500;
const WAIT_WITHOUT_TOKEN_MS = 8000;
const CALLS_AT_ONCE = 64;

/**
 * Makes a vault over a store. It renews each connection once over all processes: single flight here, a lease in the
 * store, one fenced write before the new token is used. Tokens are renewed five minutes before they expire.
 * @see RFC 6749 section 6, RFC 9700 section 4.14, https://learn.microsoft.com/entra/identity-platform/refresh-tokens
 */
export function createTokenVault(given: TokenVaultSettings): TokenVault {
  const settings = withDefaults(given);
  const { store, pause } = settings;
  const renew = createRenewal(settings);
  const inTurn = createCallSlots(settings.callsAtOnce);
  const flights = new Map<string, Promise<string>>();
  let closing = false;

  function renewOnce(row: StoredConnection, claims?: string): Promise<string> {
    const running = flights.get(row.id);
    if (running) return running;
    if (closing) return Promise.reject(new ConnectionUnavailable('microsoft_unreachable'));
    const flight = inTurn(() => renew(row, claims)).finally(() => flights.delete(row.id));
    flight.catch(() => undefined); // Callers that gave up waiting must not leave an unhandled rejection.
    flights.set(row.id, flight);
    return flight;
  }

  async function accessToken(id: string): Promise<string> {
    const row = await readUsable(store, id);
    if (row.secondsLeft > BUFFER_SECONDS) return openAccessToken(settings, row);
    const lives = row.secondsLeft > OLD_TOKEN_SECONDS && row.sealedAccessToken !== null;
    try {
      return await within(renewOnce(row), lives ? WAIT_WITH_OLD_TOKEN_MS : WAIT_WITHOUT_TOKEN_MS, pause);
    } catch (error) {
      if (lives && isBridged(error)) return openAccessToken(settings, row);
      throw error;
    }
  }

  async function renewAfterRefusal(id: string, refused: string, { claims }: TokenChallenge = {}): Promise<string> {
    const row = await readUsable(store, id);
    if (row.sealedAccessToken !== null && row.secondsLeft > 0) {
      const stored = openAccessToken(settings, row);
      if (stored !== refused) return stored;
    }
    return within(renewOnce(row, claims), WAIT_WITHOUT_TOKEN_MS, pause);
  }

  const giveUpAfterRefusal = (id: string, refused: string, { claims }: TokenChallenge = {}) =>
    giveUpToken(settings, id, refused, claims);

  return {
    accessToken,
    renewAfterRefusal,
    giveUpAfterRefusal,
    tokensOf: (id) => ({
      accessToken: () => accessToken(id),
      renewAfterRefusal: (refused, challenge) => renewAfterRefusal(id, refused, challenge),
      giveUpAfterRefusal: (refused, challenge) => giveUpAfterRefusal(id, refused, challenge),
    }),
    async drain() {
      closing = true;
      await Promise.allSettled(flights.values());
    },
  };
}

function withDefaults(given: TokenVaultSettings): RenewalSettings {
  return {
    now: () => new Date(),
    random: Math.random,
    pause: (milliseconds, signal) => pauseFor(milliseconds, undefined, { signal }),
    callsAtOnce: CALLS_AT_ONCE,
    onAppFault: () => undefined,
    onAppMended: () => undefined,
    ...given,
    store: guardStore(given.store),
  };
}

/** Troubles that are not the grant's: a living old token bridges them. A refused grant is never papered over. */
const BRIDGED: readonly UnavailableReason[] = [
  'microsoft_unreachable',
  'app_misconfigured',
  'token_unreadable',
  'store_unavailable',
];

function isBridged(error: unknown): boolean {
  return error instanceof ConnectionUnavailable && BRIDGED.includes(error.reason);
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
