import type { Behaviour } from '../config.ts';
import type { Clock } from '../world/clock.ts';

/** From here on Graph tells what is left. */
const TELLS_FROM = 0.8;

/** How one application, for one person, stands. */
export interface BudgetUse {
  clientId: string;
  /** Empty when an application acts for itself. */
  user: string;
  used: number;
  limit: number;
  refused: number;
  /** Refused calls that came before the time they were told: each doubles the wait. */
  earlyReturns: number;
  /** Nothing is let through before this time. */
  closedUntil?: string;
}

interface Account {
  clientId: string;
  user: string;
  windowEndsAt: number;
  used: number;
  refused: number;
  earlyReturns: number;
  closed?: { until: number; waitMs: number };
}

/** What the budget says to one call. */
export interface BudgetAnswer {
  headers: Record<string, string>;
  refused: boolean;
  early: boolean;
}

/**
 * Throttling as SharePoint does it: so many requests a window per application and person. Refused calls count too, and
 * whoever comes back before the time waits longer.
 *
 * @see https://learn.microsoft.com/en-us/sharepoint/dev/general-development/how-to-avoid-getting-throttled-or-blocked-in-sharepoint-online
 */
export class RequestBudget {
  readonly #clock: Clock;
  readonly #rule: Behaviour['throttling'];
  readonly #accounts = new Map<string, Account>();

  constructor(clock: Clock, rule: Behaviour['throttling']) {
    this.#clock = clock;
    this.#rule = rule;
  }

  take({ clientId, user }: { clientId: string; user: string }): BudgetAnswer {
    const rule = this.#rule;
    if (rule === undefined) return { headers: {}, refused: false, early: false };
    const now = this.#clock.now().getTime();
    const account = this.#accountAt(`${clientId} ${user}`, { clientId, user }, now);
    account.used += 1;
    const early = account.closed !== undefined && rule.retryAfter !== 'none';
    if (account.closed === undefined && account.used <= rule.requests) {
      return { headers: this.#limitHeaders(account, now), refused: false, early };
    }
    account.refused += 1;
    if (early) account.earlyReturns += 1;
    account.closed = closeFor(account, early, now);
    const headers = { ...this.#limitHeaders(account, now), ...retryHeader(rule.retryAfter, account.closed.until, now) };
    return { headers, refused: true, early };
  }

  list(): BudgetUse[] {
    return [...this.#accounts.values()].map(({ closed, windowEndsAt: _, ...account }) => ({
      ...account,
      limit: this.#rule?.requests ?? 0,
      ...(closed === undefined ? {} : { closedUntil: new Date(closed.until).toISOString() }),
    }));
  }

  clear(): void {
    this.#accounts.clear();
  }

  /** A new window begins with the first call after the last one ended and the door opened. */
  #accountAt(key: string, whose: { clientId: string; user: string }, now: number): Account {
    const known = this.#accounts.get(key);
    if (known !== undefined && now < (known.closed?.until ?? known.windowEndsAt)) return known;
    const windowEndsAt = now + (this.#rule?.windowSeconds ?? 0) * 1000;
    const { refused, earlyReturns } = known ?? { refused: 0, earlyReturns: 0 };
    const account = { ...whose, windowEndsAt, used: 0, refused, earlyReturns };
    this.#accounts.set(key, account);
    return account;
  }

  #limitHeaders(account: Account, now: number): Record<string, string> {
    const limit = this.#rule?.requests ?? 0;
    if (account.used < limit * TELLS_FROM) return {};
    const resetAt = account.closed?.until ?? account.windowEndsAt;
    return {
      'ratelimit-limit': String(limit),
      'ratelimit-remaining': String(Math.max(0, limit - account.used)),
      'ratelimit-reset': String(Math.max(0, Math.ceil((resetAt - now) / 1000))),
    };
  }
}

function closeFor(account: Account, early: boolean, now: number): { until: number; waitMs: number } {
  const { closed } = account;
  if (closed === undefined) return { until: account.windowEndsAt, waitMs: Math.max(1_000, account.windowEndsAt - now) };
  return early ? { until: now + closed.waitMs * 2, waitMs: closed.waitMs * 2 } : closed;
}

function retryHeader(
  form: NonNullable<Behaviour['throttling']>['retryAfter'],
  until: number,
  now: number,
): Record<string, string> {
  const waitMs = Math.max(0, until - now);
  if (form === 'none') return {};
  if (form === 'fraction') return { 'retry-after': (waitMs / 1000).toFixed(3) };
  // An HTTP date has whole seconds: rounded up, so that whoever keeps to it is not early.
  if (form === 'date') return { 'retry-after': new Date(Math.ceil(until / 1000) * 1000).toUTCString() };
  return { 'retry-after': String(Math.ceil(waitMs / 1000)) };
}
