import { z } from 'zod';
import { monitorUrlOf } from '../content/signed-urls.ts';
import { type Item, WorldRefusal } from '../world/records.ts';
import { assertMayReach } from './access.ts';
import { CONFLICT_QUERY, conflictOf, readBody } from './body.ts';
import { actorOf, type GraphCall } from './call.ts';
import { GraphError, notImplemented } from './errors.ts';
import { getItem } from './find.ts';
import { DOCS, type GraphOperation, ITEM } from './operation.ts';
import { itemAtReference } from './parent-reference.ts';

export const COPY_OPERATION: GraphOperation = {
  method: 'POST',
  template: `${ITEM}/copy`,
  // The source may be somebody else's: what is written is the target, which is asked for itself.
  access: 'write',
  query: [...CONFLICT_QUERY],
  fidelity: 'full',
  note: 'Also into other drives. The newest version alone; `includeAllVersionHistory` and `childrenOnly` are not done.',
  docs: `${DOCS}/driveitem-copy`,
  handle: startCopy,
};

const bodySchema = z.looseObject({
  name: z.string().min(1).optional(),
  parentReference: z
    .looseObject({ id: z.string().optional(), driveId: z.string().optional(), path: z.string().optional() })
    .optional(),
});

async function startCopy(call: GraphCall): Promise<unknown> {
  const item = getItem({ ...call, access: 'read' });
  const body = await readBody(call, bodySchema, [
    'name',
    'parentReference',
    'includeAllVersionHistory',
    'childrenOnly',
  ]);
  if (body.includeAllVersionHistory === true || body.childrenOnly === true)
    throw notImplemented("'includeAllVersionHistory' or 'childrenOnly' in this body");
  if (item.parentId === undefined) throw new WorldRefusal('isRoot');
  const parent = findTarget(call, item, body.parentReference);
  if (parent.kind !== 'folder') throw new WorldRefusal('notAFolder');
  assertMayReach(call, parent, 'write');
  assertNotInto(call, item, parent);
  const name = body.name ?? item.name;
  const conflict = conflictOf(call, body, 'fail');
  const { job, secret } = call.world.copies.start({ item, parent, name, by: actorOf(call), conflict });
  return call.reply
    .code(202)
    .header('location', monitorUrlOf(call, parent.driveId, job.id, secret))
    .send();
}

function findTarget(
  call: GraphCall,
  item: Item,
  reference: { id?: string | undefined; driveId?: string | undefined; path?: string | undefined } | undefined,
): Item {
  const { files } = call.world;
  const drive = reference?.driveId === undefined ? files.driveById(item.driveId) : files.findDrive(reference.driveId);
  if (drive === undefined) throw new GraphError('itemNotFound', 'The target drive could not be found.');
  const there = reference && itemAtReference(call, drive, reference);
  const parent = there ?? (reference?.driveId === undefined ? files.parentOf(item) : files.rootOf(drive));
  if (parent === undefined) throw new GraphError('itemNotFound', 'The parent folder could not be found.');
  return parent;
}

function assertNotInto(call: GraphCall, item: Item, parent: Item): void {
  for (let at: Item | undefined = parent; at !== undefined; at = call.world.files.parentOf(at)) {
    if (at.id === item.id) throw new WorldRefusal('intoItself');
  }
}
