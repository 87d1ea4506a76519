import * as oauth from 'oauth4webapi';
import { validClaims } from '../graph/claims-challenge.ts';
import { PERSONAL_ACCOUNTS_TENANT } from '../microsoft-endpoints.ts';
import { clientAuthentication, oauthClient } from './client-credential.ts';
import { ConnectionError } from './connection-error.ts';
import { type Authority, discoverAuthority, insecureIfLoopback, isIssuerOfAuthority, isTenantId } from './discovery.ts';
import { classifyOAuthError } from './error-classes.ts';
import { jwksFetch } from './jwks-fetch.ts';
import { type MicrosoftApp, requestedScopes, type TokenSet } from './microsoft-app.ts';
import { scopesMissing, tokenFetch, tokenSet } from './token-answer.ts';

const TIMEOUT_MS = 8000;
const PARAMETER_LIMIT_CHARACTERS = 8192;

/** What `startConnection` gave, as the host kept it. */
export interface PendingConnection {
  state: string;
  nonce: string;
  codeVerifier: string;
  /** The one that was sent at the start, letter for letter. */
  redirectUri: string;
}

/** A Microsoft account that connected. Its key is `tid` + `oid` and nothing else; address and name may change. */
export interface ConnectedAccount {
  tid: string;
  oid: string;
  name: string;
  address: string;
  tokens: TokenSet;
  /** Asked for and not granted. */
  missingScopes: string[];
}

/**
 * Checks the callback, redeems its code once and verifies who connected. Stores nothing, and answers within about
 * 25 s (three calls of 8 s at most).
 * @throws ConnectionError for every refusal, in every case before anything could be stored
 * @see RFC 6749 section 4.1.3, RFC 7636, RFC 9207, RFC 9700 section 2.1, OpenID Connect Core 3.1.3.7
 */
export async function finishConnection(
  app: MicrosoftApp,
  callback: URLSearchParams,
  pending: PendingConnection,
): Promise<ConnectedAccount> {
  assertPlainCallback(callback);
  const authority = await discoverAuthority(app);
  const iss = callback.get('iss') ?? undefined;
  if (iss !== undefined && !isIssuerOfAuthority(authority, iss)) throw untrusted('the redirect names another issuer');
  const client = oauthClient(app);
  const parameters = checkCallback(authority, client, callback, pending, iss);
  const { tokens, claims } = await redeemCode(app, authority, client, parameters, pending);
  if (iss !== undefined && claims.iss !== iss) throw untrusted('redirect and id token name different issuers');
  const account = readClaims(claims);
  assertTenantAllowed(app, account.tid);
  if (!tokens.refreshToken) throw new ConnectionError('app', 'missing_refresh_token');
  const wanted = ['User.Read', app.filesScope];
  const granted = tokens.scopes.length > 0 ? tokens.scopes : requestedScopes(app);
  return { ...account, tokens: { ...tokens, scopes: granted }, missingScopes: scopesMissing(wanted, granted) };
}

/** A doubled, over-long or contradictory parameter is somebody's work, not Microsoft's. */
function assertPlainCallback(callback: URLSearchParams): void {
  const seen = new Set<string>();
  for (const [name, value] of callback) {
    if (seen.has(name)) throw untrusted('a parameter came twice');
    if (value.length > PARAMETER_LIMIT_CHARACTERS) throw untrusted('a parameter is too long');
    seen.add(name);
  }
  if (seen.has('code') === seen.has('error')) throw untrusted('exactly one of code and error was expected');
}

function checkCallback(
  authority: Authority,
  client: oauth.Client,
  callback: URLSearchParams,
  pending: PendingConnection,
  iss: string | undefined,
): URLSearchParams {
  try {
    const server = { ...authority.server, issuer: iss ?? authority.server.issuer };
    return oauth.validateAuthResponse(server, client, callback, pending.state);
  } catch (error) {
    if (error instanceof oauth.AuthorizationResponseError) throw redirectError(callback);
    throw untrusted('state or issuer of the redirect');
  }
}

/** Of the description only the number is used: its text is not ours to trust or to show. */
function redirectError(callback: URLSearchParams): ConnectionError {
  const error = callback.get('error') ?? '';
  const number = /AADSTS(\d{4,8})/.exec(callback.get('error_description') ?? '')?.[1];
  const numbers = number === undefined ? [] : [Number(number)];
  const { kind, code, aadsts } = classifyOAuthError('redirect', { error, numbers });
  const known = /^[a-z_]{1,60}$/.test(error) ? error : undefined;
  return new ConnectionError(kind, code, {
    aadsts,
    oauthError: known,
    claims: validClaims(callback.get('claims') ?? undefined),
  });
}

async function redeemCode(
  app: MicrosoftApp,
  authority: Authority,
  client: oauth.Client,
  parameters: URLSearchParams,
  pending: PendingConnection,
): Promise<{ tokens: TokenSet; claims: oauth.IDToken }> {
  try {
    const { server } = authority;
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      await clientAuthentication(app, authority),
      parameters,
      pending.redirectUri,
      pending.codeVerifier,
      {
        ...insecureIfLoopback(app),
        [oauth.customFetch]: tokenFetch(app, { for: 'connect', timeoutMs: TIMEOUT_MS }),
      },
    );
    const answer = await oauth.processAuthorizationCodeResponse(server, client, response, {
      expectedNonce: pending.nonce,
      requireIdToken: true,
    });
    await oauth.validateApplicationLevelSignature(server, response, {
      ...insecureIfLoopback(app),
      [oauth.customFetch]: jwksFetch(app, TIMEOUT_MS),
    });
    const claims = oauth.getValidatedIdTokenClaims(answer);
    if (!claims) throw untrusted('no id token');
    return { tokens: tokenSet(answer), claims };
  } catch (error) {
    if (error instanceof ConnectionError) throw error;
    // An id token that was issued just now is out of its time by more than a minute: one of the two clocks is wrong.
    if (hasCode(error, oauth.JWT_TIMESTAMP_CHECK)) {
      throw new ConnectionError('app', 'clock_wrong', { reason: libraryReason(error) });
    }
    throw untrusted(libraryReason(error));
  }
}

const hasCode = (error: unknown, code: string) => error instanceof Error && 'code' in error && error.code === code;

/** The library's error keeps tokens and claims in its cause: only its stable code is passed on. */
export function libraryReason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const claim = error instanceof Error ? Reflect.get(Object(error.cause), 'claim') : undefined;
  return [code, claim].filter((part) => typeof part === 'string' && /^[\w-]{1,60}$/.test(part)).join(' ') || 'a check';
}

function readClaims(claims: oauth.IDToken): Pick<ConnectedAccount, 'tid' | 'oid' | 'name' | 'address'> {
  const { tid, oid, name, preferred_username, email } = claims;
  if (!isTenantId(tid)) throw untrusted('the id token has no tid');
  if (typeof oid !== 'string' || oid === '') throw untrusted('the id token has no oid');
  // For a single tenant the issuer is literal: then its tenant and the claim must still be the same one.
  if (!claims.iss.includes(`/${tid}/`)) throw untrusted('tid and issuer differ');
  const address = [preferred_username, email].find((value) => typeof value === 'string' && value !== '');
  const shown = typeof name === 'string' && name !== '' ? name : address;
  return { tid, oid, name: String(shown ?? ''), address: String(address ?? '') };
}

function assertTenantAllowed(app: MicrosoftApp, tid: string): void {
  const isPersonal = tid.toLowerCase() === PERSONAL_ACCOUNTS_TENANT;
  if ((app.tenant === 'organizations' && isPersonal) || app.isTenantAllowed?.(tid) === false) {
    throw new ConnectionError('user', 'tenant_not_allowed');
  }
}

function untrusted(reason: string): ConnectionError {
  return new ConnectionError('protocol', 'response_untrusted', { reason });
}
