import type { Drive, Item } from '../world/records.ts';
import type { GraphCall } from './call.ts';
import { GraphError } from './errors.ts';

/** The drive that the URL names, if the caller may be there. */
export function getDrive(call: GraphCall): Drive {
  const { files, directory } = call.world;
  const address = call.path.drive ?? { kind: 'me' };
  if (address.kind === 'me') {
    const { user } = call.caller;
    if (user === undefined) throw meNeedsUser();
    if (!directory.hasOneDrive(user)) throw new GraphError('ResourceNotFound');
    return files.driveOf(user);
  }
  const drive = files.findDrive(address.id);
  if (drive === undefined) throw unknownDrive(address.id);
  assertMayEnter(call, drive);
  return drive;
}

export function meNeedsUser(): GraphError {
  return new GraphError('BadRequest', '/me request is only valid with delegated authentication flow.');
}

function unknownDrive(id: string): GraphError {
  if (/^b![\w-]{40,}$/.test(id) || /^[0-9a-f]{15,16}$/i.test(id)) return new GraphError('itemNotFound');
  return new GraphError(
    'invalidRequest',
    'The provided drive id appears to be malformed, or does not represent a valid drive.',
  );
}

function assertMayEnter({ caller, world }: GraphCall, drive: Drive): void {
  const owner = world.directory.findUser(drive.ownerId);
  if (owner !== undefined && !world.directory.hasOneDrive(owner)) throw new GraphError('ResourceNotFound');
  if (caller.user === undefined ? owner?.tenantId === caller.tenantId : owner?.id === caller.user.id) return;
  throw new GraphError('accessDenied');
}

/** The item at the end of the path. */
export function getItem(call: GraphCall): Item {
  const item = call.world.files.findByPath(getStart(call), call.path.item?.path ?? []);
  if (item === undefined) throw new GraphError('itemNotFound');
  return item;
}

/** The item that the path is walked from. */
export function getStart(call: GraphCall): Item {
  const drive = getDrive(call);
  const { files } = call.world;
  const from = call.path.item?.from ?? { kind: 'root' };
  if (from.kind === 'root') return files.rootOf(drive);
  const item = files.findLivingItem({ driveId: drive.id, itemId: from.id });
  if (item !== undefined) return item;
  if (!/^01[A-Z2-7]{32}$/.test(from.id) && drive.kind === 'business') {
    throw new GraphError('invalidRequest', 'The resource id is not valid for the requested drive.');
  }
  throw new GraphError('itemNotFound');
}
