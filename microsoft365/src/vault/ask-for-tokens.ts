import { ConnectionError } from '../connecting/connection-error.ts';
import type { TokenSet } from '../connecting/microsoft-app.ts';
import type { StoredConnection } from './connection-store.ts';
import { openToken } from './open-token.ts';
import { REFRESH_TOKEN_COLUMN } from './seal-tokens.ts';
import { OLD_TOKEN_SECONDS, type TokenVaultSettings } from './vault-settings.ts';

/** For both attempts together. Storing takes seconds more: usually all ends before somebody else gets the lease. */
const ASKING_MS = 9000;

/**
 * A connection that drops may have dropped after Microsoft rotated the token. With a living old token there is time to
 * wait; without, one repeat tells: Entra still takes the old refresh token, a strict server refuses it.
 */
export async function askForTokens(settings: TokenVaultSettings, row: StoredConnection): Promise<TokenSet> {
  const { refresh } = settings;
  if (row.sealedRefreshToken === null) throw new ConnectionError('user', 'missing_refresh_token');
  const token = openToken(settings, row, row.sealedRefreshToken, REFRESH_TOKEN_COLUMN);
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
