import { once } from 'node:events';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Fault } from '../faults/faults.ts';
import { GraphError, type GraphErrorName } from '../graph/errors.ts';
import { SignInError } from '../sign-in/errors.ts';
import { carryingRequest, cutConnection } from './carrying-request.ts';
import { pathOf } from './path-of.ts';

/** What a fault still has to do to a request that goes on. */
interface RequestFault {
  dropAfter?: boolean;
  omitRefreshToken?: boolean;
  truncateBody?: number;
  aadsts?: number;
}

declare module 'fastify' {
  interface FastifyRequest {
    fault?: RequestFault;
  }
}

/** Answers in place of the emulator, or marks what is to be spoiled later. */
export async function applyFault(fault: Fault, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  if ('status' in fault) return answerInstead(fault, reply);
  if ('graphError' in fault) throw new GraphError(fault.graphError as GraphErrorName);
  if ('throttle' in fault) {
    const { retryAfter } = fault.throttle;
    throw new GraphError('activityLimitReached', undefined, retryAfter === null ? {} : { 'retry-after': retryAfter });
  }
  if ('delayMs' in fault) return delay(fault.delayMs, undefined);
  if ('hang' in fault) return hang(request, reply);
  if ('drop' in fault && fault.drop === 'before') {
    reply.hijack();
    cutConnection(request);
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

function answerInstead(fault: Extract<Fault, { status: number }>, reply: FastifyReply): FastifyReply {
  const body = fault.body ?? '';
  if (typeof body === 'string') return reply.code(fault.status).headers(fault.headers).send(body);
  return reply.code(fault.status).type('application/json').headers(fault.headers).send(JSON.stringify(body));
}

/** Until the client gives up; the part of a batch holds the whole batch. */
async function hang(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  reply.hijack();
  const { socket } = (carryingRequest() ?? request).raw;
  if (!socket.destroyed) await once(socket, 'close');
  return reply;
}

/** Sign-in tells a refusal in the way of the endpoint; elsewhere it comes as the token endpoint's JSON. */
function meetSignIn(request: FastifyRequest, aadsts: number): void {
  if (!/\/(oauth2\/v2\.0\/(authorize|token)|adminconsent|login)$/.test(pathOf(request))) throw new SignInError(aadsts);
  request.fault = { aadsts };
}

/** The effect has taken place by now; what is spoiled is only the answer. */
export async function spoilAnswer(request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
  const { fault } = request;
  if (fault?.dropAfter) {
    cutConnection(request);
    return payload;
  }
  if (fault?.truncateBody === undefined) return payload;
  if (carryingRequest() !== undefined) return cutText(payload, fault.truncateBody);
  if (!(payload instanceof Readable)) reply.header('content-length', Buffer.byteLength(String(payload ?? '')));
  return Readable.from(cutOff(payload, fault.truncateBody), { objectMode: false });
}

/** A part of a batch has no connection of its own to lose: it comes whole, but too short. */
function cutText(payload: unknown, bytes: number): Buffer {
  return Buffer.from(String(payload ?? '')).subarray(0, bytes);
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
