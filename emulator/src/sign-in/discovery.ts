import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { describeError, originsFor, queryOf, type SignIn } from './context.ts';
import { SignInError } from './errors.ts';
import { OIDC_SCOPES } from './scopes.ts';
import { type Authority, issuerOf, resolveAuthority } from './tenants.ts';

type TenantRoute = { Params: { tenant: string } };

/** @see https://learn.microsoft.com/en-us/entra/identity-platform/v2-protocols-oidc */
export function registerDiscovery(app: FastifyInstance, signIn: SignIn): void {
  app.get<TenantRoute>('/:tenant/v2.0/.well-known/openid-configuration', (request, reply) =>
    answer(signIn, request, reply, () =>
      discoveryDocument(originsFor(signIn, request).main, resolveAuthority(signIn.world, request.params.tenant)),
    ),
  );
  app.get<TenantRoute>('/:tenant/discovery/v2.0/keys', (request, reply) =>
    answer(signIn, request, reply, async () => {
      const authority = resolveAuthority(signIn.world, request.params.tenant);
      const issuer = issuerOf(originsFor(signIn, request).main, authority);
      return { keys: (await signIn.world.keys.publicKeys()).map((key) => ({ ...key, issuer })) };
    }),
  );
  app.get('/common/discovery/instance', (request, reply) =>
    answer(signIn, request, reply, () => describeInstance(originsFor(signIn, request).main, queryOf(request))),
  );
}

async function answer(
  signIn: SignIn,
  request: FastifyRequest,
  reply: FastifyReply,
  read: () => object | Promise<object>,
): Promise<FastifyReply> {
  try {
    return reply.send(await read());
  } catch (error) {
    if (!(error instanceof SignInError)) throw error;
    const { status, body } = describeError(signIn, request, error);
    return reply.code(status).send(body);
  }
}

/** Which names stand for one cloud: here the one host that was asked, and nobody else's. */
function describeInstance(origin: string, query: URLSearchParams): object {
  const endpoint = query.get('authorization_endpoint');
  if (endpoint === null) {
    throw new SignInError(900144, "The request body must contain the following parameter: 'authorization_endpoint'.");
  }
  const { host } = new URL(origin);
  const asked = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (asked === undefined || !isThisCloud(asked.hostname, host)) throw new SignInError(50049);
  const tenant = asked.pathname.split('/')[1] || 'common';
  return {
    tenant_discovery_endpoint: `${origin}/${encodeURIComponent(tenant)}/v2.0/.well-known/openid-configuration`,
    'api-version': '1.1',
    metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
  };
}

const GLOBAL_HOSTS: readonly string[] = ['login.microsoftonline.com', 'login.windows.net', 'sts.windows.net'];

function isThisCloud(hostname: string, host: string): boolean {
  return hostname === new URL(`http://${host}`).hostname || GLOBAL_HOSTS.includes(hostname);
}

function discoveryDocument(origin: string, authority: Authority): object {
  // Microsoft writes the tenant's id here whichever name it was asked under.
  const segment = authority.kind === 'tenant' ? authority.tenant.id : authority.segment;
  const base = `${origin}/${segment}`;
  const { host } = new URL(origin);
  return {
    token_endpoint: `${base}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: [
      'client_secret_post',
      'private_key_jwt',
      'client_secret_basic',
      'self_signed_tls_client_auth',
    ],
    jwks_uri: `${base}/discovery/v2.0/keys`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
    scopes_supported: OIDC_SCOPES,
    issuer: issuerOf(origin, authority),
    request_uri_parameter_supported: false,
    userinfo_endpoint: `${origin}/oidc/userinfo`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    device_authorization_endpoint: `${base}/oauth2/v2.0/devicecode`,
    http_logout_supported: true,
    frontchannel_logout_supported: true,
    end_session_endpoint: `${base}/oauth2/v2.0/logout`,
    claims_supported: CLAIMS,
    kerberos_endpoint: `${base}/kerberos`,
    tenant_region_scope: authority.kind === 'tenant' ? 'EU' : null,
    cloud_instance_name: host,
    cloud_graph_host_name: host,
    msgraph_host: host,
    rbac_url: origin,
  };
}

const CLAIMS: readonly string[] = [
  'sub',
  'iss',
  'cloud_instance_name',
  'cloud_instance_host_name',
  'cloud_graph_host_name',
  'msgraph_host',
  'aud',
  'exp',
  'iat',
  'auth_time',
  'acr',
  'nonce',
  'preferred_username',
  'name',
  'tid',
  'ver',
  'at_hash',
  'c_hash',
  'email',
];
