import * as oauth from 'oauth4webapi';
import { clientAuthentication, oauthClient } from './client-credential.ts';
import { ConnectionError } from './connection-error.ts';
import { discoverAuthority, insecureIfLoopback } from './discovery.ts';
import { libraryReason } from './finish-connection.ts';
import type { MicrosoftApp, TokenSet } from './microsoft-app.ts';
import { tokenFetch, tokenSet } from './token-answer.ts';

const DEFAULT_TIMEOUT_MS = 8000;

/**
 * Trades a refresh token for new tokens. One attempt: who retries, and when, is the vault's business.
 * @throws ConnectionError; only its kinds `user`, `admin` and `declined` are a verdict on the grant
 */
export async function refreshConnection(
  app: MicrosoftApp,
  refreshToken: string,
  options: { signal?: AbortSignal; timeoutMs?: number } = {},
): Promise<TokenSet> {
  const { signal, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  if (refreshToken === '') throw new ConnectionError('user', 'missing_refresh_token');
  const authority = await discoverAuthority(app, signal);
  const client = oauthClient(app);
  try {
    const response = await oauth.refreshTokenGrantRequest(
      authority.server,
      client,
      await clientAuthentication(app, authority),
      refreshToken,
      {
        ...insecureIfLoopback(app),
        // Who the account is was settled at connect; a refresh changes nothing about it.
        [oauth.customFetch]: tokenFetch(app, { timeoutMs, signal, dropIdToken: true }),
      },
    );
    return tokenSet(await oauth.processRefreshTokenResponse(authority.server, client, response));
  } catch (error) {
    if (error instanceof ConnectionError) throw error;
    throw new ConnectionError('protocol', 'response_untrusted', { reason: libraryReason(error) });
  }
}
