import { downloadUrlOf } from '../content/signed-urls.ts';
import { type Item, type Version, WorldRefusal } from '../world/records.ts';
import { deleteVersion, restoreVersion } from '../world/write-content.ts';
import { actorOf, type GraphCall } from './call.ts';
import { itemContext } from './drive-operations.ts';
import { GraphError } from './errors.ts';
import { getItem } from './find.ts';
import { DOCS, type GraphOperation, ITEM } from './operation.ts';
import { type Json, presentVersion } from './present.ts';

export const VERSION_OPERATIONS: readonly GraphOperation[] = [
  {
    method: 'GET',
    template: `${ITEM}/versions`,
    access: 'read',
    query: [],
    fidelity: 'full',
    note: 'At most 500, in one page.',
    docs: `${DOCS}/driveitem-list-versions`,
    handle: listVersions,
  },
  {
    method: 'GET',
    template: `${ITEM}/versions/{version}`,
    access: 'read',
    query: [],
    fidelity: 'full',
    docs: `${DOCS}/driveitemversion-get`,
    handle: readVersion,
  },
  {
    method: 'GET',
    template: `${ITEM}/versions/{version}/content`,
    access: 'read',
    query: [],
    fidelity: 'full',
    note: 'Refused for the current version, as at Microsoft: its content is that of the item.',
    docs: `${DOCS}/driveitemversion-get-contents`,
    handle: redirectToVersion,
  },
  {
    method: 'POST',
    template: `${ITEM}/versions/{version}/restoreVersion`,
    access: 'write',
    query: [],
    fidelity: 'full',
    docs: `${DOCS}/driveitemversion-restore`,
    handle: restore,
  },
  {
    method: 'DELETE',
    template: `${ITEM}/versions/{version}`,
    access: 'write',
    query: [],
    fidelity: 'full',
    note: 'Work drives only, as at Microsoft; not of the current version.',
    docs: `${DOCS}/resources/driveitemversion`,
    handle: removeVersion,
  },
];

function listVersions(call: GraphCall): Json {
  const item = getFile(call);
  return {
    '@odata.context': itemContext(call, item.driveId, `items('${encodeURIComponent(item.id)}')/versions`),
    value: item.versions.map((version) => presentVersion(call.world, version)),
  };
}

function readVersion(call: GraphCall): Json {
  const item = getFile(call);
  const context = itemContext(call, item.driveId, `items('${encodeURIComponent(item.id)}')/versions/$entity`);
  return { '@odata.context': context, ...presentVersion(call.world, getVersion(call, item)) };
}

function redirectToVersion(call: GraphCall): unknown {
  const item = getFile(call);
  const version = getVersion(call, item);
  if (version === item.versions[0]) {
    throw new GraphError('invalidRequest', 'You cannot get the content of the current version.');
  }
  return call.reply.redirect(downloadUrlOf(call, item, version.number), 302);
}

async function restore(call: GraphCall): Promise<unknown> {
  const item = getFile(call);
  await restoreVersion(call.world.files, item, getVersion(call, item), actorOf(call));
  return call.reply.code(204).send();
}

function removeVersion(call: GraphCall): unknown {
  const item = getFile(call);
  if (call.world.files.driveById(item.driveId).kind === 'personal')
    throw new GraphError('invalidRequest', 'API not found');
  const version = getVersion(call, item);
  if (version === item.versions[0] || version.number === item.checkout?.versionNumber)
    throw new GraphError('invalidRequest', 'You cannot delete the current version.');
  deleteVersion(call.world.files, item, version, actorOf(call));
  return call.reply.code(204).send();
}

function getFile(call: GraphCall): Item {
  const item = getItem(call);
  if (item.kind !== 'file') throw new WorldRefusal('notAFile');
  return item;
}

function getVersion(call: GraphCall, item: Item): Version {
  const { version: id } = call.path.params;
  const version = item.versions.find(
    (one) => `${one.number}.0` === id || (id === 'current' && one === item.versions[0]),
  );
  if (version === undefined) throw new GraphError('itemNotFound');
  return version;
}
