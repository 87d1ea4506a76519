import type { Drive, Item } from '../world/records.ts';
import type { GraphCall } from './call.ts';
import { itemContext } from './drive-operations.ts';
import { GraphError, notImplemented } from './errors.ts';
import { getDrive, getItem } from './find.ts';
import { DOCS, type GraphOperation, ITEM } from './operation.ts';
import { type Json, presentItem, rawUrlOf } from './present.ts';
import { decodeToken, encodeToken, pageSizeOf, selectFrom } from './select.ts';

export const DELTA_OPERATION: GraphOperation = {
  method: 'GET',
  template: `${ITEM}/delta`,
  access: 'read',
  query: ['token', 'select', 'top'],
  fidelity: 'partly',
  note: 'From the root. Tokens never run out; for the 410 of a lost one arm the fault `resyncRequired`. Time stamps as tokens are not done.',
  docs: `${DOCS}/driveitem-delta`,
  handle: listChanges,
};

function listChanges(call: GraphCall): Json {
  const drive = getDrive(call);
  const item = getItem(call);
  if (item.id !== drive.rootId) throw notImplemented('delta of a folder that is not the root');
  const context = itemContext(call, drive.id, 'items').replace(/\/items$/, '/root/$delta');
  const token = call.path.params.token ?? call.query.get('token');
  if (token?.toLowerCase() === 'latest') {
    return { '@odata.context': context, '@odata.deltaLink': linkWith(call, drive.sequence), value: [] };
  }
  const { rows, upTo, isMore } = pageOf(
    call,
    drive,
    token === undefined || token === '' ? 0 : readSequence(call, drive, token),
  );
  return {
    '@odata.context': context,
    [isMore ? '@odata.nextLink' : '@odata.deltaLink']: linkWith(call, upTo),
    value: rows.map((row) => selectFrom(call, presentChange(call, drive, row))),
  };
}

function pageOf(call: GraphCall, drive: Drive, after: number): { rows: Item[]; upTo: number; isMore: boolean } {
  const size = pageSizeOf(call);
  const rows: Item[] = [];
  for (const item of call.world.files.changedAfter(drive, after)) {
    if (rows.length === size) return { rows, upTo: rows.at(-1)?.changedAtSequence ?? after, isMore: true };
    // Nobody is told of what came and went before they first asked.
    if (after > 0 || !call.world.files.isDeleted(item)) rows.push(item);
  }
  return { rows, upTo: drive.sequence, isMore: false };
}

/** What work drives leave out: cTag and author; when deleted the name too. */
function presentChange(call: GraphCall, drive: Drive, item: Item): Json {
  const shown = presentItem(call, item);
  if (call.world.files.isDeleted(item)) {
    const { id, parentReference, name } = shown;
    const facets = item.kind === 'file' ? { file: {} } : { folder: {} };
    const deleted = { deleted: { state: 'deleted' }, id, parentReference, ...facets };
    return drive.kind === 'personal' ? { ...deleted, name } : { ...deleted, size: shown.size };
  }
  if (drive.kind === 'personal') return shown;
  const { cTag: _cTag, lastModifiedBy: _by, ...rest } = shown;
  return { ...rest, webUrl: rawUrlOf(call, drive, item) };
}

function readSequence(call: GraphCall, drive: Drive, token: string): number {
  if (/^\d{4}-\d\d-\d\dT/.test(token)) throw notImplemented('delta from a time stamp');
  const { drive: ofDrive, sequence } = decodeToken(token);
  if (ofDrive !== drive.id || typeof sequence !== 'number')
    throw new GraphError('invalidRequest', 'Invalid paging token');
  // From before a reset: the caller has to start afresh.
  if (sequence > drive.sequence) throw new GraphError('resyncRequired', undefined, { location: linkWith(call, 0) });
  return sequence;
}

function linkWith(call: GraphCall, sequence: number): string {
  const drive = getDrive(call);
  const token = encodeToken({ drive: drive.id, sequence });
  const url = new URL(`${call.origins.main}/v1.0/drives/${encodeURIComponent(drive.id)}/root/delta`);
  url.searchParams.set('token', token);
  for (const name of ['select', 'top']) {
    const value = call.query.get(name);
    if (value !== undefined) url.searchParams.set(`$${name}`, value);
  }
  return url.href.replace('/drives/b%21', '/drives/b!');
}
