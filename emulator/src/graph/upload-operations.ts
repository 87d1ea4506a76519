import { z } from 'zod';
import { uploadUrlOf } from '../content/signed-urls.ts';
import { presentSession, type UploadSessions } from '../content/upload-sessions.ts';
import { assertMayWrite } from '../world/write-content.ts';
import { conflictOf, fileSystemInfoSchema, parse, readBody } from './body.ts';
import { actorOf, type GraphCall, headerOf } from './call.ts';
import { makeTarget, targetOf } from './content-operations.ts';
import { contextOf } from './drive-operations.ts';
import { GraphError } from './errors.ts';
import { DOCS, type GraphOperation, ITEM } from './operation.ts';
import type { Json } from './present.ts';

const itemSchema = z.looseObject({
  name: z.string().optional(),
  fileSize: z.number().int().min(0).optional(),
  fileSystemInfo: fileSystemInfoSchema.optional(),
});
const bodySchema = z.looseObject({ item: itemSchema.optional(), deferCommit: z.boolean().optional() });

export function uploadOperation(sessions: UploadSessions): GraphOperation {
  return {
    method: 'POST',
    template: `${ITEM}/createUploadSession`,
    access: 'write',
    query: [],
    fidelity: 'partly',
    note: 'With `deferCommit`. A commit by `@microsoft.graph.sourceUrl` after a name conflict is not done.',
    docs: `${DOCS}/driveitem-createuploadsession`,
    handle: (call) => createSession(sessions, call),
  };
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
  const ifMatch = headerOf(call.request, 'if-match');
  // A name that is taken shows at the last byte only; what else can be refused is refused here.
  assertMayWrite(files, target, actorOf(call), { conflict: conflict === 'fail' ? 'replace' : conflict, ifMatch });
  const driveId = 'item' in target ? target.item.driveId : target.parent.driveId;
  files.assertRoom(files.driveById(driveId), item.fileSize ?? 0);
  const { session, secret } = await sessions.begin({
    driveId,
    target: 'item' in target ? { itemId: target.item.id } : { parentId: target.parent.id, name: target.name },
    conflict,
    by: actorOf(call),
    deferCommit: body.deferCommit === true,
    ...(ifMatch === undefined ? {} : { ifMatch }),
    ...(item.fileSystemInfo === undefined ? {} : { fileSystemInfo: item.fileSystemInfo }),
  });
  return {
    '@odata.context': contextOf(call, 'microsoft.graph.uploadSession'),
    uploadUrl: uploadUrlOf(call, driveId, session.id, secret),
    ...presentSession(session),
  };
}
