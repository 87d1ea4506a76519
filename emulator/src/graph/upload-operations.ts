import { z } from 'zod';
import { uploadUrlOf } from '../content/signed-urls.ts';
import { presentSession, type UploadSessions } from '../content/upload-sessions.ts';
import { assertMayWrite, type WriteOptions, type WriteTarget, writeContent } from '../world/write-content.ts';
import { assertMayReach } from './access.ts';
import { CONFLICT_QUERY, conflictOf, fileSystemInfoSchema, parse, readBody } from './body.ts';
import { actorOf, conditionsOf, type GraphCall } from './call.ts';
import { makeTarget, targetOf } from './content-operations.ts';
import { contextOf } from './drive-operations.ts';
import { GraphError } from './errors.ts';
import { getStart } from './find.ts';
import { answerItem } from './item-operations.ts';
import { DOCS, type GraphOperation, ITEM } from './operation.ts';
import type { Json } from './present.ts';

const itemSchema = z.looseObject({
  name: z.string().optional(),
  fileSize: z.number().int().min(0).optional(),
  fileSystemInfo: fileSystemInfoSchema.optional(),
  description: z.string().max(1_024).optional(),
});
const bodySchema = z.looseObject({ item: itemSchema.optional(), deferCommit: z.boolean().optional() });

export function uploadOperations(sessions: UploadSessions): GraphOperation[] {
  const createUploadSession: GraphOperation = {
    method: 'POST',
    template: `${ITEM}/createUploadSession`,
    access: 'write',
    query: [],
    fidelity: 'full',
    note: '`name`, `description`, `fileSize`, `fileSystemInfo`, `deferCommit`; `If-Match` and `If-None-Match`, looked at again with the last byte.',
    docs: `${DOCS}/driveitem-createuploadsession`,
    handle: (call) => createSession(sessions, call),
  };
  const commitUpload: GraphOperation = {
    method: 'PUT',
    template: ITEM,
    access: 'write',
    query: [...CONFLICT_QUERY],
    fidelity: 'full',
    note: 'With `@microsoft.graph.sourceUrl` only: commits an upload session: after a name conflict, and after `deferCommit` in personal drives; work drives take a deferred one by POST to its URL.',
    docs: `${DOCS}/driveitem-createuploadsession`,
    handle: (call) => commitSession(sessions, call),
  };
  return [createUploadSession, commitUpload];
}

async function createSession(sessions: UploadSessions, call: GraphCall): Promise<Json> {
  const { files } = call.world;
  const body = await readBody(call, bodySchema, ['item', 'deferCommit']);
  const item = body.item ?? parse(itemSchema, {});
  const target = targetOf(call) ?? makeTarget(call);
  if (item.name !== undefined && 'name' in target && item.name !== target.name) {
    throw new GraphError('invalidRequest', 'The name of the item does not match the name in the URL.');
  }
  // By id there is nothing to conflict with: the item itself is meant.
  const conflict = conflictOf(call, { ...body, ...item }, 'item' in target ? 'replace' : 'fail');
  const conditions = conditionsOf(call);
  // A name that is taken shows at the last byte only; what else can be refused is refused here.
  assertMayWrite(files, target, actorOf(call), { conflict: conflict === 'fail' ? 'replace' : conflict, ...conditions });
  const driveId = 'item' in target ? target.item.driveId : target.parent.driveId;
  files.assertRoom(files.driveById(driveId), item.fileSize ?? 0);
  const { session, secret } = await sessions.begin({
    driveId,
    target: 'item' in target ? { itemId: target.item.id } : { parentId: target.parent.id, name: target.name },
    conflict,
    by: actorOf(call),
    deferCommit: body.deferCommit === true,
    ...conditions,
    ...(item.description === undefined ? {} : { description: item.description }),
    ...(item.fileSystemInfo === undefined ? {} : { fileSystemInfo: item.fileSystemInfo }),
  });
  return {
    '@odata.context': contextOf(call, 'microsoft.graph.uploadSession'),
    uploadUrl: uploadUrlOf(call, driveId, session.id, secret),
    ...presentSession(session),
  };
}

const commitSchema = z.looseObject({
  '@microsoft.graph.sourceUrl': z.url(),
  name: z.string().min(1).optional(),
});

/** The bytes that a session holds become an item here, under the name in the body or in the path. */
async function commitSession(sessions: UploadSessions, call: GraphCall): Promise<Json> {
  const body = await readBody(call, commitSchema, [
    '@microsoft.graph.sourceUrl',
    'name',
    'file',
    'fileSystemInfo',
    'description',
  ]);
  const { searchParams } = new URL(body['@microsoft.graph.sourceUrl']);
  const session = sessions.find(searchParams.get('guid') ?? '', searchParams.get('tempauth') ?? '');
  if (session === undefined) throw new GraphError('itemNotFound', 'The upload session was not found');
  if (session.total === undefined || session.received < session.total)
    throw new GraphError('invalidRequest', 'The upload is not complete.');
  if (session.deferCommit && call.world.files.driveById(session.driveId).kind !== 'personal')
    throw new GraphError('invalidRequest', 'A deferred upload is committed by a POST to its upload URL.');
  const target = commitTarget(call, body.name);
  const { files } = call.world;
  const options: WriteOptions = {
    conflict: conflictOf(call, body, 'fail'),
    ...conditionsOf(call),
    fileSystemInfo: session.fileSystemInfo,
    description: session.description,
  };
  assertMayWrite(files, target, actorOf(call), options);
  if (!sessions.tryOccupy(session)) throw new GraphError('fragmentOutOfOrder', 'A fragment is being written.');
  try {
    const content = await files.content.finish(session.contentId);
    const { item, created } = writeContent(files, target, content, actorOf(call), options);
    sessions.forget(session);
    call.reply.code(created ? 201 : 200);
    return answerItem(call, item);
  } finally {
    sessions.release(session);
  }
}

/** The path is the item's, or its folder's: clients write both. */
function commitTarget(call: GraphCall, name: string | undefined): WriteTarget {
  const there = call.world.files.findByPath(getStart(call), call.path.item?.path ?? []);
  if (there?.kind === 'folder' && name !== undefined) {
    assertMayReach(call, there, 'write');
    return { parent: there, name };
  }
  const target = targetOf(call) ?? makeTarget(call);
  if ('item' in target || name === undefined) return target;
  return { parent: target.parent, name };
}
