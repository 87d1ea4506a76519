import type { Origins } from '../http/origins.ts';
import type { Drive } from '../world/records.ts';
import type { World } from '../world/world.ts';

/** Where an item is told from: what it looks like depends on the caller's addresses. */
export interface View {
  world: World;
  origins: Origins;
}

/** `personal/ada_demo_example` or `sites/team`, as in the addresses of SharePoint; the root site is `sites/root`. */
export function sitePathOf(world: World, drive: Drive): string {
  if (drive.kind === 'documentLibrary') return world.sites.byId(drive.ownerId)?.path || 'sites/root';
  const owner = world.directory.findUser(drive.ownerId);
  const name = (owner?.userPrincipalName ?? drive.ownerId).toLowerCase().replace(/[^a-z0-9]/g, '_');
  return `personal/${name}`;
}

/** The name that a library has in addresses: the one called Documents is `Shared Documents` there. */
export function libraryFolderOf(drive: Drive): string {
  if (drive.library === undefined) return 'Documents';
  return drive.library === 'Documents' ? 'Shared Documents' : drive.library;
}

/** Where a drive's addresses begin. */
export function driveUrlOf({ world, origins }: View, drive: Drive): string {
  return `${origins.content}/${sitePathOf(world, drive)}/${encodeURIComponent(libraryFolderOf(drive))}`;
}
