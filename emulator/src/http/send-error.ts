import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { GraphError, graphErrorBody, refusalToGraphError } from '../graph/errors.ts';
import { errorBody, SignInError } from '../sign-in/errors.ts';
import { newGuid } from '../world/ids.ts';
import { WorldRefusal } from '../world/records.ts';
import { originsOf } from './origins.ts';
import { pathOf } from './path-of.ts';
import type { ServerParts } from './server.ts';

export function isPlainId(value: unknown): value is string {
  return typeof value === 'string' && /^[\w.-]{1,128}$/.test(value);
}

export function sendError(
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
