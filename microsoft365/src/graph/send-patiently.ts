import { randomUUID } from 'node:crypto';
import { setTimeout as pauseFor } from 'node:timers/promises';
import { type GraphAnswer, readAnswer } from './graph-answer.ts';
import { GraphError } from './graph-error.ts';
import type { GraphMethod, GraphRequestOptions, GraphSettings } from './graph-request.ts';
import { sendOnce } from './send-once.ts';
import type { TokenSource } from './token-source.ts';

const ATTEMPTS = 4;
const WAIT_LIMIT_SECONDS = 10;
/** Timers may fire a millisecond early, and a client that comes back early is punished. */
const WAIT_MARGIN_MS = 50;

/** Where a request goes and how it is called in logs. */
export interface Target {
  url: URL;
  label: string;
  headers: Record<string, string>;
  needsToken: boolean;
}

/** Repeats what may be repeated: once after a renewed token, a few times within ten seconds of waiting. */
export async function sendPatiently(
  settings: GraphSettings,
  method: GraphMethod,
  target: Target,
  options: GraphRequestOptions,
): Promise<GraphAnswer> {
  const pause = settings.pause ?? ((milliseconds, signal) => pauseFor(milliseconds, undefined, { signal }));
  const repeatable = isRepeatable(options);
  let token = target.needsToken ? await settings.tokens.accessToken() : undefined;
  let renewed = false;
  let waitedSeconds = 0;
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptOnce(settings, method, target, options, token, attempt);
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      if (error.kind === 'unauthorized' && token !== undefined) {
        token = await replaceToken(settings.tokens, token, error, renewed);
        renewed = true;
        if (repeatable) continue;
      }
      if (!repeatable || attempt >= ATTEMPTS) throw error;
      const wait = secondsToWait(method, options, error, attempt);
      if (wait === undefined || waitedSeconds + wait > WAIT_LIMIT_SECONDS) throw error;
      waitedSeconds += wait;
      await pause(Math.ceil(wait * 1000) + WAIT_MARGIN_MS, options.signal);
    }
  }
}

/** One repeat with another token, never a third try: whoever refuses a fresh token refuses the next one too. */
async function replaceToken(
  tokens: TokenSource,
  refused: string,
  error: GraphError,
  renewed: boolean,
): Promise<string> {
  const challenge = { claims: error.claims };
  if (renewed) await tokens.giveUpAfterRefusal?.(refused, challenge);
  if (renewed || !tokens.renewAfterRefusal) throw error;
  return tokens.renewAfterRefusal(refused, challenge);
}

function isRepeatable({ body }: GraphRequestOptions): boolean {
  return body === undefined || typeof body === 'string' || body instanceof Uint8Array || typeof body === 'function';
}

/** A throttled call was turned away and may be repeated whatever it does; a fault only if repeating does no harm. */
function secondsToWait(method: string, options: GraphRequestOptions, error: GraphError, attempt: number) {
  // A call that was waited out for half a minute is not waited out again.
  if (options.signal?.aborted || error.code === 'timed_out') return undefined;
  const backOff = 0.5 * 2 ** (attempt - 1);
  if (error.kind === 'throttled') return error.retryAfterSeconds ?? backOff * 2;
  const harmless = options.retry ?? (method === 'GET' || method === 'HEAD' || method === 'DELETE');
  if (error.kind === 'unavailable' && harmless) return error.retryAfterSeconds ?? backOff;
  return undefined;
}

async function attemptOnce(
  settings: GraphSettings,
  method: GraphMethod,
  target: Target,
  options: GraphRequestOptions,
  token: string | undefined,
  attempt: number,
): Promise<GraphAnswer> {
  const clientRequestId = randomUUID();
  const startedAt = performance.now();
  const call = { method, path: target.label, attempt, clientRequestId };
  const headers: Record<string, string> = { ...target.headers, 'user-agent': settings.userAgent ?? 'microsoft365/0.1' };
  // A pre-authenticated address belongs to a file host: it gets the bare request and nothing of ours.
  if (token !== undefined) {
    headers.authorization = `Bearer ${token}`;
    headers['client-request-id'] = clientRequestId;
    headers['return-client-request-id'] = 'true';
  }
  const report = (status: number, more: { requestId?: string; retryAfterSeconds?: number } = {}) =>
    settings.log?.({ ...call, status, durationMs: performance.now() - startedAt, ...more });
  try {
    const sent = await sendOnce(settings, method, target.url, headers, options);
    const answer = await readAnswer(method, sent);
    report(answer.status, { requestId: answer.requestId });
    return answer;
  } catch (error) {
    if (error instanceof GraphError) report(error.status, error);
    throw error;
  }
}
