import { ConnectionError } from '../connecting/connection-error.ts';
import { ConnectionUnavailable } from './connection-unavailable.ts';
import { openAccessToken } from './open-token.ts';
import { readUsable } from './renew-connection.ts';
import { describeFailure } from './renewal-failure.ts';
import type { RenewalSettings } from './vault-settings.ts';

const LEASE_SECONDS = 15;
const AGAIN_SECONDS = 1;

/**
 * Graph refuses a token that was renewed just now: only the person can mend that. Fenced like every write, because
 * another process may have renewed, or the person reconnected, since the refused call was sent.
 */
export async function giveUpToken(
  settings: RenewalSettings,
  id: string,
  refusedToken: string,
  claims: string | undefined,
): Promise<never> {
  const { store, randomId } = settings;
  const row = await readUsable(store, id);
  const cause = new ConnectionError('user', 'token_refused', { claims });
  const fence = { version: row.version, owner: randomId() };
  const isStill = row.sealedAccessToken !== null && openAccessToken(settings, row) === refusedToken;
  if (isStill && (await store.acquireLease(id, row.version, fence.owner, LEASE_SECONDS))) {
    const settled = await store.recordFailure(id, fence, describeFailure(cause, 'reconnect_needed', 0));
    if (settled) throw new ConnectionUnavailable('reconnect_needed', { cause });
  }
  throw new ConnectionUnavailable('microsoft_unreachable', { cause, retryAfterSeconds: AGAIN_SECONDS });
}
