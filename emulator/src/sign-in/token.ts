import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Application } from '../world/directory.ts';
import { assertOrigin } from './assert-origin.ts';
import { authenticateClient, isConfidential, readClientCredentials } from './authenticate-client.ts';
import { findApplication } from './authorize-request.ts';
import { describeError, formOf, originsFor, type SignIn } from './context.ts';
import { redeemDeviceCode } from './device-code.ts';
import { SignInError } from './errors.ts';
import { issueApplicationToken, type TokenAnswer } from './issue-tokens.ts';
import { asPersonalRefusal } from './personal-refusals.ts';
import { redeemCode } from './redeem-code.ts';
import { redeemRefreshToken } from './redeem-refresh-token.ts';
import { assertAudience, assertThisCloud, notInDirectory, resolveAuthority } from './tenants.ts';
import { required, type TokenRequest } from './token-request.ts';

type TenantRoute = { Params: { tenant: string } };

const PATH = '/:tenant/oauth2/v2.0/token';

const GRANT_TYPES: Record<string, (request: TokenRequest) => Promise<TokenAnswer>> = {
  authorization_code: redeemCode,
  refresh_token: redeemRefreshToken,
  client_credentials: actForItself,
  'urn:ietf:params:oauth:grant-type:device_code': redeemDeviceCode,
  // The name from before the standard, which is still taken.
  device_code: redeemDeviceCode,
};

/** @see https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow */
export function registerToken(server: FastifyInstance, signIn: SignIn): void {
  server.post<TenantRoute>(PATH, async (request, reply) => {
    reply.header('cache-control', 'no-store').header('pragma', 'no-cache');
    try {
      return reply.send(await answer(signIn, request));
    } catch (error) {
      if (!(error instanceof SignInError)) throw error;
      const { status, body } = describeError(signIn, request, asPersonalRefusal(error, formOf(request)));
      return reply.code(status).send(body);
    }
  });
  server.get<TenantRoute>(PATH, (request, reply) => {
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
  const redeem = Object.hasOwn(GRANT_TYPES, grantType) ? GRANT_TYPES[grantType] : undefined;
  if (redeem === undefined) {
    throw new SignInError(70003, `The app requested an unsupported grant type '${grantType.slice(0, 60)}'.`);
  }
  if (isConfidential(app)) assertThisCloud(authority, 900382);
  assertThisCloud(authority, 90038);
  assertAudience(app, authority);
  assertOrigin(app, request.headers.origin);
  const mainOrigin = originsFor(signIn, request).main;
  await authenticateClient(signIn.world, app, credentials, audiencesOf(mainOrigin, request.params.tenant, app));
  const omitRefreshToken = request.fault?.omitRefreshToken === true;
  return redeem({ signIn, form, authority, app, mainOrigin, omitRefreshToken });
}

/** What an assertion may be made out to: the token endpoint or the issuer, under the names of the tenant. */
function audiencesOf(mainOrigin: string, segment: string, app: Application): string[] {
  return [segment, app.tenantId].flatMap((tenant) => [
    `${mainOrigin}/${tenant}/oauth2/v2.0/token`,
    `${mainOrigin}/${tenant}/v2.0`,
  ]);
}

async function actForItself(request: TokenRequest): Promise<TokenAnswer> {
  const { app, authority, form, signIn } = request;
  if (authority.kind !== 'tenant') throw new SignInError(9001023);
  if (!isConfidential(app)) throw new SignInError(7000218);
  if (!signIn.world.directory.isInTenant(app, authority.tenant.id)) throw notInDirectory(app.clientId, authority);
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
