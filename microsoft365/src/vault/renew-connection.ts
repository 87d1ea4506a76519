import { ConnectionError } from '../connecting/connection-error.ts';
import { askForTokens } from './ask-for-tokens.ts';
import { createBreakers } from './breakers.ts';
import type { ConnectionStore, LeaseFence, StoredConnection } from './connection-store.ts';
import { ConnectionUnavailable } from './connection-unavailable.ts';
import { openAccessToken } from './open-token.ts';
import { attemptAfter, describeFailure, isRefusedGrant } from './renewal-failure.ts';
import { storePatiently } from './store-patiently.ts';
import type { RenewalSettings } from './vault-settings.ts';

const LEASE_SECONDS = 15;
const POLL_MS = 250;
const POLL_LIMIT = 80;

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
  const { store, pause, randomId } = settings;
  const breakers = createBreakers(settings);

  return async function renew(start: StoredConnection, claims?: string): Promise<string> {
    let row = start;
    for (let poll = 0; poll < POLL_LIMIT; poll++) {
      if (row.version !== start.version && row.sealedAccessToken !== null) return openAccessToken(settings, row);
      if (row.nextAttemptInSeconds > 0) {
        throw new ConnectionUnavailable('microsoft_unreachable', { retryAfterSeconds: row.nextAttemptInSeconds });
      }
      breakers.assertMayAsk(row);
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

  /** `undefined`: the row moved on meanwhile, so nothing was written; read it again. */
  async function renewUnderLease(
    row: StoredConnection,
    fence: LeaseFence,
    claims: string | undefined,
  ): Promise<string | undefined> {
    try {
      // Many may have come here before the first of them failed: of those the breakers let one through.
      breakers.assertMayAsk(row);
      breakers.trying(row);
      const tokens = await askForTokens(settings, row);
      breakers.succeeded(row);
      return (await storePatiently(settings, row, fence, tokens)) ? tokens.accessToken : undefined;
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
      breakers.failed(row, cause);
      throw new ConnectionUnavailable('app_misconfigured', { cause });
    }
    breakers.failed(row, cause);
    const refused = isRefusedGrant(cause);
    const nextAttemptInSeconds = refused ? 0 : attemptAfter(row.failures, cause, settings.random());
    const failure = describeFailure(cause, refused ? 'reconnect_needed' : 'kept', nextAttemptInSeconds);
    if (refused) failure.claims ??= claims;
    if (!(await store.recordFailure(row.id, fence, failure))) return undefined;
    if (refused) throw new ConnectionUnavailable('reconnect_needed', { cause });
    throw new ConnectionUnavailable('microsoft_unreachable', { cause, retryAfterSeconds: nextAttemptInSeconds });
  }
}
