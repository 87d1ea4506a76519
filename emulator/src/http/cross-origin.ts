import type { FastifyReply, FastifyRequest } from 'fastify';

/** What pages of any site may call, without cookies: Graph, the token endpoint and its kin, upload sessions, copies. */
const OPEN = [
  /^\/(?:v[12]\.0\/|oidc\/userinfo$)/,
  /^\/[^/]+\/(?:oauth2\/v2\.0\/(?:token|devicecode)|v2\.0\/\.well-known\/openid-configuration|discovery\/(?:v2\.0\/keys|instance))$/,
  /^\/(?:personal|sites)\/[^/]+\/_api\/v2\.0\/(?:drive\/uploadSession|monitor\/[^/]+)$/,
];
/** These URLs are for plain requests: no leave is given for more. */
const DOWNLOAD = /^\/(?:personal|sites)\/[^/]+\/_layouts\/15\/download\.aspx$/;

const EXPOSED =
  'ETag, Location, Preference-Applied, Content-Range, request-id, client-request-id, ReadWriteConsistencyToken, SdkVersion, WWW-Authenticate, x-ms-client-gcc-tenant, Retry-After';

/**
 * Lets single-page applications read the answer, and answers their preflight requests.
 * @see https://learn.microsoft.com/en-us/onedrive/developer/rest-api/concepts/working-with-cors
 */
export function openToPages(request: FastifyRequest, reply: FastifyReply, path: string): FastifyReply | undefined {
  const isOpen = OPEN.some((one) => one.test(path));
  if (!isOpen && !DOWNLOAD.test(path)) return undefined;
  reply.header('access-control-allow-origin', '*').header('access-control-expose-headers', EXPOSED);
  if (!isOpen || request.method !== 'OPTIONS') return undefined;
  return reply
    .header('access-control-allow-methods', 'GET, POST, PUT, PATCH, DELETE, OPTIONS')
    .header('access-control-allow-headers', request.headers['access-control-request-headers'] ?? 'content-type')
    .header('access-control-max-age', '86400')
    .code(204)
    .send();
}
