import type { Item } from '../world/records.ts';
import type { GraphCall } from './call.ts';
import { contextOf } from './drive-operations.ts';
import { getDrive } from './find.ts';
import { DOCS, DRIVE, type GraphOperation } from './operation.ts';
import { type Json, presentItem, timeOf } from './present.ts';
import { presentRemote } from './present-remote.ts';
import { sharedItems } from './search-operation.ts';
import { pageSizeOf, selectFrom } from './select.ts';

export const RECENT_OPERATIONS: readonly GraphOperation[] = [
  {
    method: 'GET',
    template: `${DRIVE}/recent`,
    access: 'read',
    query: ['select', 'top'],
    fidelity: 'partly',
    note: 'Files by when they last changed, not by when they were looked at; those that others shared as `remoteItem`.',
    docs: `${DOCS}/drive-recent`,
    handle: (call) => answer(call, recent(call)),
  },
  {
    method: 'GET',
    template: `${DRIVE}/sharedwithme`,
    access: 'read',
    query: ['select', 'top'],
    fidelity: 'full',
    note: 'Deprecated at Microsoft.',
    docs: `${DOCS}/drive-sharedwithme`,
    handle: (call) => {
      getDrive(call);
      return answer(
        call,
        sharedItems(call).map((item) => presentRemote(call, item)),
      );
    },
  },
];

function answer(call: GraphCall, rows: Json[]): Json {
  return {
    '@odata.context': contextOf(call, 'Collection(driveItem)'),
    value: rows.slice(0, pageSizeOf(call)).map((row) => selectFrom(call, row)),
  };
}

function recent(call: GraphCall): Json[] {
  const drive = getDrive(call);
  const { files } = call.world;
  const found: Item[] = [];
  for (const item of files.newestChanges(drive)) {
    if (found.length === pageSizeOf(call)) break;
    if (item.kind === 'file' && !files.isDeleted(item)) found.push(item);
  }
  const own = found.map((item) => ({ item, row: presentItem(call, item) }));
  const others = sharedItems(call).filter(({ kind }) => kind === 'file');
  const shared = others.map((item) => ({ item, row: presentRemote(call, item) }));
  return [...own, ...shared]
    .sort((a, b) => b.item.modifiedAt - a.item.modifiedAt)
    .map(({ item, row }) => ({
      ...row,
      fileSystemInfo: { ...(row.fileSystemInfo as Json | undefined), lastAccessedDateTime: timeOf(item.modifiedAt) },
    }));
}
