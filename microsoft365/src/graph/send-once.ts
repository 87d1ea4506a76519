import { Readable } from 'node:stream';
import { type Dispatcher, request } from 'undici';
import { dispatcherFor } from './dispatcher.ts';
import type { GraphRequestOptions, GraphSettings } from './graph-request.ts';
import { graphErrorFromNetwork } from './read-error.ts';

const CONNECT_AND_HEADERS_TIMEOUT_MS = 30_000;
const BODY_TIMEOUT_MS = 60_000;

/** Puts one request on the wire; every failure to get an answer becomes a GraphError. */
export async function sendOnce(
  settings: GraphSettings,
  method: string,
  url: URL,
  headers: Record<string, string>,
  options: GraphRequestOptions,
): Promise<Dispatcher.ResponseData> {
  const body = await openBody(options);
  // A source that fails (a blob store, say) is not Microsoft's failure: its own error must come through.
  let sourceError: Error | undefined;
  if (body instanceof Readable) body.once('error', (error) => (sourceError = error));
  try {
    return await request(url, {
      method: method as Dispatcher.HttpMethod,
      headers,
      body,
      dispatcher: settings.dispatcher ?? dispatcherFor(url),
      signal: options.signal,
      headersTimeout: CONNECT_AND_HEADERS_TIMEOUT_MS,
      bodyTimeout: BODY_TIMEOUT_MS,
    });
  } catch (cause) {
    if (body instanceof Readable) body.destroy();
    if (options.signal?.aborted) throw options.signal.reason;
    throw sourceError ?? graphErrorFromNetwork(method, cause);
  }
}

async function openBody({ body, json }: GraphRequestOptions): Promise<string | Uint8Array | Readable | undefined> {
  if (json !== undefined) return JSON.stringify(json);
  return typeof body === 'function' ? await body() : body;
}
