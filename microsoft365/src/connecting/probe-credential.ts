import * as oauth from 'oauth4webapi';
import { clientAuthentication, oauthClient } from './client-credential.ts';
import { ConnectionError } from './connection-error.ts';
import { discoverAuthority, insecureIfLoopback } from './discovery.ts';
import { askIdentityPlatform } from './identity-request.ts';
import type { MicrosoftApp } from './microsoft-app.ts';
import { tokenError } from './token-answer.ts';

const TIMEOUT_MS = 8000;
const SHARED_AUTHORITIES = new Set(['common', 'organizations', 'consumers']);

/** `no_tenant`: the app is configured for a shared authority, where no app can sign in for itself. */
export type CredentialProbe =
  | { result: 'accepted' }
  | { result: 'refused'; error: ConnectionError }
  | { result: 'unknown'; error: ConnectionError }
  | { result: 'no_tenant' };

/**
 * Whether Microsoft accepts the app's secret or certificate: signs the app in for itself (`client_credentials`) and
 * drops the token unread. Needs a concrete tenant.
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
 */
export async function probeCredential(app: MicrosoftApp): Promise<CredentialProbe> {
  if (SHARED_AUTHORITIES.has(app.tenant.toLowerCase())) return { result: 'no_tenant' };
  try {
    await signInAsApp({ ...app });
    return { result: 'accepted' };
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    return { result: error.kind === 'app' ? 'refused' : 'unknown', error };
  }
}

async function signInAsApp(app: MicrosoftApp): Promise<void> {
  const authority = await discoverAuthority(app);
  const scope = new URL('/.default', app.endpoints.graphUrl).href;
  await oauth.clientCredentialsGrantRequest(
    authority.server,
    oauthClient(app),
    await clientAuthentication(app, authority),
    { scope },
    {
      ...insecureIfLoopback(app),
      [oauth.customFetch]: async (url, sent) => {
        const answer = await askIdentityPlatform(app, new URL(url), {
          method: 'POST',
          headers: sent.headers,
          body: String(sent.body),
          timeoutMs: TIMEOUT_MS,
          dropWhenOk: true,
        });
        if (answer.status !== 200) throw tokenError(answer);
        return new Response(null, { status: 200 });
      },
    },
  );
}
