import type { FastifyReply, FastifyRequest } from 'fastify';

/** The `__Host-` names are for https alone; plain http is served on loopback only. */
function cookieName(publicUrl: URL, name: 'session' | 'browser'): string {
  return publicUrl.protocol === 'https:' ? `__Host-${name}` : name;
}

const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** The token that the browser sent, if it has the form of one of ours. */
export function readCookie(request: FastifyRequest, publicUrl: URL, name: 'session' | 'browser'): string | undefined {
  const value = request.cookies[cookieName(publicUrl, name)];
  return value !== undefined && TOKEN.test(value) ? value : undefined;
}

export function writeCookie(
  reply: FastifyReply,
  publicUrl: URL,
  name: 'session' | 'browser',
  token: string,
  maxAgeSeconds?: number,
): void {
  reply.setCookie(cookieName(publicUrl, name), token, {
    ...attributes(publicUrl),
    ...(maxAgeSeconds === undefined ? {} : { maxAge: maxAgeSeconds }),
  });
}

export function dropCookie(reply: FastifyReply, publicUrl: URL, name: 'session' | 'browser'): void {
  reply.clearCookie(cookieName(publicUrl, name), attributes(publicUrl));
}

function attributes(publicUrl: URL) {
  return { path: '/', httpOnly: true, sameSite: 'lax' as const, secure: publicUrl.protocol === 'https:' };
}
