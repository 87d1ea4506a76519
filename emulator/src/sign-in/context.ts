import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Origins, originsOf, type Ports } from '../http/origins.ts';
import { newSecret } from '../world/ids.ts';
import type { World } from '../world/world.ts';
import { type ErrorBody, errorBody, type SignInError } from './errors.ts';
import type { Flows } from './flows.ts';
import { errorPage } from './pages/index.ts';

/** What every route of sign-in works with. */
export interface SignIn {
  world: World;
  flows: Flows;
  ports(): Ports;
}

export function originsFor(signIn: SignIn, request: FastifyRequest): Origins {
  return originsOf(request, signIn.ports());
}

export function queryOf(request: FastifyRequest): URLSearchParams {
  const at = request.raw.url?.indexOf('?') ?? -1;
  return new URLSearchParams(at < 0 ? '' : request.raw.url?.slice(at + 1));
}

/** Form fields; a body of another kind counts as none, as at Microsoft. */
export function formOf(request: FastifyRequest): URLSearchParams {
  return request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
}

export function describeError(
  signIn: SignIn,
  request: FastifyRequest,
  error: SignInError,
): { status: number; body: ErrorBody } {
  const header = request.headers['client-request-id'];
  const correlationId = typeof header === 'string' && /^[\w-]{1,64}$/.test(header) ? header : undefined;
  return errorBody(signIn.world, error, originsFor(signIn, request).main, correlationId);
}

export function sendPage(reply: FastifyReply, page: string, status = 200, scriptNonce?: string): FastifyReply {
  const scripts = scriptNonce === undefined ? '' : `; script-src 'nonce-${scriptNonce}'`;
  return reply
    .code(status)
    .type('text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .header('x-frame-options', 'DENY')
    .header('referrer-policy', 'no-referrer')
    .header(
      'content-security-policy',
      `default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'${scripts}`,
    )
    .send(page);
}

export function sendErrorPage(
  signIn: SignIn,
  request: FastifyRequest,
  reply: FastifyReply,
  error: SignInError,
): FastifyReply {
  const { body } = describeError(signIn, request, error);
  return sendPage(reply, errorPage(body, error.aadsts), 400);
}

export function scriptNonce(signIn: SignIn): string {
  return newSecret(signIn.world.random, 16);
}
