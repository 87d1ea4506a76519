import { setTimeout as delay } from 'node:timers/promises';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Faults } from '../faults/faults.ts';
import type { RequestBudget } from '../faults/request-budget.ts';
import { GraphError, notImplemented } from '../graph/errors.ts';
import { newGuid } from '../world/ids.ts';
import type { World } from '../world/world.ts';
import { applyFault, spoilAnswer } from './apply-fault.ts';
import { carryingRequest } from './carrying-request.ts';
import { openToPages } from './cross-origin.ts';
import { isPlausibleHost, type Ports } from './origins.ts';
import { pathOf } from './path-of.ts';
import { type LoggedRequest, queryNamesOf, type RequestLog, withoutSecrets } from './request-log.ts';
import { isPlainId, sendError } from './send-error.ts';
import type { Traffic } from './traffic.ts';

/** Which origin a path belongs to; with one port for both it decides by the path. */
export type OriginOf = (path: string) => 'main' | 'content';

declare module 'fastify' {
  interface FastifyRequest {
    logged?: LoggedRequest;
    /** Graph's `request-id` of this call. */
    requestId?: string;
  }
}

export interface ServerParts {
  world: World;
  faults: Faults;
  budget: RequestBudget;
  log: RequestLog;
  traffic: Traffic;
  ports(): Ports;
  originOf: OriginOf;
}

const CONTROL_PREFIX = '/_emulator/';

/** A server whose every answer follows the emulator's clock, is logged, and may fail on order. */
export function createServer(parts: ServerParts): FastifyInstance {
  const app = Fastify({
    bodyLimit: 4 * 1024 * 1024,
    exposeHeadRoutes: false,
    return503OnClosing: false,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 1_000, caseSensitive: true, ignoreDuplicateSlashes: false },
    // What find-my-way or Node can't read is answered like any other bad request.
    frameworkErrors: (error, request, reply) =>
      void sendError(parts, request as FastifyRequest, reply as FastifyReply, error),
    clientErrorHandler: (_error, socket) => {
      if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    },
  });
  parts.traffic.watch(app);
  app.addHook('onRequest', async (request, reply) => beginRequest(parts, request, reply));
  app.addHook('onSend', async (request, reply, payload) => spoilAnswer(request, reply, payload));
  app.addHook('onResponse', async (request, reply) => {
    if (request.logged && !request.fault?.dropAfter) request.logged.status = reply.statusCode;
  });
  app.setErrorHandler((error, request, reply) => sendError(parts, request, reply, error as FastifyError));
  app.setNotFoundHandler((request, reply) =>
    sendError(parts, request, reply, notImplemented(`${request.method} ${pathOf(request)}`)),
  );
  return app;
}

async function beginRequest(parts: ServerParts, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const { world } = parts;
  const path = pathOf(request);
  reply.header('date', world.clock.now().toUTCString());
  if (path === `${CONTROL_PREFIX}reset`) return;
  await parts.traffic.enter(request);
  if (path.startsWith(CONTROL_PREFIX)) return;
  request.requestId = newGuid(world.random);
  const clientRequestId = request.headers['client-request-id'];
  reply.header('request-id', request.requestId);
  reply.header('client-request-id', isPlainId(clientRequestId) ? clientRequestId : request.requestId);
  const origin = parts.originOf(path);
  request.logged = parts.log.add(describeRequest(world, request, path, origin));
  if (!isPlausibleHost(request.headers.host ?? '')) throw new GraphError('BadRequest', 'The Host header is not valid.');
  // Before faults: a browser's question must not use up what is meant for the call itself.
  if (carryingRequest() === undefined && openToPages(request, reply, path) !== undefined) return reply;
  if (world.behaviour.latencyMs > 0 && carryingRequest() === undefined) await delay(world.behaviour.latencyMs);
  const met = parts.faults.take({ origin, method: request.method, path });
  if (met === undefined) return countAgainstBudget(parts, request, reply, path);
  request.logged.fault = Object.keys(met.fault)[0] ?? '';
  if (met.early) request.logged.early = true;
  return applyFault(met.fault, request, reply);
}

/** Every call to Graph with a token that is known; a batch by its parts. */
function countAgainstBudget(parts: ServerParts, request: FastifyRequest, reply: FastifyReply, path: string): void {
  const { world, budget } = parts;
  if (world.behaviour.throttling === undefined || !/^\/v[12]\.0\/(?!\$batch$)/.test(path)) return;
  const token = /^bearer\s+(\S+)\s*$/i.exec(request.headers.authorization ?? '')?.[1];
  const known = token === undefined ? undefined : world.grants.findAccessToken(token);
  if (known === undefined) return;
  const { clientId, userId = '' } = known;
  const user = world.directory.findUser(userId)?.userPrincipalName ?? '';
  const { headers, refused, early } = budget.take({ clientId, user });
  if (early && request.logged) request.logged.early = true;
  if (refused) throw new GraphError('activityLimitReached', undefined, headers);
  reply.headers(headers);
}

function describeRequest(
  world: World,
  request: FastifyRequest,
  path: string,
  origin: 'main' | 'content',
): Omit<LoggedRequest, 'sequence'> {
  const batch = carryingRequest()?.logged?.sequence;
  return {
    time: world.clock.now().toISOString(),
    origin,
    method: request.method,
    path: withoutSecrets(path),
    queryNames: queryNamesOf(request.raw.url?.slice(path.length + 1) ?? ''),
    bearer: /^bearer\s/i.test(request.headers.authorization ?? ''),
    bodyLength: Number(request.headers['content-length'] ?? 0) || 0,
    ...(batch === undefined ? {} : { partOf: batch }),
  };
}
