import { z } from 'zod';
import { assertTag, changeItem, createFolder, deleteItem, purgeItem, restoreItem } from '../world/arrange-items.ts';
import type { Item } from '../world/records.ts';
import { keepAsVersion } from '../world/write-content.ts';
import { assertMayReach } from './access.ts';
import { CONFLICT_QUERY, conflictOf, fileSystemInfoSchema, readBody } from './body.ts';
import { actorOf, type GraphCall, headerOf, isKnownTo } from './call.ts';
import { itemContext } from './drive-operations.ts';
import { GraphError, notImplemented } from './errors.ts';
import { expandItem } from './expand.ts';
import { getDrive, getItem } from './find.ts';
import { DOCS, type GraphOperation, ITEM } from './operation.ts';
import { itemAtReference } from './parent-reference.ts';
import { type Json, presentItem } from './present.ts';
import { selectFrom } from './select.ts';

const nameSchema = z.string().min(1);

export const ITEM_OPERATIONS: readonly GraphOperation[] = [
  {
    method: 'GET',
    template: ITEM,
    access: 'read',
    query: ['select', 'expand'],
    fidelity: 'full',
    note: '`If-None-Match` answers 304. `$expand=children` and `permissions`, not thumbnails.',
    docs: `${DOCS}/driveitem-get`,
    handle: readItem,
  },
  {
    method: 'POST',
    template: `${ITEM}/children`,
    access: 'write',
    query: [],
    fidelity: 'full',
    note: 'Folders only; with `description` and `fileSystemInfo`.',
    docs: `${DOCS}/driveitem-post-children`,
    handle: addFolder,
  },
  {
    method: 'PATCH',
    template: ITEM,
    access: 'write',
    query: [...CONFLICT_QUERY],
    fidelity: 'full',
    note: 'Name, parent within the drive by id or path, `description`, `fileSystemInfo`, which makes a version of a work file, as at Microsoft; `If-Match`.',
    docs: `${DOCS}/driveitem-update`,
    handle: patchItem,
  },
  {
    method: 'DELETE',
    template: ITEM,
    access: 'write',
    query: [],
    fidelity: 'full',
    note: 'Into the recycle bin; `If-Match`.',
    docs: `${DOCS}/driveitem-delete`,
    handle: removeItem,
  },
  {
    method: 'POST',
    template: `${ITEM}/permanentDelete`,
    access: 'write',
    query: [],
    fidelity: 'full',
    note: 'Work drives only, as at Microsoft.',
    docs: `${DOCS}/driveitem-permanentdelete`,
    handle: removeForGood,
  },
  {
    method: 'POST',
    template: `${ITEM}/restore`,
    access: 'write',
    query: [],
    fidelity: 'full',
    note: 'Personal drives only, as at Microsoft.',
    docs: `${DOCS}/driveitem-restore`,
    handle: bringBack,
  },
];

export function answerItem(call: GraphCall, item: Item): Json {
  return { '@odata.context': itemContext(call, item.driveId), ...selectFrom(call, presentItem(call, item)) };
}

function readItem(call: GraphCall): unknown {
  const item = getItem(call);
  if (isKnownTo(call, item)) return call.reply.code(304).send();
  return { ...answerItem(call, item), ...expandItem(call, item) };
}

const folderSchema = z.looseObject({
  name: nameSchema,
  folder: z.looseObject({}),
  description: z.string().max(1_024).optional(),
  fileSystemInfo: fileSystemInfoSchema.optional(),
});

async function addFolder(call: GraphCall): Promise<Json> {
  const parent = getItem(call);
  const body = await readBody(call, folderSchema, ['name', 'folder', 'description', 'fileSystemInfo']);
  const { name, description, fileSystemInfo } = body;
  const wishes = {
    ...(description === undefined ? {} : { description }),
    ...(fileSystemInfo === undefined ? {} : { fileSystemInfo }),
  };
  const conflict = conflictOf(call, body, 'fail');
  const folder = createFolder(call.world.files, parent, name, actorOf(call), conflict, wishes);
  call.reply.code(201);
  return answerItem(call, folder);
}

const referenceSchema = z.looseObject({
  id: z.string().optional(),
  driveId: z.string().optional(),
  path: z.string().optional(),
});

const patchSchema = z.looseObject({
  name: nameSchema.optional(),
  parentReference: referenceSchema.optional(),
  description: z.string().max(1_024).optional(),
  fileSystemInfo: fileSystemInfoSchema.optional(),
});

async function patchItem(call: GraphCall): Promise<Json> {
  const item = getItem(call);
  const body = await readBody(call, patchSchema, ['id', 'name', 'parentReference', 'fileSystemInfo', 'description']);
  const { files } = call.world;
  assertTag(files, item, headerOf(call.request, 'if-match'));
  const parent = body.parentReference && findNewParent(call, item, body.parentReference);
  const change = {
    ...(body.name === undefined ? {} : { name: body.name }),
    ...(parent === undefined ? {} : { parent }),
    ...(body.description === undefined ? {} : { description: body.description }),
    ...(body.fileSystemInfo === undefined ? {} : { fileSystemInfo: body.fileSystemInfo }),
  };
  const changed = changeItem(files, item, change, actorOf(call), conflictOf(call, body, 'fail'));
  if (body.fileSystemInfo !== undefined) await keepAsVersion(files, changed, actorOf(call));
  return answerItem(call, changed);
}

function findNewParent(
  call: GraphCall,
  item: { driveId: string },
  reference: { id?: string | undefined; driveId?: string | undefined; path?: string | undefined },
): Item | undefined {
  if (reference.driveId !== undefined && reference.driveId !== item.driveId) {
    throw new GraphError('invalidRequest', 'Moving an item to another drive is not supported.');
  }
  const parent = itemAtReference(call, call.world.files.driveById(item.driveId), reference);
  if (parent !== undefined) assertMayReach(call, parent, 'write');
  return parent;
}

function removeItem(call: GraphCall): unknown {
  const item = getItem(call);
  assertTag(call.world.files, item, headerOf(call.request, 'if-match'));
  deleteItem(call.world.files, item, actorOf(call));
  return call.reply.code(204).send();
}

async function removeForGood(call: GraphCall): Promise<unknown> {
  if (getDrive(call).kind === 'personal') throw new GraphError('invalidRequest', 'API not found');
  if (headerOf(call.request, 'if-match') !== undefined) throw notImplemented("the header 'If-Match' here");
  await purgeItem(call.world.files, getItem(call), actorOf(call));
  return call.reply.code(204).send();
}

const restoreSchema = z.looseObject({
  name: nameSchema.optional(),
  parentReference: referenceSchema.optional(),
});

async function bringBack(call: GraphCall): Promise<Json> {
  const drive = getDrive(call);
  if (drive.kind !== 'personal') throw new GraphError('invalidRequest', 'API not found');
  const from = call.path.item?.from;
  if (from?.kind !== 'id' || call.path.item?.path.length) throw new GraphError('itemNotFound');
  const { files } = call.world;
  const item = files.findItem({ driveId: drive.id, itemId: from.id });
  if (item === undefined) throw new GraphError('itemNotFound');
  assertMayReach(call, item);
  const body = await readBody(call, restoreSchema, ['name', 'parentReference']);
  const parent = body.parentReference && findNewParent(call, item, body.parentReference);
  const to = { ...(parent === undefined ? {} : { parent }), ...(body.name === undefined ? {} : { name: body.name }) };
  return answerItem(call, restoreItem(files, item, to));
}
