import { newGuid } from '../world/ids.ts';
import type { World } from '../world/world.ts';
import { type AadstsEntry, GRANT } from './aadsts/entry.ts';
import { AADSTS } from './aadsts/index.ts';

/** A refusal of the identity platform; where it shows (page, redirect, token answer) is up to who catches it. */
export class SignInError extends Error {
  override name = 'SignInError';
  readonly aadsts: number;
  readonly #changes: Partial<AadstsEntry>;

  /** `detail` takes the place of the code's usual text, `changes` that of what else is usual. */
  constructor(aadsts: number, detail?: string, changes: Partial<Pick<AadstsEntry, 'error' | 'claims'>> = {}) {
    super(detail ?? entryOf(aadsts).text);
    this.aadsts = aadsts;
    this.#changes = changes;
  }

  get entry(): AadstsEntry {
    return { ...entryOf(this.aadsts), ...this.#changes };
  }
}

export function isKnownAadsts(aadsts: number): boolean {
  return AADSTS[aadsts] !== undefined;
}

/** Of some codes the application never hears: Microsoft shows them on its own page. */
export function isShownOnPage(aadsts: number): boolean {
  return entryOf(aadsts).place === 'page';
}

function entryOf(aadsts: number): AadstsEntry {
  return AADSTS[aadsts] ?? { ...GRANT, place: 'redirect', text: 'The request was refused.' };
}

export interface ErrorBody {
  error: string;
  error_description: string;
  error_codes: number[];
  timestamp: string;
  trace_id: string;
  correlation_id: string;
  error_uri: string;
  suberror?: string;
  claims?: string;
}

/** The error as the token endpoint answers it. */
export function errorBody(
  world: World,
  error: SignInError,
  origin: string,
  correlationId: string | undefined,
): { status: number; body: ErrorBody } {
  const { entry } = error;
  const timestamp = `${world.clock.now().toISOString().slice(0, 19).replace('T', ' ')}Z`;
  const trace_id = newGuid(world.random);
  const correlation_id = correlationId ?? newGuid(world.random);
  return {
    status: entry.status,
    body: {
      error: entry.error,
      error_description: `AADSTS${error.aadsts}: ${error.message} Trace ID: ${trace_id} Correlation ID: ${correlation_id} Timestamp: ${timestamp}`,
      error_codes: [error.aadsts],
      timestamp,
      trace_id,
      correlation_id,
      error_uri: `${origin}/error?code=${error.aadsts}`,
      ...(entry.suberror === undefined ? {} : { suberror: entry.suberror }),
      ...(entry.claims === undefined ? {} : { claims: entry.claims }),
    },
  };
}
