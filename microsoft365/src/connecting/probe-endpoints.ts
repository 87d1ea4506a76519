import { ConnectionError } from './connection-error.ts';
import { discoverAuthority } from './discovery.ts';
import { askIdentityPlatform } from './identity-request.ts';
import type { MicrosoftApp } from './microsoft-app.ts';
import { type Reachability, whyUnreachable } from './reachability.ts';

const TIMEOUT_MS = 8000;

/** Whether the addresses answer, and not a block page in their place, and what the authority says of itself. */
export interface EndpointsProbe {
  login: Reachability;
  graph: Reachability;
  /** What the authority of the tenant says of itself; `unknown` when the login address can't be asked. */
  authority:
    | { result: 'ok' }
    | { result: 'tenant_unknown' }
    | { result: 'not_trusted'; why: string }
    | { result: 'unknown' };
}

/**
 * Asks the login and Graph addresses whether they answer at all, and the tenant's discovery document whether it is one.
 * Sends no credential. Never throws for what it finds.
 */
export async function probeEndpoints(app: MicrosoftApp): Promise<EndpointsProbe> {
  const keys = new URL('/common/discovery/v2.0/keys', app.endpoints.loginUrl);
  const me = new URL('/v1.0/me', app.endpoints.graphUrl);
  const [login, graph] = await Promise.all([reach(app, keys, isKeySet), reach(app, me, isGraphAnswer)]);
  return { login, graph, authority: login.reached ? await readAuthority(app) : { result: 'unknown' } };
}

async function reach(app: MicrosoftApp, url: URL, isTheirs: (said: unknown) => boolean): Promise<Reachability> {
  try {
    const answer = await askIdentityPlatform(app, url, { method: 'GET', headers: {}, timeoutMs: TIMEOUT_MS });
    // A bad day of Microsoft's own may look like anything; what blocks the way answers with a page or leads elsewhere.
    const isOutage = answer.status === 429 || answer.status >= 500;
    if (!isOutage && !isTheirs(parseJson(answer.text)))
      return { reached: false, why: 'not_microsoft', code: String(answer.status) };
    const date = new Date(answer.header('date') ?? '');
    return { reached: true, status: answer.status, theirTime: Number.isNaN(date.getTime()) ? undefined : date };
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    return whyUnreachable(error);
  }
}

const isKeySet = (said: unknown) => Array.isArray(fieldOf(said, 'keys')) || typeof fieldOf(said, 'error') === 'string';

/** Without a token: 401 and an error in Graph's form. */
const isGraphAnswer = (said: unknown) => typeof fieldOf(fieldOf(said, 'error'), 'code') === 'string';

function fieldOf(said: unknown, name: string): unknown {
  return typeof said === 'object' && said !== null ? Reflect.get(said, name) : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function readAuthority(app: MicrosoftApp): Promise<EndpointsProbe['authority']> {
  try {
    // A copy of the app has no cached document: what was right an hour ago is not asked for.
    await discoverAuthority({ ...app });
    return { result: 'ok' };
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    if (error.code === 'app_misconfigured') return { result: 'tenant_unknown' };
    return error.code === 'response_untrusted' ? { result: 'not_trusted', why: error.message } : { result: 'unknown' };
  }
}
