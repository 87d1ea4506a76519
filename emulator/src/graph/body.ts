import { z } from 'zod';
import type { ConflictBehaviour, Item } from '../world/records.ts';
import { type GraphCall, readJson } from './call.ts';
import { GraphError, notImplemented } from './errors.ts';

const CONFLICT_NAMES = ['@microsoft.graph.conflictBehavior', '@name.conflictBehavior'];
const conflictSchema = z.enum(['fail', 'replace', 'rename']);
const timeSchema = z.iso.datetime({ offset: true });
export const fileSystemInfoSchema = z
  .looseObject({ createdDateTime: timeSchema.optional(), lastModifiedDateTime: timeSchema.optional() })
  .transform(
    ({ createdDateTime, lastModifiedDateTime }): NonNullable<Item['fileSystemInfo']> => ({
      ...(createdDateTime === undefined ? {} : { createdAt: Date.parse(createdDateTime) }),
      ...(lastModifiedDateTime === undefined ? {} : { modifiedAt: Date.parse(lastModifiedDateTime) }),
    }),
  );

/** Reads a JSON body, refuses what the operation would not obey, and answers what is left in the schema's terms. */
export async function readBody<Output>(
  call: GraphCall,
  schema: z.ZodType<Output>,
  known: readonly string[],
  limitBytes?: number,
): Promise<Output> {
  const body = await readJson(call.request, limitBytes);
  const unknown = Object.keys(body).find(
    (name) => !known.includes(name) && !name.startsWith('@odata.') && !CONFLICT_NAMES.includes(name),
  );
  if (unknown !== undefined) throw notImplemented(`the property '${unknown.slice(0, 60)}' in this body`);
  return parse(schema, body);
}

export function parse<Output>(schema: z.ZodType<Output>, value: unknown): Output {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join('.') ?? '';
  throw new GraphError('invalidRequest', `Invalid request: ${where === '' ? 'the body' : where} is not valid.`);
}

/** From the query (`@microsoft.graph.conflictBehavior`, or its older name) or the body. */
export function conflictOf(
  call: GraphCall,
  body: Record<string, unknown>,
  fallback: ConflictBehaviour,
): ConflictBehaviour {
  const inBody = CONFLICT_NAMES.map((name) => body[name]).find((value) => value !== undefined);
  const inQuery = CONFLICT_NAMES.map((name) => call.query.get(name)).find((value) => value !== undefined);
  const value = inQuery ?? inBody;
  if (value === undefined) return fallback;
  return parse(conflictSchema, typeof value === 'string' ? value.toLowerCase() : value);
}

export const CONFLICT_QUERY = CONFLICT_NAMES;
