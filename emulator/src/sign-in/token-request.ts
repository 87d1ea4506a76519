import type { Application, User } from '../world/directory.ts';
import type { Grant, RefreshToken } from '../world/grants.ts';
import { isConfidential } from './authenticate-client.ts';
import { readClaims } from './claims-parameter.ts';
import type { SignIn } from './context.ts';
import { SignInError } from './errors.ts';
import { issueTokens, type TokenAnswer } from './issue-tokens.ts';
import { assertOneResource, OIDC_SCOPES, parseScopes } from './scopes.ts';
import type { Authority } from './tenants.ts';

/** A request at the token endpoint, its application known and proved. */
export interface TokenRequest {
  signIn: SignIn;
  form: URLSearchParams;
  authority: Authority;
  app: Application;
  mainOrigin: string;
  omitRefreshToken: boolean;
}

export function required(form: URLSearchParams, name: string): string {
  const value = form.get(name);
  if (value === null || value === '') {
    throw new SignInError(900144, `The request body must contain the following parameter: '${name}'.`);
  }
  return value;
}

/** The account of a grant, if nothing has happened to it since. */
export function getUser({ signIn, app }: TokenRequest, userId: string, since: number): User {
  const { directory } = signIn.world;
  const user = directory.findUser(userId);
  if (user === undefined) throw new SignInError(50034);
  if (directory.isDisabled(user)) throw new SignInError(50057);
  if (directory.isRevoked(user, since)) throw new SignInError(50173);
  // What a confidential client holds survives a password that people change themselves.
  if (!isConfidential(app) && directory.isFromBeforePassword(user, since)) throw new SignInError(50173);
  if (directory.isPasswordExpired(user)) throw new SignInError(50055);
  return user;
}

/** Without `scope`: all that was granted. With it: a part of that, and plain signing in. */
export function askedScopes(request: TokenRequest, granted: string[]): string[] {
  const text = request.form.get('scope');
  if (text === null || text.trim() === '') return granted;
  assertWellFormed(text);
  const asked = parseScopes(text, request.app, request.mainOrigin);
  const beyond = asked.filter((scope) => !granted.includes(scope) && !OIDC_SCOPES.includes(scope));
  if (beyond.length > 0) throw notConsented(request.app);
  const resource = asked.filter((scope) => !OIDC_SCOPES.includes(scope));
  const kept = resource.length > 0 ? resource : granted.filter((scope) => !OIDC_SCOPES.includes(scope));
  return [...kept, ...asked.filter((scope) => OIDC_SCOPES.includes(scope) && granted.includes(scope))];
}

/** RFC 6749 3.3: what a scope may be made of. */
function assertWellFormed(text: string): void {
  if (!/^[\x20\x21\x23-\x5b\x5d-\x7e]*$/.test(text)) throw new SignInError(28002);
}

/** A code is redeemed for one resource, and an empty `scope` is no way to ask for all of it. */
export function assertScopesOfCode({ form, mainOrigin }: TokenRequest): void {
  const text = form.get('scope');
  if (text === null) return;
  if (text.trim() === '') throw new SignInError(28003);
  assertOneResource(text, mainOrigin);
}

export function notConsented(app: Application): SignInError {
  return new SignInError(
    65001,
    `The user or administrator has not consented to use the application with ID '${app.clientId}' named '${app.displayName}'. Send an interactive authorization request for this user and resource.`,
  );
}

export function issueFor(
  request: TokenRequest,
  user: User,
  grant: Grant,
  details: { asked: string[]; nonce?: string; replaces?: RefreshToken },
): Promise<TokenAnswer> {
  const { app, form, mainOrigin, omitRefreshToken } = request;
  // `claims` says at the token endpoint too what the application understands.
  const capable = grant.capable || readClaims(form.get('claims')).capable;
  return issueTokens(request.signIn.world, {
    app,
    user,
    grant: { ...plainGrant(grant), capable },
    ...details,
    wantsClientInfo: form.get('client_info') === '1',
    omitRefreshToken,
    mainOrigin,
  });
}

/** Only what goes on from one token to the next: a code or a token has more of its own. */
function plainGrant(grant: Grant): Grant {
  const { userId, clientId, scopes, mfa, sessionId, authTime, capable, contexts, idTokenClaims } = grant;
  return { userId, clientId, scopes, mfa, sessionId, authTime, capable, contexts, idTokenClaims };
}
