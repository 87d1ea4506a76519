import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { carryingRequest } from './carrying-request.ts';

/** How long calls under way may go on before they are cut, and then how long their handlers may take to notice. */
const PATIENCE_MS = 500;
const CLEANUP_MS = 3_000;
const LOOK_MS = 5;

/** The calls under way on both origins: nothing may be half done when the state is thrown away. */
export class Traffic {
  readonly #requests = new Set<FastifyRequest>();
  readonly #handlers = new Set<Promise<unknown>>();
  #pausing: Promise<void> | undefined;

  /** Sees every call of that server; must come before its routes. */
  watch(app: FastifyInstance): void {
    app.addHook('onRoute', (route) => {
      const { handler } = route;
      route.handler = function (request, reply) {
        const result: unknown = handler.call(this, request, reply);
        watched.#track(result);
        return result;
      };
    });
    const watched = this;
    app.addHook('onResponse', async (request) => void this.#requests.delete(request));
  }

  /** Waits while a pause lasts. A part of a batch is not held up: its batch is under way already. */
  async enter(request: FastifyRequest): Promise<void> {
    if (carryingRequest() !== undefined) return;
    while (this.#pausing !== undefined) await this.#pausing;
    this.#requests.add(request);
  }

  /** Lets what is under way end, cuts what does not, and does this while nothing else runs. */
  async pauseFor(change: () => void | Promise<void>): Promise<void> {
    while (this.#pausing !== undefined) await this.#pausing;
    this.#pausing = this.#quietly(change).finally(() => {
      this.#pausing = undefined;
    });
    await this.#pausing;
  }

  async #quietly(change: () => void | Promise<void>): Promise<void> {
    await this.#waitUntilQuiet(PATIENCE_MS);
    for (const request of this.#requests) request.raw.socket.destroy();
    await this.#waitUntilQuiet(CLEANUP_MS);
    await change();
  }

  async #waitUntilQuiet(longestMs: number): Promise<void> {
    const end = performance.now() + longestMs;
    while (this.#requests.size + this.#handlers.size > 0 && performance.now() < end) await delay(LOOK_MS);
  }

  #track(result: unknown): void {
    if (!(result instanceof Promise)) return;
    const done = () => void this.#handlers.delete(result);
    this.#handlers.add(result);
    result.then(done, done);
  }
}
