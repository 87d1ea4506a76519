import * as oauth from 'oauth4webapi';
import { z } from 'zod';
import { isLoopback, PERSONAL_ACCOUNTS_TENANT } from '../microsoft-endpoints.ts';
import { ConnectionError } from './connection-error.ts';
import { askIdentityPlatform } from './identity-request.ts';
import { allowsPlainHttp, type MicrosoftApp } from './microsoft-app.ts';

const CACHE_SECONDS = 3600;
const TIMEOUT_MS = 8000;
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const TENANT_TEMPLATE = '{tenantid}';

const metadataSchema = z.object({
  issuer: z.string(),
  authorization_endpoint: z.string(),
  token_endpoint: z.string(),
  jwks_uri: z.string(),
  revocation_endpoint: z.string().optional(),
  code_challenge_methods_supported: z.array(z.string()).optional(),
  authorization_response_iss_parameter_supported: z.boolean().optional(),
});

/** What discovery told, checked. `server.issuer` may hold `{tenantid}`. */
export interface Authority {
  server: oauth.AuthorizationServer;
  authorizationEndpoint: URL;
  tokenEndpoint: URL;
}

const cache = new WeakMap<MicrosoftApp, { authority: Promise<Authority>; readAt: Date }>();

/** The authority's metadata, read once an hour and an app; a failed read is not kept. */
export async function discoverAuthority(app: MicrosoftApp, signal?: AbortSignal): Promise<Authority> {
  const known = cache.get(app);
  if (known && Math.abs(app.now().getTime() - known.readAt.getTime()) < CACHE_SECONDS * 1000) return known.authority;
  const entry = { authority: readAuthority(app, signal), readAt: app.now() };
  cache.set(app, entry);
  try {
    return await entry.authority;
  } catch (error) {
    if (cache.get(app) === entry) cache.delete(app);
    throw error;
  }
}

async function readAuthority(app: MicrosoftApp, signal?: AbortSignal): Promise<Authority> {
  const login = new URL(app.endpoints.loginUrl);
  if (login.protocol !== 'https:' && !isLoopback(login)) throw untrusted('the login address is not https');
  const url = new URL(`/${encodeURIComponent(app.tenant)}/v2.0/.well-known/openid-configuration`, login);
  const answer = await askIdentityPlatform(app, url, {
    method: 'GET',
    headers: { accept: 'application/json' },
    timeoutMs: TIMEOUT_MS,
    signal,
  });
  if (answer.status >= 500) throw new ConnectionError('transient', 'microsoft_unavailable');
  if (answer.status === 429) throw new ConnectionError('throttled', 'microsoft_throttled');
  if (answer.status === 400 || answer.status === 404) {
    throw new ConnectionError('app', 'app_misconfigured', { reason: 'the tenant is not known' });
  }
  if (answer.status !== 200) throw untrusted(`discovery answered ${answer.status}`);
  return checkMetadata(app, login, answer.text);
}

function checkMetadata(app: MicrosoftApp, login: URL, text: string): Authority {
  const metadata = metadataSchema.safeParse(parseJson(text));
  if (!metadata.success) throw untrusted('the discovery document lacks a field');
  const { data } = metadata;
  if (!isIssuerOf(app.tenant, login, data.issuer)) throw untrusted('the issuer is not the configured one');
  const methods = data.code_challenge_methods_supported;
  // Entra leaves the list out and does PKCE; a list without S256 is a server that does not.
  if (methods && !methods.includes('S256')) throw untrusted('PKCE with S256 is not offered');
  const addresses = [data.authorization_endpoint, data.token_endpoint, data.jwks_uri, data.revocation_endpoint];
  for (const address of addresses) {
    if (address !== undefined && originOf(address) !== login.origin) throw untrusted('an endpoint is on another host');
  }
  const server = withExpectedIssuer({ ...data });
  return {
    server,
    authorizationEndpoint: new URL(data.authorization_endpoint),
    tokenEndpoint: new URL(data.token_endpoint),
  };
}

/** `{tenantid}` counts as equal for the shared authorities, the tenant's own id for all others. */
function isIssuerOf(tenant: string, login: URL, issuer: string): boolean {
  const prefix = `${login.origin}/`;
  if (!issuer.startsWith(prefix) || !issuer.endsWith('/v2.0')) return false;
  const named = issuer.slice(prefix.length, -'/v2.0'.length);
  if (tenant === 'common' || tenant === 'organizations') return named === TENANT_TEMPLATE;
  if (tenant === 'consumers') return named === PERSONAL_ACCOUNTS_TENANT;
  return GUID.test(tenant) ? named.toLowerCase() === tenant.toLowerCase() : GUID.test(named);
}

/** The issuer that a token of tenant `tid` must name. */
function issuerFor(authority: Authority, tid: unknown): string {
  const { issuer } = authority.server;
  return typeof tid === 'string' && GUID.test(tid) ? issuer.replace(TENANT_TEMPLATE, tid) : issuer;
}

/** An `iss` on the redirect must be the authority's own, for some tenant (RFC 9207). */
export function isIssuerOfAuthority(authority: Authority, iss: string): boolean {
  const [before = '', after] = authority.server.issuer.split(TENANT_TEMPLATE);
  if (after === undefined) return iss === before;
  return (
    iss.startsWith(before) && iss.endsWith(after) && GUID.test(iss.slice(before.length, iss.length - after.length))
  );
}

export function isTenantId(value: unknown): value is string {
  return typeof value === 'string' && GUID.test(value);
}

/**
 * oauth4webapi's own hook for issuers that depend on the token; its types leave it out, so it is looked up and missed
 * loudly if a later version drops it.
 */
function withExpectedIssuer(server: oauth.AuthorizationServer): oauth.AuthorizationServer {
  const hook: unknown = Reflect.get(oauth, '_expectedIssuer');
  if (typeof hook !== 'symbol') throw new Error('oauth4webapi has lost its hook for the expected issuer');
  const expected = (token: { claims: { tid?: unknown } }) => issuerFor({ server } as Authority, token.claims.tid);
  Object.defineProperty(server, hook, { value: expected });
  return server;
}

/** Options that every call of oauth4webapi gets: plain HTTP only where the login address is loopback. */
export function insecureIfLoopback(app: MicrosoftApp): { [oauth.allowInsecureRequests]?: boolean } {
  return allowsPlainHttp(app) ? { [oauth.allowInsecureRequests]: true } : {};
}

function originOf(address: string): string | undefined {
  return URL.canParse(address) ? new URL(address).origin : undefined;
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function untrusted(reason: string): ConnectionError {
  return new ConnectionError('protocol', 'response_untrusted', { reason });
}
