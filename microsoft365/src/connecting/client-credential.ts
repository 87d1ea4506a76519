import * as oauth from 'oauth4webapi';
import { signingKey } from './app-certificate.ts';
import type { Authority } from './discovery.ts';
import type { MicrosoftApp } from './microsoft-app.ts';

const ASSERTION_SECONDS = 300;
const CLOCK_TOLERANCE_SECONDS = 60;

/** How oauth4webapi sees the app; its own clock is corrected to the one that the host passes in. */
export function oauthClient(app: MicrosoftApp): oauth.Client {
  return {
    client_id: app.clientId,
    id_token_signed_response_alg: 'RS256',
    [oauth.clockSkew]: Math.round((app.now().getTime() - Date.now()) / 1000),
    [oauth.clockTolerance]: CLOCK_TOLERANCE_SECONDS,
  };
}

/**
 * Client authentication for the token endpoint: the secret in the form, or a signed assertion (PS256, `x5t#S256`) with a
 * `jti` of its own, five minutes' life and the token endpoint as its only audience (RFC 7523 section 3).
 */
export async function clientAuthentication(app: MicrosoftApp, authority: Authority): Promise<oauth.ClientAuth> {
  const { credential } = app;
  if (credential.kind === 'secret') return oauth.ClientSecretPost(credential.secret);
  const { key, thumbprint } = await signingKey(credential);
  return oauth.PrivateKeyJwt(key, {
    [oauth.modifyAssertion](header, payload) {
      delete header.kid;
      header.typ = 'JWT';
      header['x5t#S256'] = thumbprint;
      payload.aud = authority.tokenEndpoint.href;
      payload.exp = Number(payload.iat) + ASSERTION_SECONDS;
    },
  });
}
