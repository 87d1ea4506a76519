import { errors } from 'undici';
import { readClaimsChallenge } from './claims-challenge.ts';
import { GraphError, type GraphErrorKind } from './graph-error.ts';
import type { Headers } from './graph-request.ts';
import { parseDateHeader, retryAfterSeconds } from './retry-after.ts';

const BY_STATUS: Record<number, GraphErrorKind> = {
  401: 'unauthorized',
  402: 'forbidden',
  403: 'forbidden',
  404: 'not-found',
  409: 'conflict',
  410: 'not-found',
  412: 'changed',
  413: 'too-large',
  423: 'locked',
  429: 'throttled',
  507: 'full',
  509: 'throttled',
};

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Turns an answer of 400 or more into the error that says what to do. */
export function graphErrorFromAnswer(method: string, status: number, headers: Headers, bodyText: string): GraphError {
  const { codes, message } = readErrorBody(bodyText);
  return new GraphError({
    status,
    code: codes.at(-1) ?? `http_${status}`,
    kind: kindOf(status, codes, message),
    requestId: firstValue(headers['request-id']),
    retryAfterSeconds: retryAfterSeconds(firstValue(headers['retry-after']), parseDateHeader(firstValue(headers.date))),
    // A 403 with claims is a step-up that the tenant's policy asks for.
    claims: status === 401 || status === 403 ? readClaimsChallenge(headers['www-authenticate']) : undefined,
    // Gateways answer 500, 502 and 504 to calls that went through behind them; 503 turned the call away.
    mayHaveHappened: !SAFE_METHODS.has(method) && (status === 500 || status === 502 || status === 504),
  });
}

/** No answer came, or it broke off. */
export function graphErrorFromNetwork(method: string, cause: unknown): GraphError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const neverSent = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'].includes(code);
  const timedOut =
    cause instanceof errors.HeadersTimeoutError ||
    cause instanceof errors.BodyTimeoutError ||
    cause instanceof errors.ConnectTimeoutError ||
    (cause instanceof Error && cause.name === 'TimeoutError');
  return new GraphError({
    status: 0,
    code: timedOut ? 'timed_out' : 'network',
    kind: 'unavailable',
    mayHaveHappened: !neverSent && !SAFE_METHODS.has(method),
    cause,
  });
}

function kindOf(status: number, codes: string[], message: string): GraphErrorKind {
  const names = codes.map((code) => code.toLowerCase());
  if (names.includes('resourcelocked')) return 'locked';
  if (names.includes('quotalimitreached')) return 'full';
  if (status === 403 && /\b(retention|hold|record)\b/i.test(message)) return 'retention';
  return BY_STATUS[status] ?? (status >= 500 ? 'unavailable' : 'invalid');
}

/** Codes from the outermost to the innermost; gateway and SharePoint spell `innerError` in different ways. */
function readErrorBody(text: string): { codes: string[]; message: string } {
  const codes: string[] = [];
  let node: unknown = fieldOf(parse(text), 'error');
  const message = fieldOf(node, 'message');
  for (let depth = 0; depth < 8 && typeof node === 'object' && node !== null; depth++) {
    const code = fieldOf(node, 'code');
    // The throttling gateway puts the status there as a number in a string; that says nothing more.
    if (typeof code === 'string' && /^[A-Za-z_][\w.-]{0,99}$/.test(code)) codes.push(code);
    node = fieldOf(node, 'innererror');
  }
  return { codes, message: typeof message === 'string' ? message : '' };
}

function fieldOf(node: unknown, name: string): unknown {
  if (typeof node !== 'object' || node === null) return undefined;
  return Object.entries(node).find(([key]) => key.toLowerCase() === name)?.[1];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function firstValue(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
