import type { GraphCall } from './call.ts';
import { GraphError, notImplemented } from './errors.ts';
import type { Json } from './present.ts';

const ITEM_PROPERTIES = [
  'id',
  'name',
  'size',
  'eTag',
  'cTag',
  'webUrl',
  'createdBy',
  'createdDateTime',
  'lastModifiedBy',
  'lastModifiedDateTime',
  'parentReference',
  'file',
  'folder',
  'root',
  'fileSystemInfo',
  'deleted',
  'description',
  'remoteItem',
  'searchResult',
  'shared',
  'specialFolder',
  '@microsoft.graph.downloadUrl',
];
/** Properties of a driveItem that this emulator's items never have: selecting one is allowed, and gives nothing. */
const ABSENT_PROPERTIES = [
  'audio',
  'bundle',
  'image',
  'location',
  'malware',
  'package',
  'pendingOperations',
  'photo',
  'video',
];
/** Told only to those who ask for it by name. */
const ON_REQUEST = ['publication', 'webDavUrl'];
const NOT_DONE = ['sharepointIds', 'retentionLabel', 'content'];

/** Keeps what `$select` names; annotations of the answer itself stay. */
export function selectFrom(call: GraphCall, item: Json): Json {
  return selectNamed(call.query.get('select'), item);
}

/** The same for what is no driveItem: any property may be named. */
export function pickSelected(call: GraphCall, row: Json): Json {
  const text = call.query.get('select');
  if (text === undefined || text.trim() === '') return row;
  const wanted = text.split(',').map((name) => name.trim().split('/')[0]?.toLowerCase());
  return Object.fromEntries(Object.entries(row).filter(([name]) => wanted.includes(name.toLowerCase())));
}

export function selectNamed(text: string | undefined, item: Json): Json {
  if (text === undefined || text.trim() === '') {
    return Object.fromEntries(Object.entries(item).filter(([name]) => !ON_REQUEST.includes(name)));
  }
  const selected: Json = Object.fromEntries(Object.entries(item).filter(([name]) => name.startsWith('@odata.')));
  for (const path of text.split(',')) {
    const [first = '', ...inner] = path.trim().split('/');
    const name = readProperty(first);
    if (!(name in item)) continue;
    selected[name] = inner.length === 0 ? item[name] : { ...(selected[name] as Json), ...pickInner(item[name], inner) };
  }
  return selected;
}

/** `parentReference/driveId` takes one property of a property. */
function pickInner(value: unknown, path: readonly string[]): Json {
  const [name, ...rest] = path;
  if (typeof value !== 'object' || value === null || name === undefined) return {};
  const found = Object.entries(value).find(([key]) => key.toLowerCase() === name.toLowerCase());
  if (found === undefined) return {};
  return { [found[0]]: rest.length === 0 ? found[1] : pickInner(found[1], rest) };
}

function readProperty(text: string): string {
  const name = text === 'content.downloadUrl' ? '@microsoft.graph.downloadUrl' : text;
  const same = (one: string) => one.toLowerCase() === name.toLowerCase();
  if (NOT_DONE.some(same)) throw notImplemented(`$select=${name}`);
  const known = [...ITEM_PROPERTIES, ...ON_REQUEST, ...ABSENT_PROPERTIES].find(same);
  if (known === undefined) {
    const shown = text.slice(0, 60).replace(/[^\w.@$-]/g, '?');
    throw new GraphError(
      'BadRequest',
      `Parsing OData Select and Expand failed: Could not find a property named '${shown}' on type 'microsoft.graph.driveItem'.`,
    );
  }
  return known;
}

export interface Page<Row> {
  rows: Row[];
  /** Where the next page begins. */
  nextToken?: string;
}

const PAGE_SIZE = 200;
const PAGE_LIMIT = 1_000;

export function pageSizeOf(call: GraphCall): number {
  const text = call.query.get('top');
  if (text === undefined) return PAGE_SIZE;
  const size = Number(text);
  if (!/^\d{1,9}$/.test(text) || size < 1) {
    throw new GraphError(
      'BadRequest',
      `Invalid value '${text.slice(0, 20)}' for $top query option found. The $top query option requires a positive integer value.`,
    );
  }
  return Math.min(size, PAGE_LIMIT);
}

/** Tokens of pages are opaque to callers, and refused in Microsoft's words when they were made up. */
export function encodeToken(value: Json): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

export function decodeToken(token: string): Json {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    if (typeof parsed === 'object' && parsed !== null) return parsed as Json;
  } catch {
    // Falls through to the one refusal below.
  }
  throw new GraphError('invalidRequest', 'Invalid paging token');
}
