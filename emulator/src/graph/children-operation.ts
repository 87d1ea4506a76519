import { nameKey } from '../world/names.ts';
import type { Item } from '../world/records.ts';
import { type GraphCall, isKnownTo } from './call.ts';
import { itemContext } from './drive-operations.ts';
import { GraphError, notImplemented } from './errors.ts';
import { expandItem } from './expand.ts';
import { getItem } from './find.ts';
import { DOCS, type GraphOperation, ITEM } from './operation.ts';
import { presentItem, sizeOf } from './present.ts';
import { decodeToken, encodeToken, type Page, pageSizeOf, selectFrom } from './select.ts';

export const CHILDREN_OPERATION: GraphOperation = {
  method: 'GET',
  template: `${ITEM}/children`,
  access: 'read',
  query: ['select', 'expand', 'top', 'orderby', 'skiptoken'],
  fidelity: 'full',
  note: 'Pages of 200; `$orderby` by name, size, lastModifiedDateTime or createdDateTime; `$expand=children` and `permissions`. `$filter` is not done. `If-None-Match` with the eTag or cTag of the folder answers 304; what changes below it moves neither.',
  docs: `${DOCS}/driveitem-list-children`,
  handle: listChildren,
};

type Key = string | number;

interface Order {
  property: string;
  descending: boolean;
  keyOf(item: Item): Key;
}

function listChildren(call: GraphCall): unknown {
  const folder = getItem(call);
  if (isKnownTo(call, folder)) return call.reply.code(304).send();
  if (folder.kind !== 'folder') return { '@odata.context': contextOf(call, folder), value: [] };
  const { rows, nextToken } = pageOf(call, folder);
  return {
    '@odata.context': contextOf(call, folder),
    ...(nextToken === undefined ? {} : { '@odata.nextLink': nextLink(call, nextToken) }),
    value: rows.map((item) => ({ ...selectFrom(call, presentItem(call, item)), ...expandItem(call, item) })),
  };
}

function contextOf(call: GraphCall, folder: Item): string {
  return itemContext(call, folder.driveId, `items('${encodeURIComponent(folder.id)}')/children`);
}

/** A page begins after the last one's last item, not at a number: what comes or goes meanwhile moves nothing. */
function pageOf(call: GraphCall, folder: Item): Page<Item> {
  const order = readOrder(call);
  if (order.property === 'name') return pageByName(call, folder, order.descending);
  const compare = (a: [Key, string], b: [Key, string]) =>
    (order.descending ? -1 : 1) * compareKeys(a[0], b[0]) || compareKeys(a[1], b[1]);
  const placed = [...call.world.files.children(folder)].map((item) => ({ item, at: placeOf(order, item) }));
  placed.sort((a, b) => compare(a.at, b.at));
  const after = readPlace(call);
  const rest = after === undefined ? placed : placed.filter(({ at }) => compare(at, after) > 0);
  const size = pageSizeOf(call);
  const rows = rest.slice(0, size);
  const last = rows.at(-1);
  if (last === undefined || rest.length <= size) return { rows: rows.map(({ item }) => item) };
  return { rows: rows.map(({ item }) => item), nextToken: encodeToken({ after: last.at }) };
}

/** The order in which folders are kept: no page costs more than itself, however large the folder. */
function pageByName(call: GraphCall, folder: Item, descending: boolean): Page<Item> {
  const { files } = call.world;
  const size = pageSizeOf(call);
  const rows: Item[] = [];
  const after = readPlace(call)?.[0];
  for (const item of files.childrenAfter(folder, after === undefined ? undefined : String(after), descending)) {
    const last = rows.at(-1);
    if (rows.length === size && last !== undefined)
      return { rows, nextToken: encodeToken({ after: [nameKey(last.name), last.id] }) };
    rows.push(item);
  }
  return { rows };
}

function placeOf(order: Order, item: Item): [Key, string] {
  return [order.keyOf(item), item.id];
}

function readPlace(call: GraphCall): [Key, string] | undefined {
  const token = call.query.get('skiptoken');
  if (token === undefined) return undefined;
  const { after } = decodeToken(token);
  if (!Array.isArray(after) || after.length !== 2) throw new GraphError('invalidRequest', 'Invalid paging token');
  return after as [Key, string];
}

function readOrder({ query, world }: GraphCall): Order {
  const [property = 'name', direction = 'asc', ...more] = (query.get('orderby') ?? 'name').trim().split(/\s+/);
  const keys: Record<string, (item: Item) => Key> = {
    name: (item) => nameKey(item.name),
    size: (item) => sizeOf(world, item),
    lastmodifieddatetime: (item) => item.modifiedAt,
    createddatetime: (item) => item.createdAt,
  };
  const keyOf = keys[property.toLowerCase()];
  if (keyOf === undefined || more.length > 0) throw notImplemented(`$orderby=${query.get('orderby')?.slice(0, 60)}`);
  if (!/^(asc|desc)$/i.test(direction)) throw new GraphError('BadRequest', 'Syntax error in $orderby.');
  return { property: property.toLowerCase(), descending: direction.toLowerCase() === 'desc', keyOf };
}

function compareKeys(a: Key, b: Key): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

export function nextLink(call: GraphCall, token: string): string {
  const url = new URL(call.request.raw.url ?? '/', call.origins.main);
  for (const name of [...url.searchParams.keys()]) {
    if (name.replace('$', '').toLowerCase() === 'skiptoken') url.searchParams.delete(name);
  }
  url.searchParams.set('$skiptoken', token);
  return url.href;
}
