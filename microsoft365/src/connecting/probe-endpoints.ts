import { ConnectionError } from './connection-error.ts';
import { discoverAuthority } from './discovery.ts';
import { askIdentityPlatform } from './identity-request.ts';
import type { MicrosoftApp } from './microsoft-app.ts';
import { type Reachability, whyUnreachable } from './reachability.ts';

const TIMEOUT_MS = 8000;

/** Whether the addresses answer, and what the authority says of itself. */
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
  const root = new URL('/v1.0/', app.endpoints.graphUrl);
  const [login, graph] = await Promise.all([reach(app, keys), reach(app, root)]);
  return { login, graph, authority: login.reached ? await readAuthority(app) : { result: 'unknown' } };
}

async function reach(app: MicrosoftApp, url: URL): Promise<Reachability> {
  try {
    const answer = await askIdentityPlatform(app, url, { method: 'GET', headers: {}, timeoutMs: TIMEOUT_MS });
    const date = new Date(answer.header('date') ?? '');
    return { reached: true, status: answer.status, theirTime: Number.isNaN(date.getTime()) ? undefined : date };
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    return whyUnreachable(error);
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
