import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GraphError } from '../graph/errors.ts';
import { presentItem } from '../graph/present.ts';
import type { View } from '../graph/view.ts';
import { WorldRefusal } from '../world/records.ts';
import { type WriteTarget, writeContent } from '../world/write-content.ts';
import { AREAS, assertNoToken, type ContentOrigin, viewOf } from './content-origin.ts';
import { presentSession, type UploadSession } from './upload-sessions.ts';

const FRAGMENT_UNIT_BYTES = 327_680;
const FRAGMENT_LIMIT_BYTES = 60 * 1024 * 1024;

type UploadRoute = { Querystring: { guid?: string; tempauth?: string } };

/** @see https://learn.microsoft.com/en-us/graph/api/driveitem-createuploadsession */
export function registerUploads(app: FastifyInstance, origin: ContentOrigin): void {
  for (const area of AREAS) registerUpload(app, origin, `/${area}/:site/_api/v2.0/drive/uploadSession`);
}

function registerUpload(app: FastifyInstance, origin: ContentOrigin, path: string): void {
  app.put<UploadRoute>(path, async (request, reply) => {
    assertNoToken(origin, request);
    return putFragment(origin, request, reply, getSession(origin, request));
  });
  // A client that asks how far it came often sends its token along; Microsoft lets that pass.
  app.get<UploadRoute>(path, (request) => presentSession(getSession(origin, request)));
  app.delete<UploadRoute>(path, async (request, reply) => {
    await origin.sessions.cancel(getSession(origin, request));
    return reply.code(204).send();
  });
  app.post<UploadRoute>(path, async (request, reply) => {
    assertNoToken(origin, request);
    const session = getSession(origin, request);
    // A personal drive takes what was held back by a PUT on the item's path alone.
    if (origin.world.files.driveById(session.driveId).kind === 'personal')
      throw new GraphError('invalidRequest', 'API not found');
    return commitDeferred(origin, request, reply, session);
  });
}

function getSession({ sessions }: ContentOrigin, request: FastifyRequest<UploadRoute>): UploadSession {
  const { guid, tempauth } = request.query;
  const session = sessions.find(String(guid ?? ''), String(tempauth ?? ''));
  if (session === undefined) throw new GraphError('itemNotFound', 'The upload session was not found');
  return session;
}

async function putFragment(
  origin: ContentOrigin,
  request: FastifyRequest,
  reply: FastifyReply,
  session: UploadSession,
): Promise<unknown> {
  const range = readRange(request);
  assertFits(session, range);
  if (!origin.sessions.tryOccupy(session))
    throw new GraphError('fragmentOutOfOrder', 'Another fragment is being written.');
  try {
    await append(origin, request, session, range);
    const received = range.end + 1;
    const isLast = received === range.total;
    const irregular = session.irregular === true || (!isLast && range.length % FRAGMENT_UNIT_BYTES !== 0);
    const next: UploadSession = { ...session, received, total: range.total, ...(irregular ? { irregular } : {}) };
    origin.sessions.put(next);
    if (!isLast || session.deferCommit) return reply.code(202).send(presentSession(next));
    return await commit(origin, request, reply, next);
  } finally {
    origin.sessions.release(session);
  }
}

interface FragmentRange {
  start: number;
  end: number;
  total: number;
  length: number;
}

function readRange(request: FastifyRequest): FragmentRange {
  const match = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/.exec(request.headers['content-range'] ?? '');
  if (match === null) throw new GraphError('invalidRequest', 'The Content-Range header is missing or malformed.');
  const [start, end, total] = match.slice(1).map(Number) as [number, number, number];
  const length = end - start + 1;
  if (end < start || end >= total)
    throw new GraphError('invalidRange', 'The Content-Range header does not make sense.');
  const announced = request.headers['content-length'];
  if (announced === undefined) throw new GraphError('lengthRequired');
  if (Number(announced) !== length) {
    throw new GraphError(
      'invalidRequest',
      'The Content-Range header length does not match the provided number of bytes.',
    );
  }
  if (length > FRAGMENT_LIMIT_BYTES) throw new GraphError('maxFileSizeExceeded', 'A fragment may hold at most 60 MiB.');
  return { start, end, total, length };
}

function assertFits(session: UploadSession, range: FragmentRange): void {
  if (session.total !== undefined && session.total !== range.total) {
    throw new GraphError('invalidRange', 'The total size must be the same in each fragment.');
  }
  if (range.start < session.received) throw new GraphError('fragmentOverlap');
  if (range.start > session.received) throw new GraphError('fragmentOutOfOrder');
}

async function append(
  origin: ContentOrigin,
  request: FastifyRequest,
  session: UploadSession,
  range: FragmentRange,
): Promise<void> {
  const { files } = origin.world;
  files.assertRoom(files.driveById(session.driveId), range.total);
  try {
    await files.content.append(session.contentId, range.start, range.length, request.raw);
  } catch (error) {
    if (request.raw.destroyed && !request.raw.complete) throw error;
    throw new GraphError(
      'invalidRequest',
      'The Content-Range header length does not match the provided number of bytes.',
    );
  }
}

async function commitDeferred(
  origin: ContentOrigin,
  request: FastifyRequest,
  reply: FastifyReply,
  session: UploadSession,
): Promise<unknown> {
  if (session.total === undefined || session.received < session.total) {
    throw new GraphError('invalidRequest', 'The upload is not complete.');
  }
  if (!origin.sessions.tryOccupy(session)) throw new GraphError('fragmentOutOfOrder', 'A fragment is being written.');
  try {
    return await commit(origin, request, reply, session);
  } finally {
    origin.sessions.release(session);
  }
}

async function commit(
  origin: ContentOrigin,
  request: FastifyRequest,
  reply: FastifyReply,
  session: UploadSession,
): Promise<unknown> {
  const { world } = origin;
  if (session.irregular) {
    await origin.sessions.cancel(session);
    throw new GraphError('invalidRequest', 'Fragment sizes must be multiples of 320 KiB.');
  }
  const content = await world.files.content.finish(session.contentId);
  const { conflict, ifMatch, ifNoneMatch, fileSystemInfo, description, by } = session;
  const { item, created } = writeContent(world.files, findTarget(origin, session), content, by, {
    conflict,
    ifMatch,
    ifNoneMatch,
    fileSystemInfo,
    description,
  });
  origin.sessions.forget(session);
  const view: View = viewOf(origin, request);
  return reply.code(created ? 201 : 200).send(presentItem(view, item));
}

function findTarget({ world }: ContentOrigin, { driveId, target }: UploadSession): WriteTarget {
  if ('itemId' in target) return { item: world.files.getItem({ driveId, itemId: target.itemId }) };
  const parent = world.files.findLivingItem({ driveId, itemId: target.parentId });
  if (parent === undefined) throw new WorldRefusal('parentNotFound');
  return { parent, name: target.name };
}
