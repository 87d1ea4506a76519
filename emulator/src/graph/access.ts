import { type Role, strongest } from '../world/permissions.ts';
import type { Drive, Item } from '../world/records.ts';
import type { GraphCall } from './call.ts';
import { GraphError } from './errors.ts';
import { linkRoleFor } from './find-shared.ts';

/** An application for itself may all in its tenant; a person what they own, what their site gives and what was shared. */
function roleFor(call: GraphCall, item: Item): Role | undefined {
  const { caller, world } = call;
  if (caller.user === undefined) {
    return world.files.tenantOf(world.files.driveById(item.driveId)) === caller.tenantId ? 'owner' : undefined;
  }
  const own = world.permissions.roleOf(caller.user, item);
  const byLink = linkRoleFor(call, item);
  return strongest([own, byLink].filter((role) => role !== undefined));
}

export function hasBusinessIn({ caller, world }: GraphCall, drive: Drive): boolean {
  if (caller.user === undefined) return world.files.tenantOf(drive) === caller.tenantId;
  return world.permissions.mayEnter(caller.user, drive);
}

/** What somebody may not see is not there; what they may see but not change is denied. */
export function assertMayReach(call: GraphCall, item: Item, needed: 'read' | 'write' = accessOf(call)): void {
  const role = roleFor(call, item);
  if (role === undefined) throw new GraphError('itemNotFound');
  assertScopesReach(call, item, needed);
  if (needed === 'write' && role === 'read') throw new GraphError('accessDenied');
}

function accessOf(call: GraphCall): 'read' | 'write' {
  return call.access === 'write' ? 'write' : 'read';
}

/** At work, `Files.Read` and `Files.ReadWrite` stand for the person's own drive alone; what others have needs `.All`. */
function assertScopesReach({ caller, world }: GraphCall, item: Item, needed: 'read' | 'write'): void {
  const { user, scopes } = caller;
  if (user === undefined || user.personal || world.files.driveById(item.driveId).ownerId === user.id) return;
  const reaching = needed === 'write' ? /^(?:Files|Sites)\.ReadWrite\.All$/ : /^(?:Files|Sites)\.Read(?:Write)?\.All$/;
  if (scopes.some((scope) => reaching.test(scope))) return;
  throw new GraphError('accessDenied');
}
