import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { Headers } from './graph-request.ts';
import { firstValue, graphErrorFromAnswer, graphErrorFromNetwork } from './read-error.ts';
import { parseDateHeader } from './retry-after.ts';

const ERROR_LIMIT_BYTES = 64 * 1024;
const JSON_LIMIT_BYTES = 16 * 1024 * 1024;

/** What Graph answered, below 400. Read `json()` or `body`, once; destroy `body` when neither is wanted. */
export interface GraphAnswer {
  status: number;
  headers: Headers;
  /** The answer's own `Date` header: times in Graph's answers are compared with it, not with our clock. */
  date: Date;
  requestId?: string;
  /** @throws GraphError `unavailable` when the body breaks off or is no JSON */
  json<T = unknown>(): Promise<T>;
  body: Readable;
}

export async function readAnswer(method: string, sent: Dispatcher.ResponseData): Promise<GraphAnswer> {
  const { statusCode: status, headers } = sent;
  // A body that is let go, or breaks off unread, is nobody's error; whoever reads it still gets it.
  sent.body.on('error', () => undefined);
  if (status >= 400) {
    const text = await readText(sent.body, ERROR_LIMIT_BYTES).catch(() => '');
    throw graphErrorFromAnswer(method, status, headers, text);
  }
  return {
    status,
    headers,
    // Every HTTP server with a clock sends one; without it nothing may be called quiet or old.
    date: parseDateHeader(firstValue(headers.date)) ?? new Date(0),
    requestId: firstValue(headers['request-id']),
    json: () => readJson(method, sent.body),
    body: explainBreaks(method, sent.body),
  };
}

async function readJson<T>(method: string, body: Readable): Promise<T> {
  try {
    return JSON.parse(await readText(body, JSON_LIMIT_BYTES));
  } catch (cause) {
    throw graphErrorFromNetwork(method, cause);
  }
}

async function readText(body: Readable, limitBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > limitBytes) throw new Error('the answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** A body that breaks off half-way must be told apart from a reader's own failure: it becomes a GraphError. */
function explainBreaks(method: string, body: Readable): Readable {
  async function* chunks() {
    try {
      yield* body;
    } catch (cause) {
      throw graphErrorFromNetwork(method, cause);
    }
  }
  const explained = Readable.from(chunks(), { objectMode: false });
  // A generator that never started runs no `finally`: an unread body is let go here.
  explained.once('close', () => body.destroy());
  return explained;
}
