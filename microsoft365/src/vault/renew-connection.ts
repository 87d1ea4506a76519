import { ConnectionError } from '../connecting/connection-error.ts';
import type { TokenSet } from '../connecting/microsoft-app.ts';
import { createAppBreaker } from './app-breaker.ts';
import type { ConnectionStore, LeaseFence, StoredConnection } from './connection-store.ts';
import { ConnectionUnavailable } from './connection-unavailable.ts';
import { attemptAfter, describeFailure, isRefusedGrant } from './renewal-failure.ts';
import { ACCESS_TOKEN_COLUMN, REFRESH_TOKEN_COLUMN, sealTokens } from './seal-tokens.ts';
import { OLD_TOKEN_SECONDS, type TokenVaultSettings } from './vault-settings.ts';

const LEASE_SECONDS = 15;
/** For both attempts together. Storing takes five seconds at most: all of it ends before somebody else gets the lease. */
const ASKING_MS = 9000;
const POLL_MS = 250;
const POLL_LIMIT = 80;
const STORE_RETRY_MS = [100, 400, 1000, 1500, 2000];

export type RenewalSettings = Required<TokenVaultSettings>;

export function openAccessToken({ sealing, table }: Pick<RenewalSettings, 'sealing' | 'table'>, row: StoredConnection) {
  if (row.sealedAccessToken === null) throw new ConnectionUnavailable('microsoft_unreachable');
  return sealing.open(row.sealedAccessToken, { table, id: row.id, column: ACCESS_TOKEN_COLUMN });
}

export async function readUsable(store: ConnectionStore, id: string): Promise<StoredConnection> {
  const row = await store.read(id);
  if (!row) throw new ConnectionUnavailable('not_found');
  if (row.status !== 'connected') throw new ConnectionUnavailable(row.status);
  return row;
}

/** One renewal in this process: takes the lease and renews, or waits for whoever has it and adopts the result. */
export function createRenewal(settings: RenewalSettings): (row: StoredConnection) => Promise<string> {
  const { store, pause, randomId } = settings;
  const breaker = createAppBreaker(settings.now);

  return async function renew(start: StoredConnection): Promise<string> {
    let row = start;
    for (let poll = 0; poll < POLL_LIMIT; poll++) {
      if (row.version !== start.version && row.sealedAccessToken !== null) return openAccessToken(settings, row);
      if (row.nextAttemptInSeconds > 0) {
        throw new ConnectionUnavailable('microsoft_unreachable', { retryAfterSeconds: row.nextAttemptInSeconds });
      }
      breaker.assertClosed();
      const owner = randomId();
      if (row.leaseSecondsLeft <= 0 && (await store.acquireLease(row.id, row.version, owner, LEASE_SECONDS))) {
        const token = await renewUnderLease(row, { version: row.version, owner });
        if (token !== undefined) return token;
      } else if (row.leaseSecondsLeft > 0) {
        await pause(POLL_MS);
      }
      row = await readUsable(store, row.id);
    }
    throw new ConnectionUnavailable('microsoft_unreachable');
  };

  /** `undefined`: the row moved on meanwhile, so nothing was written; read it again. */
  async function renewUnderLease(row: StoredConnection, fence: LeaseFence): Promise<string | undefined> {
    try {
      breaker.trying();
      const tokens = await askForTokens(settings, row);
      breaker.succeeded();
      return (await storePatiently(row, fence, tokens)) ? tokens.accessToken : undefined;
    } catch (error) {
      if (error instanceof ConnectionError) return await settleFailure(row, fence, error);
      await store.releaseLease(row.id, fence).catch(() => undefined);
      throw error;
    }
  }

  async function settleFailure(row: StoredConnection, fence: LeaseFence, cause: ConnectionError): Promise<undefined> {
    if (cause.code === 'client_credential_refused' || cause.code === 'client_credential_invalid') {
      // The app's own fault: no connection changes for it.
      breaker.refused(cause);
      await store.releaseLease(row.id, fence);
      throw new ConnectionUnavailable('app_misconfigured', { cause });
    }
    const refused = isRefusedGrant(cause);
    const nextAttemptInSeconds = refused ? 0 : attemptAfter(row.failures, cause, settings.random());
    const failure = describeFailure(cause, refused ? 'reconnect_needed' : 'kept', nextAttemptInSeconds);
    if (!(await store.recordFailure(row.id, fence, failure))) return undefined;
    if (refused) throw new ConnectionUnavailable('reconnect_needed', { cause });
    const reason = cause.kind === 'app' ? 'app_misconfigured' : 'microsoft_unreachable';
    throw new ConnectionUnavailable(reason, { cause, retryAfterSeconds: nextAttemptInSeconds });
  }

  /** The rotated token exists only here until it is stored: a hiccup of the database must not lose it. */
  async function storePatiently(row: StoredConnection, fence: LeaseFence, tokens: TokenSet): Promise<boolean> {
    const sealed = sealTokens(settings.sealing, { table: settings.table, id: row.id }, tokens);
    const refreshed = {
      ...sealed,
      sealedRefreshToken: sealed.sealedRefreshToken ?? undefined,
      scopes: tokens.scopes.length > 0 ? tokens.scopes : undefined,
    };
    for (const wait of STORE_RETRY_MS) {
      try {
        return await store.storeRefreshed(row.id, fence, refreshed);
      } catch {
        await pause(wait);
      }
    }
    return store.storeRefreshed(row.id, fence, refreshed);
  }
}

/**
 * A connection that drops may have dropped after Microsoft rotated the token. With a living old token there is time to
 * wait; without, one repeat tells: Entra still takes the old refresh token, a strict server refuses it.
 */
async function askForTokens(settings: RenewalSettings, row: StoredConnection): Promise<TokenSet> {
  const { sealing, table, refresh } = settings;
  if (row.sealedRefreshToken === null) throw new ConnectionError('user', 'missing_refresh_token');
  const token = sealing.open(row.sealedRefreshToken, { table, id: row.id, column: REFRESH_TOKEN_COLUMN });
  const signal = AbortSignal.timeout(ASKING_MS);
  try {
    return await refresh(token, signal);
  } catch (first) {
    const dropped = first instanceof ConnectionError && first.code === 'microsoft_unreachable';
    if (!dropped || signal.aborted || row.secondsLeft > OLD_TOKEN_SECONDS) throw first;
    try {
      return await refresh(token, signal);
    } catch (second) {
      if (!(second instanceof ConnectionError) || second.oauthError !== 'invalid_grant') throw second;
      const { kind, aadsts, oauthError, traceId, correlationId, timestamp } = second;
      const details = { aadsts, oauthError, traceId, correlationId, timestamp, cause: first };
      throw new ConnectionError(kind, 'rotation_lost', details);
    }
  }
}
