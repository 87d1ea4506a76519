import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Application, User } from '../world/directory.ts';
import { authenticateClient, readClientCredentials } from './authenticate-client.ts';
import { findApplication } from './authorize-request.ts';
import { describeError, formOf, originsFor, type SignIn } from './context.ts';
import { SignInError } from './errors.ts';
import { issueApplicationToken, issueTokens, type TokenAnswer } from './issue-tokens.ts';
import { OIDC_SCOPES, parseScopes } from './scopes.ts';
import { type Authority, resolveAuthority } from './tenants.ts';

type TenantRoute = { Params: { tenant: string } };

interface TokenRequest {
  signIn: SignIn;
  form: URLSearchParams;
  authority: Authority;
  app: Application;
  mainOrigin: string;
  omitRefreshToken: boolean;
}

/** @see https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow */
export function registerToken(server: FastifyInstance, signIn: SignIn): void {
  server.post<TenantRoute>('/:tenant/oauth2/v2.0/token', async (request, reply) => {
    reply.header('cache-control', 'no-store').header('pragma', 'no-cache');
    try {
      return reply.send(await answer(signIn, request));
    } catch (error) {
      if (!(error instanceof SignInError)) throw error;
      const { status, body } = describeError(signIn, request, error);
      return reply.code(status).send(body);
    }
  });
  server.get<TenantRoute>('/:tenant/oauth2/v2.0/token', (request, reply) => {
    const { status, body } = describeError(signIn, request, new SignInError(900561));
    return reply.code(status).send(body);
  });
}

async function answer(signIn: SignIn, request: FastifyRequest<TenantRoute>): Promise<TokenAnswer> {
  if (request.fault?.aadsts !== undefined) throw new SignInError(request.fault.aadsts);
  const form = formOf(request);
  const grantType = required(form, 'grant_type');
  const authority = resolveAuthority(signIn.world, request.params.tenant);
  const credentials = readClientCredentials(form, request.headers.authorization);
  const app = findApplication(signIn.world, credentials.clientId, authority);
  const mainOrigin = originsFor(signIn, request).main;
  const endpoints = [request.params.tenant, app.tenantId].flatMap((tenant) => [
    `${mainOrigin}/${tenant}/oauth2/v2.0/token`,
    `${mainOrigin}/${tenant}/v2.0`,
  ]);
  await authenticateClient(signIn.world, app, credentials, endpoints);
  const omitRefreshToken = request.fault?.omitRefreshToken === true;
  const token: TokenRequest = { signIn, form, authority, app, mainOrigin, omitRefreshToken };
  if (grantType === 'authorization_code') return redeemCode(token);
  if (grantType === 'refresh_token') return refresh(token);
  if (grantType === 'client_credentials') return actForItself(token);
  throw new SignInError(70003, `The app requested an unsupported grant type '${grantType.slice(0, 60)}'.`);
}

function required(form: URLSearchParams, name: string): string {
  const value = form.get(name);
  if (value === null || value === '') {
    throw new SignInError(900144, `The request body must contain the following parameter: '${name}'.`);
  }
  return value;
}

async function redeemCode(request: TokenRequest): Promise<TokenAnswer> {
  const { form, app, authority } = request;
  const { grants } = request.signIn.world;
  const text = required(form, 'code');
  const redirectUri = required(form, 'redirect_uri');
  const code = grants.findCode(text);
  if (code === undefined) throw new SignInError(9002313);
  if (code.clientId !== app.clientId) throw new SignInError(70000, 'The code was issued to another application.');
  if (code.redeemed) throw new SignInError(54005);
  if (code.expired) throw new SignInError(70008);
  if (code.tenantSegment !== authority.segment && !isSameTenant(request, code.tenantSegment))
    throw new SignInError(700005);
  if (code.redirectUri !== redirectUri) throw new SignInError(500112);
  assertVerifier(code.codeChallenge, form.get('code_verifier'));
  const user = getUser(request, code.userId, code.issuedAt);
  const asked = askedScopes(request, code.scopes);
  grants.markRedeemed(text);
  grants.count(user, app.clientId, 'issued');
  return issueFor(request, user, { ...code, asked });
}

function isSameTenant(request: TokenRequest, segment: string): boolean {
  const { authority } = request;
  const tenant = request.signIn.world.directory.findTenant(segment);
  return authority.kind === 'tenant' && tenant?.id === authority.tenant.id;
}

function assertVerifier(
  challenge: { value: string; method: 'S256' | 'plain' } | undefined,
  verifier: string | null,
): void {
  if (challenge === undefined) return;
  if (verifier === null || verifier === '') {
    throw new SignInError(50148, "The request body must contain the following parameter: 'code_verifier'.");
  }
  const made = challenge.method === 'plain' ? verifier : createHash('sha256').update(verifier).digest('base64url');
  if (made !== challenge.value || !/^[A-Za-z0-9\-._~]{43,128}$/.test(verifier)) throw new SignInError(50148);
}

async function refresh(request: TokenRequest): Promise<TokenAnswer> {
  const { form, app } = request;
  const { grants, directory } = request.signIn.world;
  const text = required(form, 'refresh_token');
  const token = grants.findRefreshToken(text);
  if (token === undefined) throw new SignInError(9002313);
  if (token.clientId !== app.clientId)
    throw new SignInError(70000, 'The refresh token was issued to another application.');
  const user = getUser(request, token.userId, token.issuedAt);
  if (token.rotated) {
    grants.count(user, app.clientId, 'reused');
    throw new SignInError(70000, 'The refresh token was already used and replaced by a newer one.');
  }
  if (token.expired) throw new SignInError(app.platform === 'spa' ? 700084 : 700082);
  if (directory.requiresMfa(user) && !token.mfa) throw new SignInError(50076);
  const asked = askedScopes(request, token.scopes);
  assertStillConsented(request, user, asked);
  // One step: whoever gets no answer has neither lost the old token nor made a second new one count.
  if (grants.rotation === 'strict' && !request.omitRefreshToken) grants.markRotated(text);
  grants.count(user, app.clientId, 'refreshed');
  return issueFor(request, user, { ...token, asked });
}

function getUser(request: TokenRequest, userId: string, since: number): User {
  const { directory } = request.signIn.world;
  const user = directory.findUser(userId);
  if (user === undefined) throw new SignInError(50034);
  if (directory.isDisabled(user)) throw new SignInError(50057);
  if (directory.isRevoked(user, since)) throw new SignInError(50173);
  return user;
}

/** Without `scope`: all that was granted. With it: a part of that, and plain signing in. */
function askedScopes(request: TokenRequest, granted: string[]): string[] {
  const text = request.form.get('scope');
  if (text === null || text.trim() === '') return granted;
  const asked = parseScopes(text, request.app, request.mainOrigin);
  const beyond = asked.filter((scope) => !granted.includes(scope) && !OIDC_SCOPES.includes(scope));
  if (beyond.length > 0) throw notConsented(request.app);
  const resource = asked.filter((scope) => !OIDC_SCOPES.includes(scope));
  const kept = resource.length > 0 ? resource : granted.filter((scope) => !OIDC_SCOPES.includes(scope));
  return [...kept, ...asked.filter((scope) => OIDC_SCOPES.includes(scope) && granted.includes(scope))];
}

function assertStillConsented(request: TokenRequest, user: User, scopes: string[]): void {
  const consented = request.signIn.world.directory.consentedScopes(user, request.app);
  if (scopes.some((scope) => !consented.has(scope))) throw notConsented(request.app);
}

function notConsented(app: Application): SignInError {
  return new SignInError(
    65001,
    `The user or administrator has not consented to use the application with ID '${app.clientId}' named '${app.displayName}'. Send an interactive authorization request for this user and resource.`,
  );
}

function issueFor(
  request: TokenRequest,
  user: User,
  grant: { scopes: string[]; asked: string[]; mfa: boolean; sessionId: string; nonce?: string },
): Promise<TokenAnswer> {
  const { app, form, mainOrigin, omitRefreshToken } = request;
  return issueTokens(request.signIn.world, {
    app,
    user,
    granted: grant.scopes,
    asked: grant.asked,
    mfa: grant.mfa,
    sessionId: grant.sessionId,
    nonce: grant.nonce,
    wantsClientInfo: form.get('client_info') === '1',
    omitRefreshToken,
    mainOrigin,
  });
}

function actForItself(request: TokenRequest): Promise<TokenAnswer> {
  const { app, authority, form, signIn } = request;
  if (authority.kind !== 'tenant') throw new SignInError(9001023);
  if (app.secrets.length === 0 && app.certificates.length === 0) throw new SignInError(7000218);
  const scope = required(form, 'scope');
  if (!scope.endsWith('/.default')) {
    throw new SignInError(
      70011,
      `The provided value for scope ${scope.slice(0, 100)} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`,
    );
  }
  signIn.world.grants.count(undefined, app.clientId, 'issued');
  return issueApplicationToken(signIn.world, { ...app, tenantId: authority.tenant.id }, request.mainOrigin);
}
