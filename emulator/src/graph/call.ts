import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Origins } from '../http/origins.ts';
import type { User } from '../world/directory.ts';
import { matchesTag } from '../world/files.ts';
import type { Actor, Item } from '../world/records.ts';
import type { World } from '../world/world.ts';
import type { Access } from './authorize-caller.ts';
import { GraphError, notImplemented } from './errors.ts';
import type { GraphPath } from './path.ts';

/** Whom a bearer token stands for. */
export interface Caller {
  /** Absent when an application acts for itself. */
  user?: User;
  clientId: string;
  tenantId: string;
  scopes: string[];
}

/** One request to Graph, as the operations see it. */
export interface GraphCall {
  world: World;
  request: FastifyRequest;
  reply: FastifyReply;
  origins: Origins;
  path: GraphPath;
  query: GraphQuery;
  caller: Caller;
  /** What the operation does. */
  access: Access;
}

/** Query options by name without the `$`, which may be left out. */
export class GraphQuery {
  readonly #values = new Map<string, string>();

  constructor(text: string) {
    // A sample of Microsoft's has `delta?(token='…')`.
    const plain = text.replace(/^\(token=(?:'|%27)([^'&]*?)(?:'|%27)\)/, 'token=$1');
    for (const [name, value] of new URLSearchParams(plain)) {
      this.#values.set(name.replace(/^\$/, '').toLowerCase(), value);
    }
  }

  get(name: string): string | undefined {
    return this.#values.get(name.toLowerCase());
  }

  /** The value of an alias, which from then on is no option. */
  takeAlias(name: string): string | undefined {
    const value = this.get(name);
    this.#values.delete(name.toLowerCase());
    return value;
  }

  /** Refuses what the operation would not obey. */
  assertOnly(allowed: readonly string[]): void {
    const known = allowed.map((name) => name.toLowerCase());
    const unknown = [...this.#values.keys()].find((name) => !known.includes(name));
    if (unknown !== undefined) throw notImplemented(`the query option '${unknown.slice(0, 60)}' here`);
  }
}

export function actorOf({ caller }: GraphCall): Actor {
  return { ...(caller.user === undefined ? {} : { userId: caller.user.id }), clientId: caller.clientId };
}

export function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** What must hold, or must not, for a write to happen. */
export function conditionsOf({ request }: GraphCall): { ifMatch?: string; ifNoneMatch?: string } {
  const ifMatch = headerOf(request, 'if-match');
  const ifNoneMatch = headerOf(request, 'if-none-match');
  return { ...(ifMatch === undefined ? {} : { ifMatch }), ...(ifNoneMatch === undefined ? {} : { ifNoneMatch }) };
}

/** The caller holds the item as it is now, and says so by `If-None-Match`: 304. */
export function isKnownTo({ request, world }: GraphCall, item: Item): boolean {
  const known = headerOf(request, 'if-none-match');
  return known !== undefined && matchesTag(known, item, world.files.driveById(item.driveId).kind);
}

const JSON_LIMIT_BYTES = 1024 * 1024;

/** Reads the body as a JSON object; no body counts as an empty one. */
export async function readJson(
  request: FastifyRequest,
  limitBytes = JSON_LIMIT_BYTES,
): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Whoever sends too much is told so: the connection must outlive the reading.
  for await (const chunk of request.raw.iterator({ destroyOnReturn: false })) {
    size += (chunk as Buffer).length;
    if (size > limitBytes) throw new GraphError('maxFileSizeExceeded', 'The request body is too large.');
    chunks.push(chunk as Buffer);
  }
  if (size === 0) return {};
  try {
    const parsed: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed))
      return parsed as Record<string, unknown>;
  } catch {
    // Falls through to the one refusal below.
  }
  throw new GraphError(
    'BadRequest',
    'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.',
  );
}
