import { errors, request } from 'undici';
import { dispatcherFor } from '../graph/dispatcher.ts';
import { ConnectionError } from './connection-error.ts';
import type { MicrosoftApp } from './microsoft-app.ts';

// A discovery document is 2 kB, an answer with three Entra tokens under 64 kB: more is not an answer.
const ANSWER_LIMIT_BYTES = 1024 * 1024;

export interface IdentityAnswer {
  status: number;
  header(name: string): string | undefined;
  text: string;
}

export interface IdentityRequest {
  method: 'GET' | 'POST';
  headers: Record<string, string>;
  body?: string;
  timeoutMs: number;
  signal?: AbortSignal;
  /** An answer of 200 is thrown away unread: only whether it came is of interest. */
  dropWhenOk?: boolean;
}

/** One call to the identity platform. Follows no redirect: the next host would get the app's credential. */
export async function askIdentityPlatform(
  app: MicrosoftApp,
  url: URL,
  asked: IdentityRequest,
): Promise<IdentityAnswer> {
  const deadline = AbortSignal.timeout(asked.timeoutMs);
  try {
    const answer = await request(url, {
      method: asked.method,
      headers: asked.headers,
      body: asked.body,
      dispatcher: app.dispatcher ?? dispatcherFor(url),
      signal: asked.signal ? AbortSignal.any([deadline, asked.signal]) : deadline,
    });
    const header = (name: string) => [answer.headers[name] ?? []].flat()[0];
    if (asked.dropWhenOk && answer.statusCode === 200) {
      // Breaking off is no failure here.
      answer.body.on('error', () => {}).destroy();
      return { status: 200, header, text: '' };
    }
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of answer.body) {
      size += chunk.length;
      if (size > ANSWER_LIMIT_BYTES)
        throw new ConnectionError('protocol', 'response_untrusted', { reason: 'too long' });
      chunks.push(chunk);
    }
    return {
      status: answer.statusCode,
      header,
      text: Buffer.concat(chunks).toString('utf8'),
    };
  } catch (cause) {
    throw asConnectionError(cause, deadline.aborted);
  }
}

function asConnectionError(cause: unknown, late: boolean): ConnectionError {
  if (cause instanceof ConnectionError) return cause;
  const timedOut = late || cause instanceof errors.ConnectTimeoutError || cause instanceof errors.HeadersTimeoutError;
  return new ConnectionError('transient', timedOut ? 'microsoft_timed_out' : 'microsoft_unreachable', {
    reason: networkReason(cause),
    cause,
  });
}

/** Only names such as ECONNREFUSED or CERT_HAS_EXPIRED: a message may hold an address. */
function networkReason(cause: unknown): string | undefined {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' && /^[A-Z0-9_]{1,60}$/.test(code) ? code : undefined;
}
