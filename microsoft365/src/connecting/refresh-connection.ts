import * as oauth from 'oauth4webapi';
import { clientAuthentication, oauthClient } from './client-credential.ts';
import { ConnectionError } from './connection-error.ts';
import { discoverAuthority, insecureIfLoopback } from './discovery.ts';
import { libraryReason } from './finish-connection.ts';
import type { MicrosoftApp, TokenSet } from './microsoft-app.ts';
import { tokenFetch, tokenSet } from './token-answer.ts';

const DEFAULT_TIMEOUT_MS = 8000;

/**
 * Trades a refresh token for new tokens. One attempt, 8 s by default: who retries, and when, is the vault's business.
 * @throws ConnectionError; only its kinds `user`, `admin` and `declined` are a verdict on the grant
 * @see RFC 6749 section 6, https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#refresh-the-access-token
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
        [oauth.customFetch]: tokenFetch(app, { for: 'refresh', timeoutMs, signal }),
      },
    );
    return tokenSet(await oauth.processRefreshTokenResponse(authority.server, client, response));
  } catch (error) {
    if (error instanceof ConnectionError) throw error;
    throw new ConnectionError('protocol', 'response_untrusted', { reason: libraryReason(error) });
  }
}
