import type { FastifyRequest, LightMyRequestResponse } from 'fastify';
import { carryParts } from '../http/carrying-request.ts';
import { pathOf } from '../http/path-of.ts';
import { type BatchPart, readParts } from './batch-parts.ts';
import type { GraphCall } from './call.ts';
import { GraphError, graphErrorBody } from './errors.ts';
import type { GraphOperation } from './operation.ts';
import type { Json } from './present.ts';

export const BATCH_OPERATION: GraphOperation = {
  method: 'POST',
  template: '/$batch',
  access: 'signed-in',
  query: [],
  fidelity: 'full',
  note: 'Up to 20 parts in 4 MB; answers come in the order in which they were ready. Each part is logged, met by faults and counted by throttling for itself.',
  docs: 'https://learn.microsoft.com/en-us/graph/json-batching',
  handle: runBatch,
};

interface PartAnswer {
  id: string;
  status: number;
  headers: Record<string, string>;
  body?: unknown;
}

async function runBatch(call: GraphCall): Promise<Json> {
  const parts = await readParts(call);
  const responses: PartAnswer[] = [];
  const running = new Map<string, Promise<PartAnswer>>();
  const run = async (part: BatchPart): Promise<PartAnswer> => {
    // Nobody asks before all have been started, in whatever order the batch lists them.
    await Promise.resolve();
    const before = await Promise.all(part.dependsOn.map((id) => running.get(id)));
    const failed = before.find((answer) => answer !== undefined && answer.status >= 400);
    const answer = failed === undefined ? await runPart(call, part) : refuseDependent(call, part, failed);
    responses.push(answer);
    return answer;
  };
  for (const part of parts) running.set(part.id, run(part));
  await Promise.all(running.values());
  return { responses };
}

function refuseDependent(call: GraphCall, part: BatchPart, failed: PartAnswer): PartAnswer {
  const message = `The request depended on request ${failed.id}, which failed with status ${failed.status}.`;
  return refusal(call, part, new GraphError('failedDependency', message));
}

async function runPart(call: GraphCall, part: BatchPart): Promise<PartAnswer> {
  try {
    const url = partUrl(call.request, part);
    const payload = partPayload(part);
    const order = {
      method: part.method,
      url,
      headers: partHeaders(call.request, part),
      ...(payload === undefined ? {} : { payload }),
    };
    // Awaited inside: it starts only once somebody waits for it.
    const answer = await carryParts(call.request, async () => await call.request.server.inject(order));
    return presentPart(part, answer);
  } catch (error) {
    if (error instanceof GraphError) return refusal(call, part, error);
    throw error;
  }
}

function refusal(call: GraphCall, part: BatchPart, error: GraphError): PartAnswer {
  const body = graphErrorBody(call.world, error);
  return { id: part.id, status: error.status, headers: { 'Content-Type': 'application/json' }, body };
}

/** Below the version that the batch itself was sent to. */
function partUrl(batch: FastifyRequest, part: BatchPart): string {
  if (/^[a-z][a-z0-9+.-]*:\/\/|^\/\//i.test(part.url)) {
    throw new GraphError('BadRequest', 'The URL of a request in a batch must be relative.');
  }
  const [version = ''] = /^\/v[12]\.0/.exec(pathOf(batch)) ?? [];
  const url = `${version}/${part.url.replace(/^\//, '')}`;
  if (/^\/v[12]\.0\/(?:v[12]\.0|beta)(?:\/|$)/i.test(url)) {
    throw new GraphError('BadRequest', 'The URL of a request in a batch must not name the version.');
  }
  if (/^[^?]*\/(?:\$|%24)batch(?:[/?]|$)/i.test(url))
    throw new GraphError('BadRequest', 'A batch cannot hold a batch.');
  return url;
}

/** What belongs to the connection or to the caller is the batch's, whatever a part says. */
const BATCH_HEADERS = ['authorization', 'host', 'x-forwarded-proto', 'user-agent'];
const CONNECTION_HEADERS = ['connection', 'content-length', 'expect', 'transfer-encoding', 'upgrade'];

function partHeaders(batch: FastifyRequest, part: BatchPart): Record<string, string> {
  const headers = { ...part.headers };
  for (const name of [...BATCH_HEADERS, ...CONNECTION_HEADERS]) delete headers[name];
  for (const name of BATCH_HEADERS) {
    const value = batch.headers[name];
    if (value !== undefined) headers[name] = String(value);
  }
  return headers;
}

/** JSON as it stands; anything else comes as base64, of either alphabet. */
function partPayload({ body, headers }: BatchPart): Buffer | undefined {
  if (body === undefined || body === null) return undefined;
  const type = headers['content-type'] ?? '';
  if (/[/+]json\b/i.test(type)) return Buffer.from(JSON.stringify(body));
  if (typeof body !== 'string' || !/^[\w+/-]*={0,2}$/.test(body)) {
    throw new GraphError('BadRequest', `A body of type ${type.slice(0, 60)} must be base64 in a batch.`);
  }
  return Buffer.from(body, 'base64');
}

const UNTOLD_HEADERS = ['connection', 'content-length', 'date', 'keep-alive', 'transfer-encoding'];

function presentPart(part: BatchPart, answer: LightMyRequestResponse): PartAnswer {
  const told = Object.entries(answer.headers).filter(([name]) => !UNTOLD_HEADERS.includes(name));
  const headers = Object.fromEntries(told.map(([name, value]) => [headerCase(name), String(value)]));
  const { statusCode: status, rawPayload } = answer;
  if (rawPayload.length === 0) return { id: part.id, status, headers };
  const isJson = /[/+]json\b/i.test(String(answer.headers['content-type'] ?? ''));
  return { id: part.id, status, headers, body: isJson ? readJson(rawPayload) : rawPayload.toString('base64') };
}

function readJson(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8'));
  } catch {
    // A fault may have answered with something that only calls itself JSON.
    return payload.toString('base64');
  }
}

function headerCase(name: string): string {
  return name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
}
