import type { User } from '../world/directory.ts';
import type { Permission } from '../world/permissions.ts';
import type { Item } from '../world/records.ts';
import type { GraphCall } from './call.ts';
import { type Json, timeOf } from './present.ts';
import { sitePathOf } from './view.ts';

/** `from` is the folder above from which the right is inherited. */
export function presentPermission(call: GraphCall, permission: Permission, from: Item | undefined): Json {
  const { id, role, grantedToId, invitation, link, expiresAt, hasPassword } = permission;
  const person = grantedToId === undefined ? undefined : call.world.directory.findUser(grantedToId);
  return {
    id,
    roles: [role],
    ...(expiresAt === undefined ? {} : { expirationDateTime: timeOf(expiresAt) }),
    hasPassword: hasPassword === true,
    ...(person === undefined ? {} : presentGrantee(person)),
    ...(invitation === undefined ? {} : { invitation }),
    ...(link === undefined ? {} : presentLink(call, permission)),
    ...(from === undefined ? {} : { inheritedFrom: presentOrigin(call, from) }),
  };
}

/** The owner of the drive, whose right nobody gave and nobody can take. */
export function presentOwner(call: GraphCall, item: Item): Json[] {
  const drive = call.world.files.driveById(item.driveId);
  const owner = call.world.directory.findUser(drive.ownerId);
  if (owner === undefined) return [];
  const root = call.world.files.rootOf(drive);
  return [
    {
      id: Buffer.from(`owner ${owner.id}`).toString('base64url'),
      roles: ['owner'],
      ...presentGrantee(owner),
      ...(item.id === root.id ? {} : { inheritedFrom: presentOrigin(call, root) }),
    },
  ];
}

/** `grantedTo` is deprecated, and still there. */
function presentGrantee(user: User): Json {
  const person = { displayName: user.displayName, email: user.mail ?? user.userPrincipalName, id: user.id };
  const loginName = `i:0#.f|membership|${user.userPrincipalName.toLowerCase()}`;
  const siteUser = { ...person, id: String(Number.parseInt(user.id.slice(-6), 16) % 1_000), loginName };
  return { grantedTo: { user: person }, grantedToV2: { user: person, ...(user.personal ? {} : { siteUser }) } };
}

function presentLink(call: GraphCall, { link, clientId, itemId, driveId }: Permission): Json {
  if (link === undefined) return {};
  const application = clientId === undefined ? undefined : call.world.directory.findApplication(clientId);
  const site = sitePathOf(call.world, call.world.files.driveById(driveId));
  const webUrl = `${call.origins.content}/${site}/_layouts/15/guestaccess.aspx?share=${link.token}`;
  const grantees = link.redeemedBy.flatMap((id) => call.world.directory.findUser(id) ?? []);
  return {
    shareId: `s!${link.token}`,
    link: {
      type: link.type,
      scope: link.scope,
      webUrl,
      preventsDownload: false,
      ...(link.type === 'embed' ? { webHtml: `<iframe src="${webUrl}" title="${itemId}"></iframe>` } : {}),
      ...(application === undefined
        ? {}
        : { application: { id: application.clientId, displayName: application.displayName } }),
    },
    ...(grantees.length === 0
      ? {}
      : { grantedToIdentitiesV2: grantees.map((user) => presentGrantee(user).grantedToV2) }),
  };
}

function presentOrigin(call: GraphCall, from: Item): Json {
  const path = call.world.files.pathOf(from).map(encodeURIComponent);
  return {
    driveId: from.driveId,
    id: from.id,
    path: `/drives/${from.driveId}/root:${path.map((name) => `/${name}`).join('')}`,
  };
}
