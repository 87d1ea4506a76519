import { isIP } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ZodError, z } from 'zod';
import { ConfigError } from '../config.ts';
import { type Control, UnknownTarget } from './control.ts';

export type { ApplicationChange, Control, ItemChange, SubscriptionChange, TokenCount, UserChange } from './control.ts';
export { createControl } from './control.ts';

const SAVE_LIMIT_BYTES = 64 * 1024 * 1024;

/** `/_emulator/…`: the functions of `Control` by HTTP, JSON in and out. */
export async function registerControl(app: FastifyInstance, control: Control, host = '127.0.0.1'): Promise<void> {
  await app.register(
    async (scope) => {
      scope.addHook('onRequest', async (request) => refuseForeignPages(request, host));
      scope.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
        const status = statusOf(error);
        const message = error instanceof ZodError ? z.prettifyError(error) : error.message;
        return reply.code(status).send({ error: message });
      });
      registerLog(scope, control);
      registerFaults(scope, control);
      registerChanges(scope, control);
    },
    { prefix: '/_emulator' },
  );
}

class Forbidden extends Error {}

/**
 * A page of another site must not be able to reset somebody's emulator behind their back. `Sec-Fetch-Site` is not sent
 * by every browser and never to plain http; and a name that a stranger's DNS leads here makes their page our own site.
 */
function refuseForeignPages({ headers }: FastifyRequest, listensOn: string): void {
  const site = headers['sec-fetch-site'];
  const { origin, host = '' } = headers;
  const isForeign = origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`;
  if (site === 'cross-site' || site === 'same-site' || isForeign)
    throw new Forbidden('Control calls are not for pages of other sites.');
  if (!isOwnName(host, listensOn))
    throw new Forbidden('Control calls come to localhost, to an IP address or to the --host that was given.');
}

/** Nobody's DNS can change what an address or localhost means. */
function isOwnName(host: string, listensOn: string): boolean {
  const name = host.replace(/:\d{1,5}$/, '').toLowerCase();
  return name === 'localhost' || name === listensOn.toLowerCase() || isIP(name.replace(/^\[|\]$/g, '')) !== 0;
}

function statusOf(error: Error & { statusCode?: number }): number {
  if (error instanceof Forbidden) return 403;
  if (error instanceof UnknownTarget) return 404;
  if (error instanceof ZodError || error instanceof ConfigError) return 400;
  return error.statusCode ?? 500;
}

const logSchema = z.strictObject({ since: z.coerce.number().int().min(0).default(0) });

function registerLog(scope: FastifyInstance, control: Control): void {
  scope.get('/requests', (request, reply) => reply.send(control.requests(logSchema.parse(request.query).since)));
  scope.delete('/requests', (_request, reply) => {
    control.clearRequests();
    return reply.send({ ok: true });
  });
  scope.get('/tokens', (_request, reply) => reply.send(control.tokens()));
  scope.get('/subscriptions', (_request, reply) => reply.send(control.subscriptions()));
  scope.get('/throttling', (_request, reply) => reply.send(control.throttling()));
}

function registerFaults(scope: FastifyInstance, control: Control): void {
  scope.post('/faults', (request, reply) => reply.code(201).send(control.addFault(request.body as never)));
  scope.get('/faults', (_request, reply) => reply.send(control.faults()));
  scope.delete('/faults', (_request, reply) => {
    control.clearFaults();
    return reply.send({ ok: true });
  });
}

const keysSchema = z.strictObject({ roll: z.literal(true) });
const clockSchema = z.strictObject({ advanceSeconds: z.number() });

function registerChanges(scope: FastifyInstance, control: Control): void {
  scope.post('/reset', async (_request, reply) => {
    await control.reset();
    return reply.send({ ok: true });
  });
  scope.post('/clock', (request, reply) => {
    const now = control.advanceClock(clockSchema.parse(request.body).advanceSeconds);
    return reply.send({ now: now.toISOString() });
  });
  scope.post('/keys', async (request, reply) => {
    keysSchema.parse(request.body);
    await control.rollKeys();
    return reply.send({ ok: true });
  });
  scope.post<{ Params: { upn: string } }>('/users/:upn', (request, reply) => {
    control.changeUser(request.params.upn, request.body as never);
    return reply.send({ ok: true });
  });
  scope.post<{ Params: { clientId: string } }>('/apps/:clientId', (request, reply) => {
    control.changeApplication(request.params.clientId, request.body as never);
    return reply.send({ ok: true });
  });
  scope.post<{ Params: { id: string } }>('/subscriptions/:id', (request, reply) => {
    control.changeSubscription(request.params.id, request.body as never);
    return reply.send({ ok: true });
  });
  scope.post<{ Params: { driveId: string; itemId: string } }>(
    '/items/:driveId/:itemId',
    { bodyLimit: SAVE_LIMIT_BYTES },
    async (request, reply) =>
      reply.send({ ok: true, ...(await control.changeItem(request.params, request.body as never)) }),
  );
}
