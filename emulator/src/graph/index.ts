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
import { CHECKOUT_OPERATIONS } from './checkout-operations.ts';
import { CHILDREN_OPERATION } from './children-operation.ts';
import { CONTENT_OPERATIONS } from './content-operations.ts';
import { COPY_OPERATION } from './copy-operation.ts';
import { DELTA_OPERATION } from './delta-operation.ts';
import { DRIVE_OPERATIONS } from './drive-operations.ts';
import { GraphError, notImplemented } from './errors.ts';
import { ITEM_OPERATIONS } from './item-operations.ts';
import type { GraphOperation } from './operation.ts';
import { type GraphPath, parseGraphPath } from './path.ts';
import { PERMISSION_OPERATIONS } from './permission-operations.ts';
import { PREVIEW_OPERATION } from './preview-operation.ts';
import { RECENT_OPERATIONS } from './recent-operations.ts';
import { SEARCH_OPERATION } from './search-operation.ts';
import { SHARE_OPERATION } from './share-operation.ts';
import { SHARING_OPERATIONS } from './sharing-operations.ts';
import { SITE_OPERATIONS } from './site-operations.ts';
import { uploadOperations } from './upload-operations.ts';
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
    ...uploadOperations(uploads),
    ...VERSION_OPERATIONS,
    DELTA_OPERATION,
    COPY_OPERATION,
    ...CHECKOUT_OPERATIONS,
    ...PERMISSION_OPERATIONS,
    ...SHARING_OPERATIONS,
    SHARE_OPERATION,
    PREVIEW_OPERATION,
    SEARCH_OPERATION,
    ...RECENT_OPERATIONS,
    ...SITE_OPERATIONS,
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
  const query = new GraphQuery(request.raw.url?.slice(rawPath.length + 1) ?? '');
  const path = parseGraphPath(rawPath.replace(/^\/v[12]\.0/, ''), (name) => query.takeAlias(name));
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const operation = operations.get(`${method} ${path.template}`);
  if (operation === undefined) throw notImplemented(`${request.method} ${rawPath.slice(0, 300)}`);
  assertScopes(caller, operation.access);
  query.assertOnly(operation.query);
  assertHeaders(request, path);
  await world.settle();
  const call: GraphCall = { world, request, reply, origins, path, query, caller, access: operation.access };
  const answer = await operation.handle(call);
  return reply.sent || answer === reply
    ? reply
    : reply.type('application/json; odata.metadata=minimal').send(JSON.stringify(answer));
}

/** What is obeyed, or is a wish for what is done anyway. */
function isObeyed(wish: string, path: GraphPath): boolean {
  if (/^redeemSharingLink(IfNecessary)?$/i.test(wish)) return path.drive?.kind === 'share';
  if (/^respond-async$/i.test(wish)) return path.template.endsWith('/copy');
  return /^(?:return=representation|Include-Feature=AddToOneDrive)$/i.test(wish);
}

/** Headers that would change what is done, and are not obeyed. */
function assertHeaders(request: FastifyRequest, path: GraphPath): void {
  const wishes = [request.headers.prefer ?? []].flat().flatMap((prefer) => prefer.split(','));
  const unknown = wishes.find((wish) => !isObeyed(wish.trim(), path));
  if (unknown !== undefined) throw notImplemented(`the header 'Prefer: ${unknown.trim().slice(0, 60)}'`);
  if (request.headers['content-encoding'] !== undefined) {
    throw new GraphError('BadRequest', "The header 'Content-Encoding' is not supported.");
  }
}
