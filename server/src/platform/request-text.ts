import type { FastifyRequest } from 'fastify';
import { Failure } from './failures.ts';

/**
 * Text that PostgreSQL can't hold (U+0000, half of a surrogate pair) is refused here, once for all routes:
 * in a query it would fail as an error of ours. Throws `Failure` 400.
 */
export function assertStorableText(request: FastifyRequest): void {
  // A loop and no recursion: a body may be nested as deep as its sender likes.
  const pending: unknown[] = [request.params, request.query, request.body];
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value === 'string') assertStorable(value);
    else if (isPlain(value))
      for (const [name, inside] of Object.entries(value)) {
        assertStorable(name);
        pending.push(inside);
      }
  }
}

/** What a parser of JSON, forms or queries made; a stream or a buffer is a file. */
function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Queries and parameters come without prototype, or with an empty one that is their own.
  return prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null;
}

function assertStorable(text: string): void {
  if (text.isWellFormed() && !text.includes('\0')) return;
  throw new Failure(400, 'invalid_request', 'The request holds characters that are no text.', {
    remedy: 'Type the text anew instead of pasting it.',
  });
}
