import type { Headers } from './graph-request.ts';
import { firstValue } from './read-error.ts';

/** How much of an allowance is left, as Microsoft says it from about four fifths of its use on. */
export interface RateLimit {
  limit: number;
  remaining: number;
  /** Seconds until the allowance is whole again. */
  resetSeconds: number;
}

/**
 * The `RateLimit-*` headers of an answer; undefined while Microsoft sees no reason to send them.
 * @see https://learn.microsoft.com/sharepoint/dev/general-development/how-to-avoid-getting-throttled-or-blocked-in-sharepoint-online
 */
export function readRateLimit(headers: Headers): RateLimit | undefined {
  const read = (name: string) => {
    const text = firstValue(headers[`ratelimit-${name}`])?.trim() ?? '';
    return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
  };
  const limit = read('limit');
  const remaining = read('remaining');
  if (!limit || remaining === undefined) return undefined;
  return { limit, remaining, resetSeconds: read('reset') ?? 0 };
}
