/**
 * Seconds that an answer asks us to stay away: an integer, a fraction (Graph's gateway sends `2.128`) or a date, which
 * is read against that answer's own `Date`, never against our clock.
 */
export function retryAfterSeconds(header: string | undefined, answeredAt: Date | undefined): number | undefined {
  const text = header?.trim();
  if (!text) return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  const until = Date.parse(text);
  if (Number.isNaN(until) || answeredAt === undefined) return undefined;
  return Math.max(0, (until - answeredAt.getTime()) / 1000);
}

export function parseDateHeader(header: string | undefined): Date | undefined {
  const time = Date.parse(header ?? '');
  return Number.isNaN(time) ? undefined : new Date(time);
}
