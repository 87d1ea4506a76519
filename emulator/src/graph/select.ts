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
  '@microsoft.graph.downloadUrl',
];
/** Properties of a driveItem that this emulator's items never have: selecting one is allowed, and gives nothing. */
const ABSENT_PROPERTIES = [
  'audio',
  'bundle',
  'description',
  'image',
  'location',
  'malware',
  'package',
  'pendingOperations',
  'photo',
  'remoteItem',
  'searchResult',
  'shared',
  'specialFolder',
  'video',
];
const NOT_DONE = ['publication', 'webDavUrl', 'sharepointIds', 'retentionLabel', 'content'];

/** Keeps what `$select` names; annotations of the answer itself stay. */
export function selectFrom(call: GraphCall, item: Json): Json {
  const wanted = readSelect(call);
  if (wanted === undefined) return item;
  return Object.fromEntries(Object.entries(item).filter(([name]) => name.startsWith('@odata.') || wanted.has(name)));
}

function readSelect(call: GraphCall): Set<string> | undefined {
  const text = call.query.get('select');
  if (text === undefined || text.trim() === '') return undefined;
  return new Set(text.split(',').map((name) => readProperty(name.trim())));
}

function readProperty(text: string): string {
  const name = text === 'content.downloadUrl' ? '@microsoft.graph.downloadUrl' : text;
  const same = (one: string) => one.toLowerCase() === name.toLowerCase();
  if (NOT_DONE.some(same)) throw notImplemented(`$select=${name}`);
  const known = [...ITEM_PROPERTIES, ...ABSENT_PROPERTIES].find(same);
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
