import { isTrustedFileUrl } from '../files/trusted-file-url.ts';
import type { MicrosoftEndpoints } from '../microsoft-endpoints.ts';
import type { GraphAnswer } from './graph-answer.ts';
import { GraphError } from './graph-error.ts';
import type { GraphMethod, GraphRequestOptions, GraphSettings } from './graph-request.ts';
import { firstValue } from './read-error.ts';
import { sendPatiently } from './send-patiently.ts';

/** Graph as one account sees it. */
export interface Graph {
  readonly endpoints: MicrosoftEndpoints;
  /**
   * Sends one request below `{graphUrl}/v1.0`; `path` is already percent-encoded, or a whole `@odata.nextLink` of Graph.
   * Redirects are answers here, not followed.
   * @throws GraphError for 400 and more and when no answer came; what the token source throws passes through
   */
  request(method: GraphMethod, path: string, options?: GraphRequestOptions): Promise<GraphAnswer>;
  /** GETs a download address without the token, following redirects only to trusted hosts. */
  fetchPreAuthenticated(url: string, options?: { signal?: AbortSignal }): Promise<GraphAnswer>;
  /** Sends one request to an upload address without the token; a redirect is an answer, not followed. */
  sendPreAuthenticated(method: GraphMethod, url: string, options?: GraphRequestOptions): Promise<GraphAnswer>;
}

const REDIRECT_LIMIT = 5;

/**
 * A Graph client for one account. It repeats a request once after a 401, with the token that its source gives then.
 * @see https://learn.microsoft.com/graph/api/overview
 */
export function createGraph(settings: GraphSettings): Graph {
  return {
    endpoints: settings.endpoints,
    request(method, path, options = {}) {
      const url = graphAddress(settings.endpoints, path, options.query);
      const label = url.pathname;
      return sendPatiently(settings, method, { url, label, headers: jsonHeaders(options), needsToken: true }, options);
    },
    fetchPreAuthenticated: (url, options = {}) => followTrusted(settings, url, options.signal),
    async sendPreAuthenticated(method, url, options = {}) {
      const target = { ...preAuthenticated(settings, url), headers: jsonHeaders(options) };
      return sendPatiently(settings, method, target, options);
    },
  };
}

/** The token goes to Graph's own origin and nowhere else, whatever a path or link says. */
function graphAddress(endpoints: MicrosoftEndpoints, path: string, query: Record<string, string> = {}): URL {
  const root = new URL(endpoints.graphUrl);
  const isLink = /^https?:\/\//i.test(path);
  if (!isLink && !path.startsWith('/')) throw new TypeError('a Graph path begins with a slash');
  const url = isLink ? new URL(path) : new URL(`${root.origin}/v1.0${path}`);
  if (url.origin !== root.origin || url.username !== '' || url.password !== '') {
    throw new TypeError("the token may only be sent to Graph's own host");
  }
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url;
}

function jsonHeaders(options: GraphRequestOptions): Record<string, string> {
  const headers: Record<string, string> = { accept: 'application/json', ...options.headers };
  if (options.json !== undefined) headers['content-type'] = 'application/json';
  if (options.contentLength !== undefined) headers['content-length'] = String(options.contentLength);
  return headers;
}

async function followTrusted(settings: GraphSettings, address: string, signal?: AbortSignal): Promise<GraphAnswer> {
  let next = address;
  for (let hop = 0; hop <= REDIRECT_LIMIT; hop++) {
    const answer = await sendPatiently(settings, 'GET', preAuthenticated(settings, next), { signal });
    if (answer.status < 300 || answer.status === 304) return answer;
    answer.body.destroy();
    const location = firstValue(answer.headers.location);
    if (location === undefined || !URL.canParse(location, next)) throw untrustedAddress();
    next = new URL(location, next).href;
  }
  throw untrustedAddress();
}

/** The address alone is the secret here: the token stays away from it, and it stays out of the log. */
function preAuthenticated(settings: GraphSettings, address: string) {
  if (!isTrustedFileUrl(address, settings.endpoints, { orGraph: true })) throw untrustedAddress();
  return { url: new URL(address), label: '(pre-authenticated)', headers: {}, needsToken: false };
}

function untrustedAddress(): GraphError {
  return new GraphError({ status: 0, code: 'untrusted_address', kind: 'invalid', mayHaveHappened: false });
}
