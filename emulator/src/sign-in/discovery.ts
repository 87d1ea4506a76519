import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { describeError, originsFor, queryOf, type SignIn } from './context.ts';
import { SignInError } from './errors.ts';
import { OIDC_SCOPES } from './scopes.ts';
import { type Authority, issuerOf, resolveAuthority } from './tenants.ts';

type TenantRoute = { Params: { tenant: string } };

/** @see https://learn.microsoft.com/en-us/entra/identity-platform/v2-protocols-oidc */
export function registerDiscovery(app: FastifyInstance, signIn: SignIn): void {
  app.get<TenantRoute>('/:tenant/v2.0/.well-known/openid-configuration', (request, reply) =>
    withAuthority(signIn, request, reply, (authority) =>
      reply.send(discoveryDocument(originsFor(signIn, request).main, authority)),
    ),
  );
  app.get<TenantRoute>('/:tenant/discovery/v2.0/keys', (request, reply) =>
    withAuthority(signIn, request, reply, () => reply.send({ keys: signIn.world.keys.publicKeys() })),
  );
  app.get('/common/discovery/instance', (request, reply) => {
    const { host } = new URL(originsFor(signIn, request).main);
    const endpoint = queryOf(request).get('authorization_endpoint') ?? '';
    const tenant = URL.canParse(endpoint) ? (new URL(endpoint).pathname.split('/')[1] ?? 'common') : 'common';
    return reply.send({
      tenant_discovery_endpoint: `${originsFor(signIn, request).main}/${encodeURIComponent(tenant)}/v2.0/.well-known/openid-configuration`,
      'api-version': '1.1',
      metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
    });
  });
}

function withAuthority(
  signIn: SignIn,
  request: FastifyRequest<TenantRoute>,
  reply: FastifyReply,
  answer: (authority: Authority) => FastifyReply,
): FastifyReply {
  try {
    return answer(resolveAuthority(signIn.world, request.params.tenant));
  } catch (error) {
    if (!(error instanceof SignInError)) throw error;
    const { status, body } = describeError(signIn, request, error);
    return reply.code(status).send(body);
  }
}

function discoveryDocument(origin: string, authority: Authority): Record<string, unknown> {
  // Microsoft writes the tenant's id here whichever name it was asked under.
  const segment = authority.kind === 'tenant' ? authority.tenant.id : authority.segment;
  const base = `${origin}/${segment}`;
  return {
    token_endpoint: `${base}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
    jwks_uri: `${base}/discovery/v2.0/keys`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code'],
    scopes_supported: OIDC_SCOPES,
    issuer: issuerOf(origin, authority),
    request_uri_parameter_supported: false,
    userinfo_endpoint: `${origin}/oidc/userinfo`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    http_logout_supported: true,
    frontchannel_logout_supported: true,
    end_session_endpoint: `${base}/oauth2/v2.0/logout`,
    claims_supported: [
      'sub',
      'iss',
      'aud',
      'exp',
      'iat',
      'nonce',
      'preferred_username',
      'name',
      'tid',
      'ver',
      'oid',
      'email',
    ],
    tenant_region_scope: null,
    cloud_instance_name: new URL(origin).host,
    cloud_graph_host_name: new URL(origin).host,
    msgraph_host: new URL(origin).host,
  };
}
