import { z } from 'zod';
import { readBody } from './body.ts';
import type { GraphCall } from './call.ts';
import { GraphError, notImplemented } from './errors.ts';

const PART_LIMIT = 20;
const BATCH_LIMIT_BYTES = 4 * 1024 * 1024;

const partSchema = z.looseObject({
  id: z.union([z.string().min(1), z.number().transform(String)]),
  method: z
    .string()
    .transform((method) => method.toUpperCase())
    .pipe(z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])),
  url: z.string().min(1),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String)).nullish(),
  body: z.unknown().optional(),
  dependsOn: z.array(z.union([z.string(), z.number()]).transform(String)).nullish(),
});
const PART_PROPERTIES = ['id', 'method', 'url', 'headers', 'body', 'dependsOn'];

const batchSchema = z.object({ requests: z.array(z.unknown()) });

export interface BatchPart {
  id: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  /** By lower-case name. */
  headers: Record<string, string>;
  body: unknown;
  dependsOn: string[];
}

/** Reads the parts of a batch; whatever is wrong with one of them spoils the whole, before anything is done. */
export async function readParts(call: GraphCall): Promise<BatchPart[]> {
  const { requests } = await readBody(call, batchSchema, ['requests'], BATCH_LIMIT_BYTES);
  if (requests.length === 0) throw refuse('Invalid batch payload format.');
  if (requests.length > PART_LIMIT) {
    throw refuse(`Number of batch request steps exceeds the maximum value of ${PART_LIMIT}.`);
  }
  const parts = requests.map(readPart);
  assertUniqueIds(parts);
  assertDependencies(parts);
  return parts;
}

function readPart(value: unknown, index: number): BatchPart {
  const parsed = partSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = ['requests', index, ...(issue?.path ?? [])].join('.');
    throw refuse(`Invalid batch payload format: ${where} is missing or not valid.`);
  }
  const { id, method, url, headers, body, dependsOn } = parsed.data;
  const unknown = Object.keys(parsed.data).find((name) => !PART_PROPERTIES.includes(name));
  if (unknown !== undefined) throw notImplemented(`the property '${unknown.slice(0, 60)}' in a part of a batch`);
  const lowerCase = Object.entries(headers ?? {}).map(([name, text]) => [name.toLowerCase(), text] as const);
  const part = { id, method, url, headers: Object.fromEntries(lowerCase), body, dependsOn: dependsOn ?? [] };
  if (body !== undefined && body !== null && part.headers['content-type'] === undefined) {
    throw refuse(`Write request id : ${id} does not contain Content-Type header or body.`);
  }
  return part;
}

function assertUniqueIds(parts: readonly BatchPart[]): void {
  const seen = new Set<string>();
  for (const { id } of parts) {
    if (seen.has(id)) throw refuse(`Request Id ${id} has already been used.`);
    seen.add(id);
  }
}

/** Each names another part, and no chain of them comes back to where it began. */
function assertDependencies(parts: readonly BatchPart[]): void {
  const left = new Map(parts.map((part) => [part.id, new Set(part.dependsOn)]));
  for (const { id, dependsOn } of parts) {
    const missing = dependsOn.find((other) => !left.has(other));
    if (missing !== undefined) throw refuse(`Request ${id} depends on ${missing}, which is not in the batch.`);
  }
  for (let free = freeIds(left); free.length > 0; free = freeIds(left)) {
    for (const id of free) left.delete(id);
    for (const waiting of left.values()) for (const id of free) waiting.delete(id);
  }
  if (left.size > 0) throw refuse(`The requests ${[...left.keys()].join(', ')} depend on each other in a circle.`);
}

function freeIds(left: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  return [...left].filter(([, waiting]) => waiting.size === 0).map(([id]) => id);
}

function refuse(message: string): GraphError {
  return new GraphError('BadRequest', message);
}
