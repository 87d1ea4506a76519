import type { Drive, Item } from '../world/records.ts';
import { assertMayReach, hasBusinessIn } from './access.ts';
import type { GraphCall } from './call.ts';
import { GraphError } from './errors.ts';
import { findShared } from './find-shared.ts';
import { findSite } from './find-site.ts';
import { openSpecialFolder } from './special-folders.ts';

/** The drive that the URL names, if the caller has any business there. */
export function getDrive(call: GraphCall): Drive {
  const { files } = call.world;
  const address = call.path.drive ?? { kind: 'me' };
  assertLicensed(call);
  if (address.kind === 'share') return files.driveById(findShared(call, address.share).item.driveId);
  const drive = findAddressed(call);
  const owner = call.world.directory.findUser(drive.ownerId);
  if (owner !== undefined && !call.world.directory.hasOneDrive(owner)) throw new GraphError('ResourceNotFound');
  if (!hasBusinessIn(call, drive)) throw new GraphError('accessDenied');
  return drive;
}

/** In the words of a tenant that has never had SharePoint. */
export function assertLicensed({ world, caller }: GraphCall): void {
  if (world.directory.findTenant(caller.tenantId)?.sharePointLicense === false)
    throw new GraphError('BadRequest', 'Tenant does not have a SPO license.');
}

function findAddressed(call: GraphCall): Drive {
  const { files } = call.world;
  const address = call.path.drive ?? { kind: 'me' };
  if (address.kind === 'id') {
    const drive = files.findDrive(canonicalDriveId(address.id));
    if (drive === undefined) throw unknownDrive(address.id);
    return drive;
  }
  if (address.kind === 'site') {
    const site = findSite(call, address.site);
    return files.libraryOf(site, site.libraries[0] ?? 'Documents');
  }
  const user = address.kind === 'user' ? findUser(call, address.user) : call.caller.user;
  if (user === undefined) throw meNeedsUser();
  if (!call.world.directory.hasOneDrive(user)) throw new GraphError('ResourceNotFound');
  return files.driveOf(user);
}

/** By id or address, within the caller's tenant. */
export function findUser(call: GraphCall, text: string) {
  const { directory } = call.world;
  const user = directory.findUser(text.toLowerCase()) ?? directory.findUserByName(text);
  if (user === undefined || user.tenantId !== call.caller.tenantId) {
    throw new GraphError('ResourceNotFound', `Resource '${text.slice(0, 60)}' does not exist.`);
  }
  return user;
}

export function meNeedsUser(): GraphError {
  return new GraphError('BadRequest', '/me request is only valid with delegated authentication flow.');
}

/** Personal drives are known in any case, and with their leading zeros left out. */
function canonicalDriveId(id: string): string {
  return /^[0-9a-f]{1,16}$/i.test(id) ? id.toLowerCase().padStart(16, '0') : id;
}

function unknownDrive(id: string): GraphError {
  if (/^b![\w-]{40,}$/.test(id) || /^[0-9a-f]{15,16}$/i.test(id)) return new GraphError('itemNotFound');
  return new GraphError(
    'invalidRequest',
    'The provided drive id appears to be malformed, or does not represent a valid drive.',
  );
}

/** The item at the end of the path, if the caller may do there what the operation does. */
export function getItem(call: GraphCall): Item {
  const item = call.world.files.findByPath(getStart(call), call.path.item?.path ?? []);
  if (item === undefined) throw new GraphError('itemNotFound');
  assertMayReach(call, item);
  return item;
}

/** The item that the path is walked from; what may be done there is for the operation to ask. */
export function getStart(call: GraphCall): Item {
  const { files } = call.world;
  const from = call.path.item?.from ?? { kind: 'root' };
  if (from.kind === 'share') return findShared(call, shareOf(call)).item;
  const drive = getDrive(call);
  if (from.kind === 'root') return files.rootOf(drive);
  if (from.kind === 'special') return openSpecialFolder(call, drive, from.name);
  const item = files.findLivingItem({ driveId: drive.id, itemId: canonicalItemId(drive, from.id) });
  if (item !== undefined) return item;
  if (!/^01[A-Z2-7]{32}$/i.test(from.id) && drive.kind !== 'personal') {
    throw new GraphError('invalidRequest', 'The resource id is not valid for the requested drive.');
  }
  throw new GraphError('itemNotFound');
}

/** Ids are found in any case. */
export function canonicalItemId(drive: Drive, id: string): string {
  if (drive.kind !== 'personal') return id.toUpperCase();
  const [cid = '', rest = ''] = id.split('!');
  return `${cid.toUpperCase().padStart(16, '0')}!${rest.toLowerCase()}`;
}

function shareOf(call: GraphCall): string {
  return call.path.drive?.kind === 'share' ? call.path.drive.share : '';
}
