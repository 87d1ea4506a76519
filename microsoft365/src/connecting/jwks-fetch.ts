import { ConnectionError } from './connection-error.ts';
import { askIdentityPlatform } from './identity-request.ts';
import type { MicrosoftApp } from './microsoft-app.ts';

/** The `fetch` that oauth4webapi is given for the signing keys; they come from the configured authority alone. */
export function jwksFetch(app: MicrosoftApp, timeoutMs: number) {
  return async (url: string, sent: { headers: Record<string, string> }): Promise<Response> => {
    const answer = await askIdentityPlatform(app, new URL(url), { method: 'GET', headers: sent.headers, timeoutMs });
    if (answer.status >= 500) throw new ConnectionError('transient', 'microsoft_unavailable');
    if (answer.status !== 200) throw new ConnectionError('protocol', 'response_untrusted', { reason: 'signing keys' });
    return new Response(answer.text, { headers: { 'content-type': answer.header('content-type') ?? '' } });
  };
}
