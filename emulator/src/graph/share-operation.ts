import { assertMayReach } from './access.ts';
import type { GraphCall } from './call.ts';
import { contextOf } from './drive-operations.ts';
import { findShared } from './find-shared.ts';
import { DOCS, type GraphOperation } from './operation.ts';
import { type Json, presentPerson } from './present.ts';

export const SHARE_OPERATION: GraphOperation = {
  method: 'GET',
  template: '/shares/{share}',
  access: 'read',
  query: [],
  fidelity: 'full',
  note: '`u!` and the base64url of a sharing link or of an address, the encoded address itself, or a `shareId`. `Prefer: redeemSharingLink` makes the right last.',
  docs: `${DOCS}/shares-get`,
  handle: showShare,
};

function showShare(call: GraphCall): Json {
  const share = call.path.params.share ?? '';
  // As below `/shares/…/driveItem`: the link itself lets the caller in.
  const there: GraphCall = { ...call, path: { ...call.path, drive: { kind: 'share', share } } };
  const { item } = findShared(there, share);
  assertMayReach(there, item);
  const owner = call.world.directory.findUser(call.world.files.driveById(item.driveId).ownerId);
  return {
    '@odata.context': contextOf(call, 'shares/$entity'),
    id: share,
    name: item.name,
    ...(owner === undefined ? {} : { owner: { user: presentPerson(owner) } }),
  };
}
