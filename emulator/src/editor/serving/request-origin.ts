import type { FastifyRequest } from 'fastify';

/** The origin that the browser sees, also behind a proxy that ends TLS. */
export function requestOrigin(request: FastifyRequest): string {
  const forwarded = request.headers['x-forwarded-proto'];
  const protocol = (Array.isArray(forwarded) ? forwarded[0] : forwarded)?.split(',')[0]?.trim();
  return `${protocol === 'https' || protocol === 'http' ? protocol : request.protocol}://${request.headers.host ?? 'localhost'}`;
}

/** Whether a page of this origin sent the request; another site must not save in somebody's name. */
export function isSameOrigin(request: FastifyRequest): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  return request.headers.origin === requestOrigin(request);
}
