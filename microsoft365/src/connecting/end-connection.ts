import * as oauth from 'oauth4webapi';
import { type MicrosoftEndpoints, PERSONAL_ACCOUNTS_TENANT } from '../microsoft-endpoints.ts';
import { clientAuthentication, oauthClient } from './client-credential.ts';
import { ConnectionError } from './connection-error.ts';
import { discoverAuthority, insecureIfLoopback } from './discovery.ts';
import { askIdentityPlatform } from './identity-request.ts';
import type { MicrosoftApp } from './microsoft-app.ts';

const TIMEOUT_MS = 8000;

/**
 * Revokes a refresh token where the authority offers that (RFC 7009); Entra does not, so usually nothing is sent.
 * Never `revokeSignInSessions`: that would sign the person out everywhere. Erasing the stored tokens is the host's part,
 * and comes first: an access token that was handed out lives on until it expires.
 * @throws ConnectionError when the authority offers revocation and it failed; the tokens can be erased all the same
 * @see RFC 7009 section 2.1
 */
export async function endConnection(app: MicrosoftApp, refreshToken: string): Promise<{ revoked: boolean }> {
  const authority = await discoverAuthority(app);
  if (authority.server.revocation_endpoint === undefined) return { revoked: false };
  const response = await oauth.revocationRequest(
    authority.server,
    oauthClient(app),
    await clientAuthentication(app, authority),
    refreshToken,
    {
      additionalParameters: { token_type_hint: 'refresh_token' },
      ...insecureIfLoopback(app),
      [oauth.customFetch]: async (url, sent) => {
        const { status } = await askIdentityPlatform(app, new URL(url), {
          method: 'POST',
          headers: sent.headers,
          body: String(sent.body),
          timeoutMs: TIMEOUT_MS,
        });
        return new Response(null, { status: status === 200 ? 200 : 503 });
      },
    },
  );
  if (response.status !== 200) throw new ConnectionError('transient', 'microsoft_unavailable');
  return { revoked: true };
}

const WORK_CONSENT_PAGE: Record<string, string> = {
  'login.microsoftonline.com': 'https://myapps.microsoft.com/',
  'login.microsoftonline.us': 'https://myapps.microsoft.us/',
  'login.partner.microsoftonline.cn': 'https://myapps.windowsazure.cn/',
};

/** The page of Microsoft's where a person withdraws the consent that an app can't give back itself. */
export function consentManagementUrl(tid: string, endpoints: MicrosoftEndpoints): URL {
  if (tid.toLowerCase() === PERSONAL_ACCOUNTS_TENANT) return new URL('https://account.live.com/consent/Manage');
  const login = new URL(endpoints.loginUrl);
  return new URL(WORK_CONSENT_PAGE[login.host] ?? '/', login);
}
