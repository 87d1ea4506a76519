import type { Drive, Item } from '../world/records.ts';
import type { GraphCall } from './call.ts';
import { itemContext } from './drive-operations.ts';
import { GraphError } from './errors.ts';
import { getDrive, getItem } from './find.ts';
import { DOCS, type GraphOperation, ITEM } from './operation.ts';
import { type Json, presentItem, rawUrlOf } from './present.ts';
import { decodeToken, encodeToken, pageSizeOf, selectFrom } from './select.ts';

const DAY_MS = 24 * 60 * 60_000;

export const DELTA_OPERATION: GraphOperation = {
  method: 'GET',
  template: `${ITEM}/delta`,
  access: 'read',
  query: ['token', 'select', 'top'],
  fidelity: 'full',
  note: 'From the root, in personal drives from any folder; `latest` and, at work, time stamps as tokens. A token is good for `behaviour.deltaTokenDays`, then 410 with a fresh `Location`. What leaves a folder that is not the root is told as deleted.',
  docs: `${DOCS}/driveitem-delta`,
  handle: listChanges,
};

/** A place in the drive's count of changes, as a token holds it. */
interface Place {
  sequence: number;
  /** When the token was given out. */
  at: number;
  /** Within a round: the pages behind the first. */
  within?: true;
  /** Within the first round of all: where the drive was when it began. What was deleted by then is not told. */
  fresh?: number;
}

function listChanges(call: GraphCall): Json {
  const drive = getDrive(call);
  const folder = getItem(call);
  if (folder.kind !== 'folder') throw new GraphError('invalidRequest', 'The item is not a folder.');
  if (folder.id !== drive.rootId && drive.kind !== 'personal')
    throw new GraphError('invalidRequest', 'Delta is only supported on the root of this drive.');
  const context = itemContext(call, drive.id, 'items').replace(/\/items$/, '/root/$delta');
  const token = call.path.params.token ?? call.query.get('token');
  const now = call.world.files.now();
  if (token?.toLowerCase() === 'latest') {
    const place = { sequence: shownUpTo(call, drive), at: now };
    return { '@odata.context': context, '@odata.deltaLink': linkWith(call, folder, place), value: [] };
  }
  const place: Place = token ? readPlace(call, drive, folder, token) : { sequence: 0, at: now, fresh: drive.sequence };
  const { rows, upTo, isMore } = pageOf(call, drive, folder, place);
  const next: Place = {
    sequence: upTo,
    at: now,
    ...(isMore ? { within: true } : {}),
    ...(isMore && place.fresh !== undefined ? { fresh: place.fresh } : {}),
  };
  return {
    '@odata.context': context,
    [isMore ? '@odata.nextLink' : '@odata.deltaLink']: linkWith(call, folder, next),
    value: rows.map((row) => selectFrom(call, presentChange(call, drive, folder, row))),
  };
}

/** A round that tells anything begins with the folder itself; then what changed, oldest change first. */
function pageOf(
  call: GraphCall,
  drive: Drive,
  folder: Item,
  { sequence: after, within, fresh }: Place,
): { rows: Item[]; upTo: number; isMore: boolean } {
  const { files } = call.world;
  const end = shownUpTo(call, drive);
  const size = pageSizeOf(call);
  const changes: Item[] = [];
  const first = within || after >= end ? [] : [folder];
  let upTo = after;
  for (const item of files.changedAfter(drive, after)) {
    if (item.changedAtSequence > end) break;
    if (first.length + changes.length >= size) return { rows: [...first, ...changes], upTo, isMore: true };
    if (item.id !== folder.id && isOfRound(call, folder, item, fresh ?? 0)) changes.push(item);
    upTo = item.changedAtSequence;
  }
  return { rows: [...first, ...changes], upTo: end, isMore: false };
}

/** Nobody is told of what came and went before they first asked. */
function isOfRound({ world: { files } }: GraphCall, folder: Item, item: Item, fresh: number): boolean {
  const isGone = files.isDeleted(item) || !isBelow(files, folder, item);
  return !isGone || item.changedAtSequence > fresh;
}

function isBelow(files: GraphCall['world']['files'], folder: Item, item: Item): boolean {
  if (folder.parentId === undefined) return true;
  for (let at: Item | undefined = item; at !== undefined; at = files.parentOf(at)) if (at.id === folder.id) return true;
  return false;
}

/** With `deltaLagMs` what has just happened is not told yet. */
function shownUpTo({ world }: GraphCall, drive: Drive): number {
  const { deltaLagMs } = world.behaviour;
  return deltaLagMs === 0 ? drive.sequence : world.files.sequenceAt(drive, world.files.now() - deltaLagMs);
}

/** What work drives leave out: cTag and author; when deleted the name too. */
function presentChange(call: GraphCall, drive: Drive, folder: Item, item: Item): Json {
  const { files } = call.world;
  const shown = presentItem(call, item);
  if (files.isDeleted(item) || !isBelow(files, folder, item)) {
    const { id, parentReference, name } = shown;
    const facets = item.kind === 'file' ? { file: {} } : { folder: {} };
    const deleted = { deleted: { state: 'deleted' }, id, parentReference, ...facets };
    return drive.kind === 'personal' ? { ...deleted, name } : { ...deleted, size: shown.size };
  }
  if (drive.kind === 'personal') return shown;
  const { cTag: _cTag, lastModifiedBy: _by, ...rest } = shown;
  return { ...rest, webUrl: rawUrlOf(call, drive, item) };
}

function readPlace(call: GraphCall, drive: Drive, folder: Item, token: string): Place {
  const { files } = call.world;
  if (/^\d{4}-\d\d-\d\dT/.test(token)) return { sequence: readTime(call, drive, token), at: files.now() };
  const { drive: ofDrive, sequence, at, within, fresh } = decodeToken(token);
  if (ofDrive !== drive.id || typeof sequence !== 'number' || typeof at !== 'number')
    throw new GraphError('invalidRequest', 'Invalid paging token');
  const location = linkWith(call, folder, undefined);
  // From before a reset: what the service has lost, the client may still have.
  if (sequence > drive.sequence) throw new GraphError('resyncUpload', undefined, { location });
  if (files.now() - at > call.world.behaviour.deltaTokenDays * DAY_MS)
    throw new GraphError('resyncRequired', undefined, { location });
  return { sequence, at, ...(within === true ? { within } : {}), ...(typeof fresh === 'number' ? { fresh } : {}) };
}

function readTime({ world }: GraphCall, drive: Drive, token: string): number {
  const time = Date.parse(token);
  if (drive.kind === 'personal' || Number.isNaN(time)) throw new GraphError('invalidRequest', 'Invalid paging token');
  return world.files.sequenceAt(drive, time);
}

/** Without a place: where to start afresh. */
function linkWith(call: GraphCall, folder: Item, place: Place | undefined): string {
  const drive = getDrive(call);
  const at = folder.id === drive.rootId ? 'root' : `items/${encodeURIComponent(folder.id)}`;
  const url = new URL(`${call.origins.main}/v1.0/drives/${encodeURIComponent(drive.id)}/${at}/delta`);
  if (place !== undefined) url.searchParams.set('token', encodeToken({ drive: drive.id, ...place }));
  for (const name of ['select', 'top']) {
    const value = call.query.get(name);
    if (value !== undefined) url.searchParams.set(`$${name}`, value);
  }
  return url.href.replace('/drives/b%21', '/drives/b!');
}
