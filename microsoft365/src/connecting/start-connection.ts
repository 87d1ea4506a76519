import * as oauth from 'oauth4webapi';
import { discoverAuthority } from './discovery.ts';
import { type MicrosoftApp, requestedScopes } from './microsoft-app.ts';

/** First connect shows the account picker; a reconnect names the account. Microsoft refuses both together. */
export type ConnectionPrompt = { prompt: 'select_account' } | { loginHint: string; claims?: string };

/** Where to send the browser, and what the host must keep (sealed) until it comes back. */
export interface StartedConnection {
  url: URL;
  /** 256 bits; store its hash, find the pending row by it. */
  state: string;
  nonce: string;
  codeVerifier: string;
  scopes: string[];
}

/**
 * Begins the authorization code flow with PKCE (S256), `state`, `nonce` and `response_mode=query`.
 * Reads the authority's metadata, at most once an hour (8 s at most). The callback may take as long as the host allows.
 * @throws ConnectionError when the authority's metadata can't be read or isn't the configured authority's
 * @see RFC 6749 section 4.1.1, RFC 7636 section 4.2, RFC 9700 section 2.1
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
 */
export async function startConnection(app: MicrosoftApp, ask: ConnectionPrompt): Promise<StartedConnection> {
  const authority = await discoverAuthority(app);
  const state = oauth.generateRandomState();
  const nonce = oauth.generateRandomNonce();
  const codeVerifier = oauth.generateRandomCodeVerifier();
  const scopes = requestedScopes(app);
  const url = new URL(authority.authorizationEndpoint);
  const parameters: Record<string, string | undefined> = {
    client_id: app.clientId,
    response_type: 'code',
    response_mode: 'query',
    redirect_uri: app.redirectUri,
    scope: scopes.join(' '),
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
    ...('prompt' in ask ? { prompt: ask.prompt } : { login_hint: ask.loginHint, claims: ask.claims }),
  };
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return { url, state, nonce, codeVerifier, scopes };
}
