import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Fault, Faults } from '../faults/faults.ts';
import {
  GraphError,
  type GraphErrorName,
  graphErrorBody,
  notImplemented,
  refusalToGraphError,
} from '../graph/errors.ts';
import { errorBody, SignInError } from '../sign-in/errors.ts';
import { newGuid } from '../world/ids.ts';
import { WorldRefusal } from '../world/records.ts';
import type { World } from '../world/world.ts';
import { isPlausibleHost, originsOf, type Ports } from './origins.ts';
import type { LoggedRequest, RequestLog } from './request-log.ts';

/** Which origin a path belongs to; with one port for both it decides by the path. */
export type OriginOf = (path: string) => 'main' | 'content';

interface RequestFault {
  dropAfter?: boolean;
  omitRefreshToken?: boolean;
  truncateBody?: number;
  aadsts?: number;
}

declare module 'fastify' {
  interface FastifyRequest {
    fault?: RequestFault;
    logged?: LoggedRequest;
    /** Graph's `request-id` of this call. */
    requestId?: string;
  }
}

export interface ServerParts {
  world: World;
  faults: Faults;
  log: RequestLog;
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
  app.addHook('onRequest', async (request, reply) => beginRequest(parts, request, reply));
  app.addHook('onSend', async (request, _reply, payload) => spoilAnswer(request, _reply, payload));
  app.addHook('onResponse', async (request, reply) => {
    if (request.logged && !request.fault?.dropAfter) request.logged.status = reply.statusCode;
  });
  app.setErrorHandler((error, request, reply) => sendError(parts, request, reply, error as FastifyError));
  app.setNotFoundHandler((request, reply) =>
    sendError(parts, request, reply, notImplemented(`${request.method} ${pathOf(request)}`)),
  );
  return app;
}

export function pathOf(request: FastifyRequest): string {
  const url = request.raw.url ?? '/';
  const at = url.indexOf('?');
  return at < 0 ? url : url.slice(0, at);
}

async function beginRequest(parts: ServerParts, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const { world } = parts;
  const path = pathOf(request);
  reply.header('date', world.clock.now().toUTCString());
  if (path.startsWith(CONTROL_PREFIX)) return;
  request.requestId = newGuid(world.random);
  const clientRequestId = request.headers['client-request-id'];
  reply.header('request-id', request.requestId);
  reply.header('client-request-id', isPlainId(clientRequestId) ? clientRequestId : request.requestId);
  const origin = parts.originOf(path);
  request.logged = parts.log.add(describeRequest(world, request, path, origin));
  if (!isPlausibleHost(request.headers.host ?? '')) throw new GraphError('BadRequest', 'The Host header is not valid.');
  if (world.behaviour.latencyMs > 0) await delay(world.behaviour.latencyMs);
  const fault = parts.faults.take({ origin, method: request.method, path });
  if (fault === undefined) return;
  request.logged.fault = Object.keys(fault)[0] ?? '';
  return applyFault(fault, request, reply);
}

function isPlainId(value: unknown): value is string {
  return typeof value === 'string' && /^[\w.-]{1,128}$/.test(value);
}

function describeRequest(
  world: World,
  request: FastifyRequest,
  path: string,
  origin: 'main' | 'content',
): Omit<LoggedRequest, 'sequence'> {
  const query = new URLSearchParams(request.raw.url?.slice(path.length + 1) ?? '');
  return {
    time: world.clock.now().toISOString(),
    origin,
    method: request.method,
    path,
    queryNames: [...new Set(query.keys())],
    bearer: /^bearer\s/i.test(request.headers.authorization ?? ''),
    bodyLength: Number(request.headers['content-length'] ?? 0) || 0,
  };
}

async function applyFault(fault: Fault, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  if ('status' in fault) {
    const body = fault.body ?? '';
    return reply
      .code(fault.status)
      .headers(fault.headers)
      .send(typeof body === 'string' ? body : JSON.stringify(body));
  }
  if ('graphError' in fault) throw new GraphError(fault.graphError as GraphErrorName);
  if ('throttle' in fault) {
    const { retryAfter } = fault.throttle;
    throw new GraphError('activityLimitReached', undefined, retryAfter === null ? {} : { 'retry-after': retryAfter });
  }
  if ('delayMs' in fault) return delay(fault.delayMs, undefined);
  if ('hang' in fault) return reply.hijack();
  if ('drop' in fault && fault.drop === 'before') {
    reply.hijack();
    request.raw.socket.destroy();
    return reply;
  }
  if ('aadsts' in fault) return meetSignIn(request, fault.aadsts);
  request.fault = {
    ...('drop' in fault ? { dropAfter: true } : {}),
    ...('omitRefreshToken' in fault ? { omitRefreshToken: true } : {}),
    ...('truncateBody' in fault ? { truncateBody: fault.truncateBody } : {}),
  };
  return undefined;
}

/** Sign-in tells a refusal in the way of the endpoint; elsewhere it comes as the token endpoint's JSON. */
function meetSignIn(request: FastifyRequest, aadsts: number): void {
  if (!/\/oauth2\/v2\.0\/(authorize|token)$/.test(pathOf(request))) throw new SignInError(aadsts);
  request.fault = { aadsts };
}

/** The effect has taken place by now; what is spoiled is only the answer. */
async function spoilAnswer(request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
  const { fault } = request;
  if (fault?.dropAfter) {
    request.raw.socket.destroy();
    return payload;
  }
  if (fault?.truncateBody === undefined) return payload;
  if (!(payload instanceof Readable)) reply.header('content-length', Buffer.byteLength(String(payload ?? '')));
  return Readable.from(cutOff(payload, fault.truncateBody), { objectMode: false });
}

async function* cutOff(payload: unknown, bytes: number): AsyncGenerator<Buffer> {
  let left = bytes;
  const chunks = payload instanceof Readable ? payload : [Buffer.from(String(payload ?? ''))];
  for await (const chunk of chunks) {
    const part = Buffer.from(chunk as Buffer).subarray(0, left);
    left -= part.length;
    if (part.length > 0) yield part;
    if (left === 0) break;
  }
  // What was sent must leave before the connection goes.
  await delay(20);
  throw new Error('The answer was cut off by a fault.');
}

function sendError(
  parts: ServerParts,
  request: FastifyRequest,
  reply: FastifyReply,
  error: Error | FastifyError,
): FastifyReply {
  const { world } = parts;
  if (error instanceof SignInError) {
    const { main } = originsOf(request, parts.ports());
    const { status, body } = errorBody(world, error, main, undefined);
    return reply.code(status).send(body);
  }
  const graphError = toGraphError(error);
  const clientRequestId = request.headers['client-request-id'];
  const innerKey = parts.originOf(pathOf(request)) === 'content' ? 'innererror' : 'innerError';
  const body = graphErrorBody(
    world,
    graphError,
    {
      requestId: request.requestId ?? newGuid(world.random),
      clientRequestId: isPlainId(clientRequestId) ? clientRequestId : undefined,
    },
    innerKey,
  );
  return reply.code(graphError.status).headers(graphError.headers).type('application/json').send(JSON.stringify(body));
}

function toGraphError(error: Error | FastifyError): GraphError {
  if (error instanceof GraphError) return error;
  if (error instanceof WorldRefusal) return refusalToGraphError(error.reason);
  const status = 'statusCode' in error ? (error.statusCode ?? 500) : 500;
  if (status === 413) return new GraphError('maxFileSizeExceeded', 'The request body is too large.');
  if (status < 500) return new GraphError('BadRequest', error.message);
  if ('code' in error && error.code === 'ECONNRESET') return new GraphError('BadRequest', 'The request ended early.');
  // A mistake of the emulator itself: it must be seen by whoever runs it.
  process.stderr.write(`microsoft365-emulator: ${error.stack ?? error.message}\n`);
  return new GraphError('generalException');
}
