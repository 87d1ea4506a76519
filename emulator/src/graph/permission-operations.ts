import { z } from 'zod';
import type { Permission } from '../world/permissions.ts';
import type { Item } from '../world/records.ts';
import { readBody } from './body.ts';
import type { GraphCall } from './call.ts';
import { itemContext } from './drive-operations.ts';
import { GraphError } from './errors.ts';
import { getItem } from './find.ts';
import { DOCS, type GraphOperation, ITEM } from './operation.ts';
import type { Json } from './present.ts';
import { presentOwner, presentPermission } from './present-permission.ts';
import { pickSelected } from './select.ts';

const ONE = `${ITEM}/permissions/{permission}`;

/** Who has which right to an item. */
export const PERMISSION_OPERATIONS: readonly GraphOperation[] = [
  {
    method: 'GET',
    template: `${ITEM}/permissions`,
    access: 'read',
    query: ['select'],
    fidelity: 'full',
    docs: `${DOCS}/driveitem-list-permissions`,
    handle: (call): Json => {
      const item = getItem(call);
      return {
        '@odata.context': itemContext(call, item.driveId, `items('${encodeURIComponent(item.id)}')/permissions`),
        value: listPermissions(call, item).map((row) => pickSelected(call, row)),
      };
    },
  },
  {
    method: 'GET',
    template: ONE,
    access: 'read',
    query: [],
    fidelity: 'full',
    docs: `${DOCS}/permission-get`,
    handle: (call): Json => {
      const item = getItem(call);
      const found = listPermissions(call, item).find(({ id }) => id === call.path.params.permission);
      if (found === undefined) throw new GraphError('itemNotFound');
      return { '@odata.context': permissionContext(call, item), ...found };
    },
  },
  {
    method: 'PATCH',
    template: ONE,
    access: 'write',
    query: [],
    fidelity: 'full',
    note: '`roles` and `expirationDateTime` (at work of links only); not of inherited ones.',
    docs: `${DOCS}/permission-update`,
    handle: changePermission,
  },
  {
    method: 'DELETE',
    template: ONE,
    access: 'write',
    query: [],
    fidelity: 'full',
    note: 'At once, also for what was inherited from it; not of inherited ones.',
    docs: `${DOCS}/permission-delete`,
    handle: (call) => {
      call.world.permissions.remove(getOwn(call, getItem(call)));
      return call.reply.code(204).send();
    },
  },
];

export function listPermissions(call: GraphCall, item: Item): Json[] {
  const shared = call.world.permissions.effective(item);
  return [
    ...shared.map(({ permission, from }) =>
      presentPermission(call, permission, from.id === item.id ? undefined : from),
    ),
    ...presentOwner(call, item),
  ];
}

export function permissionContext(call: GraphCall, item: Item): string {
  return itemContext(call, item.driveId, `items('${encodeURIComponent(item.id)}')/permissions/$entity`);
}

const patchSchema = z.looseObject({
  roles: z
    .array(z.enum(['read', 'write']))
    .min(1)
    .optional(),
  expirationDateTime: z.iso.datetime({ offset: true }).nullish(),
});

async function changePermission(call: GraphCall): Promise<Json> {
  const item = getItem(call);
  const { expiresAt, ...before } = getOwn(call, item);
  const body = await readBody(call, patchSchema, ['roles', 'expirationDateTime']);
  if (body.expirationDateTime && before.link === undefined) assertMayExpire(call, item);
  const until = body.expirationDateTime === undefined ? expiresAt : readTime(body.expirationDateTime);
  const role = body.roles?.includes('write') ? 'write' : (body.roles?.[0] ?? before.role);
  const changed = call.world.permissions.put({
    ...before,
    role,
    ...(before.link === undefined || before.link.type === 'embed'
      ? {}
      : { link: { ...before.link, type: role === 'write' ? 'edit' : 'view' } }),
    ...(until === undefined ? {} : { expiresAt: until }),
  });
  return { '@odata.context': permissionContext(call, item), ...presentPermission(call, changed, undefined) };
}

/** At work what is given to a person has no end; a link may. */
export function assertMayExpire(call: GraphCall, item: Item): void {
  if (call.world.files.driveById(item.driveId).kind !== 'personal')
    throw new GraphError('invalidRequest', 'An expiration is for links only in this drive.');
}

function readTime(text: string | null): number | undefined {
  return text === null ? undefined : Date.parse(text);
}

/** An inherited right can only be changed where it was given. */
function getOwn(call: GraphCall, item: Item): Permission {
  const id = call.path.params.permission;
  const found = call.world.permissions.effective(item).find(({ permission }) => permission.id === id);
  if (found === undefined) {
    const isOwner = presentOwner(call, item).some((one) => one.id === id);
    throw isOwner
      ? new GraphError('accessDenied', "The owner's permission cannot be changed.")
      : new GraphError('itemNotFound');
  }
  if (found.from.id !== item.id)
    throw new GraphError('accessDenied', 'An inherited permission cannot be changed here.');
  return found.permission;
}
