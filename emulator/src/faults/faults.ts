import { z } from 'zod';
import { isGraphErrorName } from '../graph/errors.ts';
import { isKnownAadsts } from '../sign-in/errors.ts';
import type { Clock } from '../world/clock.ts';
import { newGuid, type Random } from '../world/ids.ts';

const regularExpression = z.string().refine((text) => {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}, 'expected a regular expression');

const FAULT_KINDS = {
  status: z.strictObject({
    status: z.number().int().min(200).max(599),
    headers: z.record(z.string().regex(/^[\w-]+$/), z.string().regex(/^[\t -~]*$/)).default({}),
    body: z.unknown().optional(),
  }),
  graphError: z.strictObject({ graphError: z.string().refine(isGraphErrorName, 'expected the name of a Graph error') }),
  aadsts: z.strictObject({
    aadsts: z.number().int().refine(isKnownAadsts, 'expected an AADSTS code that the emulator knows'),
  }),
  delayMs: z.strictObject({ delayMs: z.number().int().min(0) }),
  hang: z.strictObject({ hang: z.literal(true) }),
  drop: z.strictObject({ drop: z.enum(['before', 'after']) }),
  throttle: z.strictObject({
    throttle: z.strictObject({
      retryAfter: z
        .string()
        .regex(/^\d{1,9}(\.\d{1,9})?$|^date$/, 'expected seconds, such as "2" or "2.128", or "date", or null')
        .nullable(),
    }),
  }),
  omitRefreshToken: z.strictObject({ omitRefreshToken: z.literal(true) }),
  truncateBody: z.strictObject({ truncateBody: z.number().int().min(0) }),
};

type FaultKind = keyof typeof FAULT_KINDS;
export type Fault = z.infer<(typeof FAULT_KINDS)[FaultKind]>;

const isFaultKind = (name: string): name is FaultKind => Object.hasOwn(FAULT_KINDS, name);

/** The kind is told by the property that names it, so that a mistake is reported for that kind alone. */
const faultSchema = z.record(z.string(), z.unknown()).transform((value, context): Fault => {
  const kinds = Object.keys(value).filter(isFaultKind);
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) {
    const message = `expected exactly one of ${Object.keys(FAULT_KINDS).join(', ')}`;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  }
  const parsed = FAULT_KINDS[kind].safeParse(value);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues)
    context.addIssue({ code: 'custom', message: issue.message, path: issue.path });
  return z.NEVER;
});

const armSchema = z.strictObject({
  match: z
    .strictObject({
      origin: z.enum(['main', 'content']).optional(),
      method: z.string().optional(),
      path: regularExpression.optional(),
    })
    .default({}),
  times: z.number().int().min(1).default(1),
  skip: z.number().int().min(0).default(0),
  fault: faultSchema,
});

/** What to fail, how often, and which calls it meets. */
export type FaultOrder = Omit<z.input<typeof armSchema>, 'fault'> & {
  fault: z.input<(typeof FAULT_KINDS)[FaultKind]>;
};

export interface ArmedFault extends z.infer<typeof armSchema> {
  id: string;
  fired: number;
  skipped: number;
  /** Throttled clients that came back before the time they were told. */
  earlyReturns: number;
}

/** What happens to one call, and whether it came back too early from a throttled one. */
export interface MetFault {
  fault: Fault;
  early: boolean;
}

interface Call {
  origin: 'main' | 'content';
  method: string;
  path: string;
}

/** Set when a throttled call may come back, in milliseconds of the emulator's clock. */
interface Throttled extends ArmedFault {
  closedUntil?: number;
}

/** How long "a date two seconds from now" and the like reach. */
const DATE_RETRY_SECONDS = 2;

/** Failures that were ordered: which calls they meet, and how often they have. */
export class Faults {
  readonly #clock: Clock;
  readonly #random: Random;
  #armed: Throttled[] = [];

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  arm(order: unknown): { id: string } {
    const id = newGuid(this.#random);
    this.#armed.push({ ...armSchema.parse(order), id, fired: 0, skipped: 0, earlyReturns: 0 });
    return { id };
  }

  list(): ArmedFault[] {
    return this.#armed.map(({ closedUntil: _, ...fault }) => structuredClone(fault));
  }

  clear(): void {
    this.#armed = [];
  }

  /** The fault that meets this call, if any; it counts as fired. */
  take(call: Call): MetFault | undefined {
    for (const armed of this.#armed) {
      if (!matches(armed, call)) continue;
      const early = this.#refuseEarlyReturn(armed);
      if (early !== undefined) return { fault: early, early: true };
      if (armed.fired >= armed.times) continue;
      if (armed.skipped < armed.skip) {
        armed.skipped += 1;
        continue;
      }
      armed.fired += 1;
      const { fault } = armed;
      return { fault: 'throttle' in fault ? this.#close(armed, fault.throttle.retryAfter) : fault, early: false };
    }
    return undefined;
  }

  /** A refused call still counts: coming back too early closes the door anew for the full time. */
  #refuseEarlyReturn(armed: Throttled): Fault | undefined {
    if (!('throttle' in armed.fault) || armed.closedUntil === undefined) return undefined;
    if (this.#clock.now().getTime() >= armed.closedUntil) {
      delete armed.closedUntil;
      return undefined;
    }
    armed.earlyReturns += 1;
    return this.#close(armed, armed.fault.throttle.retryAfter);
  }

  #close(armed: Throttled, retryAfter: string | null): Fault {
    const now = this.#clock.now().getTime();
    if (retryAfter === 'date') {
      // An HTTP date has whole seconds: the door opens when that second begins.
      const until = (Math.floor(now / 1000) + DATE_RETRY_SECONDS) * 1000;
      armed.closedUntil = until;
      return { throttle: { retryAfter: new Date(until).toUTCString() } };
    }
    if (retryAfter !== null) armed.closedUntil = now + Number(retryAfter) * 1000;
    return { throttle: { retryAfter } };
  }
}

function matches({ match }: ArmedFault, call: Call): boolean {
  if (match.origin !== undefined && match.origin !== call.origin) return false;
  if (match.method !== undefined && match.method.toUpperCase() !== call.method) return false;
  return match.path === undefined || new RegExp(match.path).test(call.path);
}
