import type { Origins } from '../http/origins.ts';
import type { Drive } from '../world/records.ts';
import type { World } from '../world/world.ts';

/** Where an item is told from: what it looks like depends on the caller's addresses. */
export interface View {
  world: World;
  origins: Origins;
}

/** `ada@demo.example` → `ada_demo_example`, as in the addresses of OneDrive for work. */
export function siteNameOf(world: World, drive: Drive): string {
  const owner = world.directory.findUser(drive.ownerId);
  return (owner?.userPrincipalName ?? drive.ownerId).toLowerCase().replace(/[^a-z0-9]/g, '_');
}
