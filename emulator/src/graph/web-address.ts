import type { Drive, Item } from '../world/records.ts';
import type { World } from '../world/world.ts';
import { libraryFolderOf, sitePathOf } from './view.ts';

/** The item whose `webUrl` this is: an address of the editor or a raw one. */
export function findByAddress(world: World, address: URL, tenantId: string): Item | undefined {
  const guid = address.searchParams.get('sourcedoc') ?? address.searchParams.get('UniqueId');
  if (guid !== null) return world.files.findByGuid(guid.replace(/[{}]/g, ''));
  const path = decodePath(address.pathname);
  const drive = path && findDriveAt(world, path, tenantId);
  return drive && world.files.findByPath(world.files.rootOf(drive), (path ?? []).slice(3));
}

/** By the first three names of a raw address: area, site and library. */
export function findDriveAt(world: World, path: readonly string[], tenantId?: string): Drive | undefined {
  const [area, name, library] = path.map((one) => one.toLowerCase());
  if (area === undefined || name === undefined) return undefined;
  const isHere = (drive: Drive) =>
    sitePathOf(world, drive) === `${area}/${name}` && libraryFolderOf(drive).toLowerCase() === library;
  return drivesOf(world, tenantId).find(isHere);
}

function drivesOf(world: World, tenantId: string | undefined): Drive[] {
  const { directory, files, sites } = world;
  const libraries = sites.all().filter((site) => tenantId === undefined || site.tenantId === tenantId);
  return [
    ...directory.users.filter((user) => directory.hasOneDrive(user)).map((user) => files.driveOf(user)),
    ...libraries.flatMap((site) => site.libraries.map((library) => files.libraryOf(site, library))),
  ];
}

function decodePath(pathname: string): string[] | undefined {
  try {
    return pathname
      .split('/')
      .filter((segment) => segment !== '')
      .map(decodeURIComponent);
  } catch {
    return undefined;
  }
}
