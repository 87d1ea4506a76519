import { z } from 'zod';
import type { User } from '../world/directory.ts';
import { newGuid, newSecret } from '../world/ids.ts';
import type { Permission, SharingLink } from '../world/permissions.ts';
import type { Item } from '../world/records.ts';
import { readBody } from './body.ts';
import { actorOf, type GraphCall } from './call.ts';
import { contextOf } from './drive-operations.ts';
import { GraphError, notImplemented } from './errors.ts';
import { getItem } from './find.ts';
import { DOCS, type GraphOperation, ITEM } from './operation.ts';
import { assertMayExpire, permissionContext } from './permission-operations.ts';
import type { Json } from './present.ts';
import { presentPermission } from './present-permission.ts';

/** Giving others a right to an item. */
export const SHARING_OPERATIONS: readonly GraphOperation[] = [
  {
    method: 'POST',
    template: `${ITEM}/invite`,
    access: 'write',
    query: [],
    fidelity: 'full',
    note: 'No mail is sent. `expirationDateTime` and `password` in personal drives only. Somebody unknown gets a row without `grantedTo` if invited by mail, and none otherwise; a row that failed holds `error`, and the status is 207.',
    docs: `${DOCS}/driveitem-invite`,
    handle: invite,
  },
  {
    method: 'POST',
    template: `${ITEM}/createLink`,
    access: 'write',
    query: [],
    fidelity: 'full',
    note: 'Passwords are remembered and never asked for; an anonymous link is refused (403 `notAllowed`) where the tenant has `anonymousLinks: false`; `retainInheritedPermissions: false` is not done.',
    docs: `${DOCS}/driveitem-createlink`,
    handle: createLink,
  },
];

const futureSchema = z.iso.datetime({ offset: true });
const recipientSchema = z.looseObject({
  email: z.string().optional(),
  alias: z.string().optional(),
  objectId: z.string().optional(),
});
const inviteSchema = z.looseObject({
  recipients: z.array(recipientSchema).min(1).max(100),
  roles: z.array(z.enum(['read', 'write'])).min(1),
  requireSignIn: z.boolean().optional(),
  sendInvitation: z.boolean().optional(),
  message: z.string().max(2_000).nullish(),
  expirationDateTime: futureSchema.nullish(),
  password: z.string().nullish(),
  retainInheritedPermissions: z.literal(true).nullish(),
});

type Order = z.infer<typeof inviteSchema>;

async function invite(call: GraphCall): Promise<Json> {
  const item = getItem(call);
  const order = await readBody(call, inviteSchema, Object.keys(inviteSchema.shape));
  assertMayBeShared(call, item);
  assertNoPasswordAtWork(call, item, order.password);
  if (order.requireSignIn !== true && order.sendInvitation !== true) {
    throw new GraphError('invalidRequest', 'Either requireSignIn or sendInvitation must be true.');
  }
  readExpiry(call, order.expirationDateTime);
  if (order.expirationDateTime) assertMayExpire(call, item);
  const rows = order.recipients.flatMap((recipient): Json[] => {
    const row = inviteOne(call, item, order, recipient);
    return row === undefined ? [] : [row];
  });
  if (rows.some((row) => 'error' in row)) call.reply.code(207);
  return { '@odata.context': contextOf(call, 'Collection(permission)'), value: rows };
}

/** Nothing for somebody who is unknown and is not written to: the answer is 200 and does not speak of them. */
function inviteOne(
  call: GraphCall,
  item: Item,
  order: Order,
  recipient: z.infer<typeof recipientSchema>,
): Json | undefined {
  const email = recipient.email ?? recipient.alias ?? '';
  const user = findRecipient(call, item, recipient);
  const invitation = { email: user?.mail ?? email, signInRequired: order.requireSignIn === true };
  if (user === undefined && recipient.objectId === undefined && !/^[^\s@]+@[^\s@]+$/.test(email)) {
    return failedRow(invitation, 'invalidRequest', 'The recipient could not be resolved.', 'invalidRecipient');
  }
  if (user !== undefined && call.world.directory.isDisabled(user)) {
    return failedRow(invitation, 'notAllowed', 'The account of the recipient is blocked.', 'accountDisabled');
  }
  if (user === undefined && order.sendInvitation !== true) return undefined;
  const existing = user && call.world.permissions.on(item).find(({ grantedToId }) => grantedToId === user.id);
  const expiresAt = readExpiry(call, order.expirationDateTime);
  const permission = call.world.permissions.put({
    ...(existing ?? blankPermission(call, item)),
    role: order.roles.includes('write') ? 'write' : 'read',
    invitation,
    ...(user === undefined ? {} : { grantedToId: user.id }),
    ...(order.password ? { hasPassword: true } : {}),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  });
  return presentPermission(call, permission, undefined);
}

function failedRow(invitation: Json, code: string, message: string, inner: string): Json {
  return { invitation, error: { code, message, localizedMessage: message, innererror: { code: inner } } };
}

/** Colleagues and guests of the tenant at work, personal accounts for a personal drive. */
function findRecipient(
  { world }: GraphCall,
  item: Item,
  { email, alias, objectId }: z.infer<typeof recipientSchema>,
): User | undefined {
  const tenantId = world.files.tenantOf(world.files.driveById(item.driveId));
  const key = (email ?? alias ?? '').trim().toLowerCase();
  return world.directory.users.find((user) => {
    if (user.tenantId !== tenantId) return false;
    if (objectId !== undefined) return user.id === objectId.toLowerCase();
    const name = user.userPrincipalName.toLowerCase();
    return key !== '' && (key === name || key === user.mail?.toLowerCase() || key === name.split('@')[0]);
  });
}

const linkSchema = z.looseObject({
  type: z.enum(['view', 'edit', 'embed']),
  scope: z.enum(['anonymous', 'organization', 'users']).optional(),
  password: z.string().nullish(),
  expirationDateTime: futureSchema.nullish(),
  retainInheritedPermissions: z.boolean().nullish(),
});

async function createLink(call: GraphCall): Promise<Json> {
  const item = getItem(call);
  const order = await readBody(call, linkSchema, Object.keys(linkSchema.shape));
  assertMayBeShared(call, item);
  assertNoPasswordAtWork(call, item, order.password);
  if (order.retainInheritedPermissions === false) throw notImplemented("'retainInheritedPermissions': false");
  const isPersonal = call.world.files.driveById(item.driveId).kind === 'personal';
  if (order.type === 'embed' && !isPersonal)
    throw new GraphError('invalidRequest', "Link type must be either 'edit' or 'view'.");
  const scope = order.scope ?? (isPersonal ? 'anonymous' : 'organization');
  if (isPersonal && scope === 'organization')
    throw new GraphError('invalidRequest', 'A personal account belongs to no organization.');
  if (scope === 'anonymous') assertAnonymousLinks(call, item);
  const expiresAt = readExpiry(call, order.expirationDateTime);
  const existing = call.world.permissions
    .on(item)
    .find((one) => one.link?.type === order.type && one.link.scope === scope && one.expiresAt === expiresAt);
  call.reply.code(existing === undefined ? 201 : 200);
  const link = existing ?? {
    ...blankPermission(call, item),
    role: order.type === 'edit' ? ('write' as const) : ('read' as const),
    link: newLink(call, order.type, scope),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
  // A password counts for the link that is there already too.
  const permission = call.world.permissions.put({ ...link, ...(order.password ? { hasPassword: true } : {}) });
  return { '@odata.context': permissionContext(call, item), ...presentPermission(call, permission, undefined) };
}

function newLink(call: GraphCall, type: SharingLink['type'], scope: SharingLink['scope']): SharingLink {
  return { type, scope, token: newSecret(call.world.random, 24), redeemedBy: [] };
}

function blankPermission(call: GraphCall, item: Item): Omit<Permission, 'role'> {
  const { userId, clientId } = actorOf(call);
  return {
    id: newGuid(call.world.random),
    driveId: item.driveId,
    itemId: item.id,
    createdAt: call.world.files.now(),
    ...(userId === undefined ? {} : { createdById: userId }),
    ...(clientId === undefined ? {} : { clientId }),
  };
}

function assertMayBeShared(call: GraphCall, item: Item): void {
  if (item.parentId === undefined && call.world.files.driveById(item.driveId).kind === 'personal')
    throw new GraphError('notAllowed', 'The root of a personal drive cannot be shared.');
}

function assertNoPasswordAtWork(call: GraphCall, item: Item, password: string | null | undefined): void {
  if (password && call.world.files.driveById(item.driveId).kind !== 'personal')
    throw new GraphError('invalidRequest', 'Passwords are for personal drives only.');
}

function assertAnonymousLinks({ world }: GraphCall, item: Item): void {
  const tenant = world.directory.findTenant(world.files.tenantOf(world.files.driveById(item.driveId)) ?? '');
  if (tenant?.anonymousLinks === false)
    throw new GraphError('notAllowed', "The organization's sharing policy does not allow anonymous links.");
}

function readExpiry(call: GraphCall, text: string | null | undefined): number | undefined {
  if (text === null || text === undefined) return undefined;
  const time = Date.parse(text);
  if (time <= call.world.files.now()) throw new GraphError('invalidRequest', 'The expiration must lie in the future.');
  return time;
}
