import type { FastifyInstance, FastifyRequest } from 'fastify';
import { findApplication } from './authorize-request.ts';
import { describeError, formOf, originsFor, type SignIn } from './context.ts';
import { SignInError } from './errors.ts';
import type { TokenAnswer } from './issue-tokens.ts';
import { parseScopes } from './scopes.ts';
import { assertAudience, resolveAuthority } from './tenants.ts';
import { getUser, issueFor, required, type TokenRequest } from './token-request.ts';

type TenantRoute = { Params: { tenant: string } };

/** @see https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-device-code */
export function registerDeviceCode(server: FastifyInstance, signIn: SignIn): void {
  server.post<TenantRoute>('/:tenant/oauth2/v2.0/devicecode', async (request, reply) => {
    reply.header('cache-control', 'no-store');
    try {
      return reply.send(beginDeviceFlow(signIn, request));
    } catch (error) {
      if (!(error instanceof SignInError)) throw error;
      const { status, body } = describeError(signIn, request, error);
      return reply.code(status).send(body);
    }
  });
}

function beginDeviceFlow(signIn: SignIn, request: FastifyRequest<TenantRoute>): object {
  const { world } = signIn;
  const form = formOf(request);
  const authority = resolveAuthority(world, request.params.tenant);
  const app = findApplication(world, form.get('client_id'), authority);
  assertAudience(app, authority);
  const { main } = originsFor(signIn, request);
  const scopes = parseScopes(form.get('scope') ?? '', app, main);
  const issued = world.grants.devices.issue(app, authority.segment, scopes);
  const verification_uri = `${main}/devicelogin`;
  return {
    user_code: issued.userCode,
    device_code: issued.deviceCode,
    verification_uri,
    expires_in: issued.expiresInSeconds,
    interval: issued.intervalSeconds,
    message: `To sign in, use a web browser to open the page ${verification_uri} and enter the code ${issued.userCode} to authenticate.`,
  };
}

/** What a device gets that asks whether its code has been typed by now. */
export async function redeemDeviceCode(request: TokenRequest): Promise<TokenAnswer> {
  const { form, app } = request;
  const { grants } = request.signIn.world;
  const { devices } = grants;
  const text = required(form, form.has('code') ? 'code' : 'device_code');
  const code = devices.find(text);
  if (code === undefined || code.clientId !== app.clientId) throw new SignInError(70018);
  if (code.state === 'redeemed') throw new SignInError(54005);
  if (code.state === 'declined') throw new SignInError(65004, undefined, { error: 'authorization_declined' });
  if (devices.isExpired(code)) throw new SignInError(70020);
  const { tooEarly } = devices.poll(code);
  if (code.state === 'pending') {
    if (tooEarly) throw new SignInError(70016, SLOW_DOWN, { error: 'slow_down' });
    throw new SignInError(70016);
  }
  const { approved } = code.state;
  const user = getUser(request, approved.userId, approved.authTime);
  devices.settle(code, 'redeemed');
  grants.count(user, app.clientId, 'issued');
  return issueFor(request, user, approved, { asked: approved.scopes });
}

const SLOW_DOWN = 'OAuth 2.0 device flow error. Authorization is pending. Poll less often.';
