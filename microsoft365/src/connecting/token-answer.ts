import { z } from 'zod';
import { validClaims } from '../graph/claims-challenge.ts';
import { parseDateHeader, retryAfterSeconds } from '../graph/retry-after.ts';
import { ConnectionError } from './connection-error.ts';
import { parseJson } from './discovery.ts';
import { classifyOAuthError } from './error-classes.ts';
import { askIdentityPlatform, type IdentityAnswer } from './identity-request.ts';
import type { MicrosoftApp, TokenSet } from './microsoft-app.ts';

// Entra's longest (continuous access evaluation) lasts 28 h; anything far beyond is a mistake, not a lifetime.
const LIFETIME_LIMIT_SECONDS = 30 * 86_400;

const errorSchema = z.object({
  error: z.string().max(100),
  error_codes: z.array(z.number()).optional().catch(undefined),
  suberror: z.string().optional().catch(undefined),
  claims: z.string().transform(validClaims).optional().catch(undefined),
  trace_id: z.string().max(100).optional().catch(undefined),
  correlation_id: z.string().max(100).optional().catch(undefined),
  timestamp: z.string().max(40).optional().catch(undefined),
});

const lifetime = z
  .union([z.number(), z.string().regex(/^\d+$/).transform(Number)])
  .refine((seconds) => Number.isInteger(seconds) && seconds >= 0 && seconds <= LIFETIME_LIMIT_SECONDS)
  .optional();

const tokensSchema = z.looseObject({
  token_type: z.string().regex(/^bearer$/i),
  access_token: z.string().min(1),
  expires_in: lifetime,
});

/** At a refresh the old refresh token may be dead already: a lifetime that can't be read must not lose the new one. */
const refreshedSchema = tokensSchema.extend({ expires_in: lifetime.catch(undefined) });

/**
 * The `fetch` that oauth4webapi is given for the token endpoint: it decides what an answer means before the library
 * sees it, because Microsoft sends 5xx with OAuth bodies, empty refresh tokens and numbers as strings.
 */
export function tokenFetch(
  app: MicrosoftApp,
  call: { for: 'connect' | 'refresh'; timeoutMs: number; signal?: AbortSignal },
) {
  return async (
    url: string,
    sent: { method: string; headers: Record<string, string>; body?: unknown },
  ): Promise<Response> => {
    const answer = await askIdentityPlatform(app, new URL(url), {
      method: 'POST',
      headers: sent.headers,
      body: String(sent.body),
      timeoutMs: call.timeoutMs,
      signal: call.signal,
    });
    if (answer.status !== 200) throw tokenError(answer);
    const tokens = readTokens(answer, call.for === 'refresh' ? refreshedSchema : tokensSchema);
    // Who the account is was settled at connect; a refresh changes nothing about it.
    if (call.for === 'refresh') delete tokens.id_token;
    return new Response(JSON.stringify(tokens), { headers: { 'content-type': 'application/json' } });
  };
}

function readTokens(
  answer: IdentityAnswer,
  schema: typeof tokensSchema | typeof refreshedSchema,
): Record<string, unknown> {
  if (!/^application\/json\s*(;|$)/i.test(answer.header('content-type') ?? '')) throw untrusted('not JSON');
  const tokens = schema.safeParse(parseJson(answer.text));
  if (!tokens.success) throw untrusted(`field ${String(tokens.error.issues[0]?.path[0] ?? 'missing')}`);
  const kept: Record<string, unknown> = { ...tokens.data };
  for (const optional of ['refresh_token', 'scope', 'id_token', 'expires_in']) {
    if (kept[optional] === undefined || kept[optional] === null || kept[optional] === '') delete kept[optional];
  }
  return kept;
}

/** Only a 400 or 401 with an OAuth error is a verdict on the grant; the same body under a 5xx is a bad day. */
export function tokenError(answer: IdentityAnswer): ConnectionError {
  const retryAfter = retryAfterSeconds(answer.header('retry-after'), parseDateHeader(answer.header('date')));
  if (answer.status === 429) {
    return new ConnectionError('throttled', 'microsoft_throttled', { retryAfterSeconds: retryAfter });
  }
  if (answer.status >= 500) {
    return new ConnectionError('transient', 'microsoft_unavailable', { retryAfterSeconds: retryAfter });
  }
  const said = errorSchema.safeParse(parseJson(answer.text));
  if (!said.success || (answer.status !== 400 && answer.status !== 401)) {
    return untrusted(`the token endpoint answered ${answer.status}`);
  }
  const { error, error_codes, suberror, claims, trace_id, correlation_id, timestamp } = said.data;
  const { kind, code, aadsts } = classifyOAuthError('token', { error, suberror, numbers: error_codes ?? [] });
  return new ConnectionError(kind, code, {
    aadsts,
    oauthError: error,
    claims,
    retryAfterSeconds: retryAfter,
    traceId: trace_id,
    correlationId: correlation_id,
    timestamp,
  });
}

export function tokenSet(answer: {
  access_token: string;
  refresh_token?: string;
  expires_in?: number;
  scope?: string;
}): TokenSet {
  return {
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token,
    expiresInSeconds: answer.expires_in ?? 0,
    scopes: (answer.scope ?? '').split(' ').filter(Boolean).map(shortScope),
  };
}

/** Granted scopes come short or as URIs, in any case and order: the last segment is the name. */
function shortScope(scope: string): string {
  return scope.slice(scope.lastIndexOf('/') + 1);
}

/** Of the wanted scopes those that were not granted. */
export function scopesMissing(wanted: string[], granted: string[]): string[] {
  const has = new Set(granted.map((scope) => shortScope(scope).toLowerCase()));
  return wanted.filter((scope) => {
    const name = shortScope(scope).toLowerCase();
    return !has.has(name) && !has.has(`${name}.all`);
  });
}

function untrusted(reason: string): ConnectionError {
  return new ConnectionError('protocol', 'response_untrusted', { reason });
}
