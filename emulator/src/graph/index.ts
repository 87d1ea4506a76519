import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { UploadSessions } from '../content/upload-sessions.ts';
import { originsOf, type Ports } from '../http/origins.ts';
import { pathOf } from '../http/path-of.ts';
import { type Subscriptions, subscriptionOperations } from '../subscriptions/index.ts';
import type { World } from '../world/world.ts';
import { ACCOUNT_OPERATIONS } from './account-operations.ts';
import { assertScopes, authorizeCaller } from './authorize-caller.ts';
import { BATCH_OPERATION } from './batch.ts';
import { type GraphCall, GraphQuery } from './call.ts';
import { CHILDREN_OPERATION } from './children-operation.ts';
import { CONTENT_OPERATIONS } from './content-operations.ts';
import { DELTA_OPERATION } from './delta-operation.ts';
import { DRIVE_OPERATIONS } from './drive-operations.ts';
import { GraphError, notImplemented } from './errors.ts';
import { ITEM_OPERATIONS } from './item-operations.ts';
import type { GraphOperation } from './operation.ts';
import { parseGraphPath } from './path.ts';
import { uploadOperation } from './upload-operations.ts';
import { VERSION_OPERATIONS } from './version-operations.ts';

export interface Graph {
  world: World;
  uploads: UploadSessions;
  subscriptions: Subscriptions;
  ports(): Ports;
}

/** Every operation that is done; what is not in here is answered with 501. */
export function listOperations({ uploads, subscriptions }: Graph): GraphOperation[] {
  return [
    ...ACCOUNT_OPERATIONS,
    ...DRIVE_OPERATIONS,
    ...ITEM_OPERATIONS,
    CHILDREN_OPERATION,
    ...CONTENT_OPERATIONS,
    uploadOperation(uploads),
    ...VERSION_OPERATIONS,
    DELTA_OPERATION,
    BATCH_OPERATION,
    ...subscriptionOperations(subscriptions),
  ];
}

/** Microsoft Graph, v1.0, with its alias `/v2.0`. */
export async function registerGraph(app: FastifyInstance, graph: Graph): Promise<void> {
  const operations = new Map(listOperations(graph).map((one) => [`${one.method} ${one.template}`, one]));
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null, undefined));
    const handle = (request: FastifyRequest, reply: FastifyReply) => handleCall(graph, operations, request, reply);
    scope.all('/v1.0/*', handle);
    scope.all('/v2.0/*', handle);
    scope.get('/oidc/userinfo', handle);
  });
}

async function handleCall(
  graph: Graph,
  operations: Map<string, GraphOperation>,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const { world } = graph;
  const origins = originsOf(request, graph.ports());
  const rawPath = pathOf(request);
  const caller = authorizeCaller(world, request, origins.main);
  const path = parseGraphPath(rawPath.replace(/^\/v[12]\.0/, ''));
  const operation = operations.get(`${request.method} ${path.template}`);
  if (operation === undefined) throw notImplemented(`${request.method} ${rawPath.slice(0, 300)}`);
  assertScopes(caller, operation.access);
  const query = new GraphQuery(request.raw.url?.slice(rawPath.length + 1) ?? '');
  query.assertOnly(operation.query);
  assertHeaders(request);
  await world.settle();
  const call: GraphCall = { world, request, reply, origins, path, query, caller };
  const answer = await operation.handle(call);
  return reply.sent || answer === reply
    ? reply
    : reply.type('application/json; odata.metadata=minimal').send(JSON.stringify(answer));
}

/** Headers that would change what is done, and are not obeyed. */
function assertHeaders(request: FastifyRequest): void {
  const prefer = request.headers.prefer;
  if (prefer !== undefined) throw notImplemented(`the header 'Prefer: ${String(prefer).slice(0, 60)}'`);
  if (request.headers['content-encoding'] !== undefined) {
    throw new GraphError('BadRequest', "The header 'Content-Encoding' is not supported.");
  }
}
