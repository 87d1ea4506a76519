import { ConnectionError } from '../connecting/connection-error.ts';
import type { TokenSet } from '../connecting/microsoft-app.ts';
import { createAppBreaker } from './app-breaker.ts';
import { askForTokens } from './ask-for-tokens.ts';
import type { ConnectionStore, LeaseFence, StoredConnection } from './connection-store.ts';
import { ConnectionUnavailable } from './connection-unavailable.ts';
import { createEndpointBreaker } from './endpoint-breaker.ts';
import { openAccessToken } from './open-token.ts';
import { attemptAfter, describeFailure, isRefusedGrant } from './renewal-failure.ts';
import { sealTokens } from './seal-tokens.ts';
import type { TokenVaultSettings } from './vault-settings.ts';

const LEASE_SECONDS = 15;
const POLL_MS = 250;
const POLL_LIMIT = 80;
const STORE_RETRY_MS = [100, 400, 1000, 1500, 2000];

export type RenewalSettings = Required<TokenVaultSettings>;

export async function readUsable(store: ConnectionStore, id: string): Promise<StoredConnection> {
  const row = await store.read(id);
  if (!row) throw new ConnectionUnavailable('not_found');
  if (row.status !== 'connected') throw new ConnectionUnavailable(row.status);
  return row;
}

/**
 * One renewal in this process: takes the lease and renews, or waits for whoever has it and adopts the result. `claims`
 * are those of the 401 that made it necessary; a refusal keeps them for the reconnect.
 */
export function createRenewal(settings: RenewalSettings) {
  const { store, pause, randomId, now } = settings;
  const app = createAppBreaker(now, settings);
  const endpoint = createEndpointBreaker(now);

  return async function renew(start: StoredConnection, claims?: string): Promise<string> {
    let row = start;
    for (let poll = 0; poll < POLL_LIMIT; poll++) {
      if (row.version !== start.version && row.sealedAccessToken !== null) return openAccessToken(settings, row);
      if (row.nextAttemptInSeconds > 0) {
        throw new ConnectionUnavailable('microsoft_unreachable', { retryAfterSeconds: row.nextAttemptInSeconds });
      }
      assertMayAsk(row);
      const owner = randomId();
      if (row.leaseSecondsLeft <= 0 && (await store.acquireLease(row.id, row.version, owner, LEASE_SECONDS))) {
        const token = await renewUnderLease(row, { version: row.version, owner }, claims);
        if (token !== undefined) return token;
      } else if (row.leaseSecondsLeft > 0) {
        await pause(POLL_MS);
      }
      row = await readUsable(store, row.id);
    }
    throw new ConnectionUnavailable('microsoft_unreachable');
  };

  function assertMayAsk(row: StoredConnection): void {
    app.assertClosed(row.tenant);
    endpoint.assertClosed();
  }

  /** `undefined`: the row moved on meanwhile, so nothing was written; read it again. */
  async function renewUnderLease(
    row: StoredConnection,
    fence: LeaseFence,
    claims: string | undefined,
  ): Promise<string | undefined> {
    try {
      // Many may have come here before the first of them failed: of those the breakers let one through.
      assertMayAsk(row);
      app.trying(row.tenant);
      endpoint.trying();
      const tokens = await askForTokens(settings, row);
      app.succeeded(row.tenant);
      endpoint.answered();
      return (await storePatiently(row, fence, tokens)) ? tokens.accessToken : undefined;
    } catch (error) {
      if (error instanceof ConnectionError) return await settleFailure(row, fence, error, claims);
      await store.releaseLease(row.id, fence).catch(() => undefined);
      throw error;
    }
  }

  async function settleFailure(
    row: StoredConnection,
    fence: LeaseFence,
    cause: ConnectionError,
    claims: string | undefined,
  ): Promise<undefined> {
    if (cause.kind === 'app') {
      // The app's own fault: no connection changes for it.
      await store.releaseLease(row.id, fence).catch(() => undefined);
      app.refused(row.tenant, cause);
      throw new ConnectionUnavailable('app_misconfigured', { cause });
    }
    const refused = isRefusedGrant(cause);
    if (refused) endpoint.answered();
    else endpoint.failed(row.id, cause);
    const nextAttemptInSeconds = refused ? 0 : attemptAfter(row.failures, cause, settings.random());
    const failure = describeFailure(cause, refused ? 'reconnect_needed' : 'kept', nextAttemptInSeconds);
    if (refused) failure.claims ??= claims;
    if (!(await store.recordFailure(row.id, fence, failure))) return undefined;
    if (refused) throw new ConnectionUnavailable('reconnect_needed', { cause });
    throw new ConnectionUnavailable('microsoft_unreachable', { cause, retryAfterSeconds: nextAttemptInSeconds });
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
