import { descendants } from '../world/arrange-items.ts';
import { nameKey } from '../world/names.ts';
import type { Item } from '../world/records.ts';
import type { GraphCall } from './call.ts';
import { nextLink } from './children-operation.ts';
import { contextOf } from './drive-operations.ts';
import { GraphError } from './errors.ts';
import { getItem } from './find.ts';
import { DOCS, type GraphOperation, ITEM } from './operation.ts';
import { type Json, presentItem } from './present.ts';
import { presentRemote } from './present-remote.ts';
import { decodeToken, encodeToken, pageSizeOf, selectFrom } from './select.ts';

export const SEARCH_OPERATION: GraphOperation = {
  method: 'GET',
  template: `${ITEM}/search(q='…')`,
  access: 'read',
  query: ['select', 'top', 'skiptoken'],
  fidelity: 'full',
  note: "Finds names that hold every word, never contents; there is no delay before something is found. `/drives/{drive}/search(q='…')` also finds what others shared.",
  docs: `${DOCS}/driveitem-search`,
  handle: search,
};

function search(call: GraphCall): Json {
  const folder = getItem(call);
  const words = nameKey(call.path.params.q ?? '')
    .split(/\s+/)
    .filter((word) => word !== '');
  const matches = (item: Item) => words.every((word) => nameKey(item.name).includes(word));
  const own = [...descendants(call.world.files, folder)].filter(matches);
  const shared = call.path.params.everywhere === undefined ? [] : sharedItems(call).filter(matches);
  const rows = [...own.map((item) => presentItem(call, item)), ...shared.map((item) => presentRemote(call, item))];
  const from = readStart(call);
  const size = pageSizeOf(call);
  const isMore = rows.length > from + size;
  return {
    '@odata.context': contextOf(call, 'Collection(driveItem)'),
    ...(isMore ? { '@odata.nextLink': nextLink(call, encodeToken({ from: from + size })) } : {}),
    value: rows
      .slice(from, from + size)
      .map((row) => selectFrom(call, { ...row, searchResult: { onClickTelemetryUrl: String(row.webUrl) } })),
  };
}

function readStart(call: GraphCall): number {
  const token = call.query.get('skiptoken');
  const from = token === undefined ? 0 : decodeToken(token).from;
  if (typeof from !== 'number') throw new GraphError('invalidRequest', 'Invalid paging token');
  return from;
}

/** What others have given the caller, without what lies below. */
export function sharedItems({ caller, world }: GraphCall): Item[] {
  if (caller.user === undefined) return [];
  const items = world.permissions.sharedWith(caller.user).flatMap((row) => world.files.findLivingItem(row) ?? []);
  return [...new Set(items)];
}
