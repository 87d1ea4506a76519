import type { Permission, Role } from '../world/permissions.ts';
import { opensFor } from '../world/permissions.ts';
import type { Item } from '../world/records.ts';
import { type GraphCall, headerOf } from './call.ts';
import { GraphError } from './errors.ts';
import { findByAddress } from './web-address.ts';

/** What a sharing link, or the address of an item, leads to. */
export interface Shared {
  item: Item;
  /** Absent for a plain address, which gives no right by itself. */
  permission?: Permission;
}

/** `u!` and the base64url of an address, the address itself, or the id under which a link is known. */
export function findShared(call: GraphCall, share: string): Shared {
  const shared = resolve(call, share);
  if (shared === undefined)
    throw new GraphError(
      'itemNotFound',
      'The sharing link no longer exists, or you do not have permission to access it.',
    );
  redeem(call, shared);
  return shared;
}

/** The right that the link gives by which this call came, and for what lies below it. */
export function linkRoleFor(call: GraphCall, item: Item): Role | undefined {
  if (call.path.drive?.kind !== 'share') return undefined;
  const { item: shared, permission } = resolve(call, call.path.drive.share) ?? {};
  if (shared === undefined || permission?.link === undefined || !opens(call, permission, shared)) return undefined;
  for (let at: Item | undefined = item; at !== undefined; at = call.world.files.parentOf(at)) {
    if (at.id === shared.id) return permission.role;
  }
  return undefined;
}

function resolve({ world, caller }: GraphCall, share: string): Shared | undefined {
  const address = addressOf(share);
  const token = address === undefined ? share.replace(/^s!/, '') : address.searchParams.get('share');
  if (token !== null && token !== undefined) {
    const permission = world.permissions.findByToken(token);
    const item = permission && world.files.findLivingItem(permission);
    return item && permission && { item, permission };
  }
  const item = address && findByAddress(world, address, caller.tenantId);
  return item && { item };
}

function addressOf(share: string): URL | undefined {
  const text = share.startsWith('u!') ? Buffer.from(share.slice(2), 'base64url').toString('utf8') : share;
  return URL.canParse(text) ? new URL(text) : undefined;
}

function opens({ caller, world }: GraphCall, { link }: Permission, item: Item): boolean {
  const tenantId = world.files.tenantOf(world.files.driveById(item.driveId)) ?? '';
  return link !== undefined && opensFor(link, caller.user, tenantId);
}

/** `Prefer: redeemSharingLink` makes the right last beyond this call. */
function redeem(call: GraphCall, { item, permission }: Shared): void {
  const { user } = call.caller;
  const wanted = /(?:^|,)\s*redeemSharingLink\s*(?:,|$)/i.test(headerOf(call.request, 'prefer') ?? '');
  if (!wanted || user === undefined || permission?.link === undefined || !opens(call, permission, item)) return;
  if (permission.link.redeemedBy.includes(user.id)) return;
  const link = { ...permission.link, redeemedBy: [...permission.link.redeemedBy, user.id] };
  call.world.permissions.put({ ...permission, link });
}
