import * as oauth from 'oauth4webapi';
import { ConnectionError } from './connection-error.ts';
import { discoverAuthority } from './discovery.ts';
import { askIdentityPlatform } from './identity-request.ts';
import type { MicrosoftApp } from './microsoft-app.ts';

const TIMEOUT_MS = 8000;
const NUMBER = /AADSTS(\d{5,7})\b/;

/**
 * `sent_back`: Microsoft sent an answer to that very URI, which it does for registered ones alone. `page`: it showed a
 * page of its own with this number; 50011 and 500113 are about the URI, others about the app or the tenant.
 */
export type RedirectUriProbe =
  | { result: 'sent_back'; aadsts: number | undefined }
  | { result: 'page'; aadsts: number }
  | { result: 'unknown' };

/**
 * Asks the authorize endpoint silently (`prompt=none`, no session, no credential) what it makes of a redirect URI.
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
 */
export async function probeRedirectUri(app: MicrosoftApp, redirectUri = app.redirectUri): Promise<RedirectUriProbe> {
  try {
    const answer = await askIdentityPlatform(app, await silentRequest({ ...app }, redirectUri), {
      method: 'GET',
      headers: { accept: 'text/html' },
      timeoutMs: TIMEOUT_MS,
    });
    const location = answer.header('location');
    if (location !== undefined) return readRedirect(location, redirectUri);
    const number = NUMBER.exec(answer.text)?.[1];
    return number === undefined ? { result: 'unknown' } : { result: 'page', aadsts: Number(number) };
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    return { result: 'unknown' };
  }
}

async function silentRequest(app: MicrosoftApp, redirectUri: string): Promise<URL> {
  const url = new URL((await discoverAuthority(app)).authorizationEndpoint);
  const parameters = {
    client_id: app.clientId,
    response_type: 'code',
    response_mode: 'query',
    redirect_uri: redirectUri,
    scope: 'openid',
    prompt: 'none',
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    code_challenge: await oauth.calculatePKCECodeChallenge(oauth.generateRandomCodeVerifier()),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url;
}

/** Any other target is a page of Microsoft's own on its way. */
function readRedirect(location: string, redirectUri: string): RedirectUriProbe {
  if (!location.startsWith(`${redirectUri}?`) || !URL.canParse(location)) return { result: 'unknown' };
  const said = new URL(location).searchParams;
  if (!said.has('error')) return { result: 'unknown' };
  const number = NUMBER.exec(said.get('error_description') ?? '')?.[1];
  return { result: 'sent_back', aadsts: number === undefined ? undefined : Number(number) };
}
