import type { INetworkModule, NetworkRequestOptions } from '@azure/msal-node';
import { type Agent, fetch as undiciFetch } from 'undici';

/** `fetch` that trusts the certificates that the agent trusts, and no others. */
export function trustingFetch(agent: Agent): typeof fetch {
  return ((url: string, options: object) =>
    undiciFetch(url, { ...options, dispatcher: agent })) as unknown as typeof fetch;
}

/** The same for MSAL. */
export function trustingNetwork(agent: Agent): INetworkModule {
  const send = async (method: string, url: string, options?: NetworkRequestOptions) => {
    const response = await trustingFetch(agent)(url, {
      method,
      headers: options?.headers ?? {},
      ...(method === 'POST' ? { body: options?.body ?? '' } : {}),
    });
    return {
      headers: Object.fromEntries(response.headers),
      body: (await response.json()) as never,
      status: response.status,
    };
  };
  return {
    sendGetRequestAsync: (url, options) => send('GET', url, options),
    sendPostRequestAsync: (url, options) => send('POST', url, options),
  };
}
