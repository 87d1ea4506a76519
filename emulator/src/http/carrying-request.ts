import { AsyncLocalStorage } from 'node:async_hooks';
import type { FastifyRequest } from 'fastify';

const carrying = new AsyncLocalStorage<FastifyRequest>();

/** Runs the parts of a batch: what they do to "the connection" happens to that of the batch. */
export function carryParts<Result>(batch: FastifyRequest, run: () => Result): Result {
  return carrying.run(batch, run);
}

/** The batch that carries this request; nothing for a request with a connection of its own. */
export function carryingRequest(): FastifyRequest | undefined {
  return carrying.getStore();
}

export function cutConnection(request: FastifyRequest): void {
  (carrying.getStore() ?? request).raw.socket.destroy();
}
