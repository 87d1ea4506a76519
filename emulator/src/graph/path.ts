import { GraphError } from './errors.ts';

type DriveAddress = { kind: 'me' } | { kind: 'id'; id: string };

/** Where an item address starts, and the names to walk down from there. */
interface ItemAddress {
  from: { kind: 'root' } | { kind: 'id'; id: string };
  path: string[];
}

/** A Graph URL, taken apart: `template` is the operation's name in SUPPORT.md, less the method. */
export interface GraphPath {
  template: string;
  drive?: DriveAddress;
  item?: ItemAddress;
  /** Names in braces of the template beyond drive and item. */
  params: Record<string, string>;
}

const DRIVE = '/drives/{drive}';
const ITEM = '/drives/{drive}/items/{item}';

/**
 * Reads the path below `/v1.0`. All ways to address an item lead to one template: by id, by path from the root or from
 * a folder, with `/me/drive` or `/drives/{id}`; `%3A` and `%2F` count as `:` and `/`, which no name may hold.
 */
export function parseGraphPath(rawPath: string): GraphPath {
  const path = rawPath.replace(/%3a/gi, ':').replace(/%2f/gi, '/').replace(/\/+$/, '');
  const drive = readDrive(path);
  if (drive === undefined) return plainPath(path);
  return { drive: drive.address, ...readBelowDrive(drive.rest) };
}

function readDrive(path: string): { address: DriveAddress; rest: string } | undefined {
  const mine = /^\/(?:me\/)?drive(?=[/:]|$)/i.exec(path);
  if (mine !== null) return { address: { kind: 'me' }, rest: path.slice(mine[0].length) };
  const byId = /^\/(?:me\/)?drives\/([^/]+)/i.exec(path);
  if (byId?.[1] !== undefined) {
    return { address: { kind: 'id', id: decodeSegment(byId[1]) }, rest: path.slice(byId[0].length) };
  }
  return undefined;
}

function plainPath(path: string): GraphPath {
  const subscription = /^\/subscriptions\/([^/]+)(\/reauthorize)?$/i.exec(path);
  if (subscription?.[1] !== undefined) {
    const template = `/subscriptions/{subscription}${subscription[2]?.toLowerCase() ?? ''}`;
    return { template, params: { subscription: decodeSegment(subscription[1]) } };
  }
  return { template: path.toLowerCase() || '/', params: {} };
}

function readBelowDrive(rest: string): Omit<GraphPath, 'drive'> {
  if (rest === '') return { template: DRIVE, params: {} };
  const item = readItem(rest);
  if (item === undefined) return { template: `${DRIVE}${rest.toLowerCase()}`, params: {} };
  const action = readAction(item.rest);
  return { item: item.address, template: `${ITEM}${action.template}`, params: action.params };
}

/** `/root`, `/root:/a/b:`, `/items/{id}`, `/items/{id}:/a/b:`; what follows the second colon is the action. */
function readItem(rest: string): { address: ItemAddress; rest: string } | undefined {
  const root = /^\/root(?=[/:]|$)/i.exec(rest);
  if (root !== null) return readPath({ kind: 'root' }, rest.slice(root[0].length));
  const byId = /^\/items\/([^/:]+)/i.exec(rest);
  if (byId?.[1] === undefined) return undefined;
  const id = decodeSegment(byId[1]);
  const from: ItemAddress['from'] = id.toLowerCase() === 'root' ? { kind: 'root' } : { kind: 'id', id };
  return readPath(from, rest.slice(byId[0].length));
}

function readPath(from: ItemAddress['from'], rest: string): { address: ItemAddress; rest: string } {
  if (!rest.startsWith(':')) return { address: { from, path: [] }, rest };
  const end = rest.indexOf(':', 1);
  const text = end < 0 ? rest.slice(1) : rest.slice(1, end);
  const path = text
    .split('/')
    .filter((segment) => segment !== '')
    .map(decodeSegment);
  const below = end < 0 ? '' : rest.slice(end + 1);
  if (below !== '' && !below.startsWith('/'))
    throw new GraphError('invalidRequest', 'The path of the item is malformed.');
  return { address: { from, path }, rest: below };
}

function readAction(rest: string): { template: string; params: Record<string, string> } {
  const text = rest.replace(/^\/microsoft\.graph\./i, '/');
  const version = /^\/versions\/([^/]+)(\/.*)?$/i.exec(text);
  if (version?.[1] !== undefined) {
    const below = (version[2] ?? '').replace(/^\/microsoft\.graph\./i, '/');
    return {
      template: `/versions/{version}${canonical(below)}`,
      params: { version: decodeSegment(version[1]) },
    };
  }
  const call = /^\/(\w+)\??\((?:(\w+)=)?'((?:[^']|'')*)'\)$/.exec(decodeQuotes(text));
  if (call?.[1] !== undefined) return readFunction(call[1], call[2] ?? 'name', call[3] ?? '');
  return { template: canonical(text.replace(/\(\)$/, '')), params: {} };
}

/** `delta(token='…')`; its value is a parameter like any other. */
function readFunction(
  name: string,
  parameter: string,
  value: string,
): { template: string; params: Record<string, string> } {
  const template = name.toLowerCase() === 'delta' && parameter === 'token' ? '/delta' : `/${name}(${parameter}='…')`;
  return { template, params: { [parameter]: decodeSegment(value).replaceAll("''", "'") } };
}

function decodeQuotes(text: string): string {
  return text.replace(/%27/g, "'").replace(/%28/g, '(').replace(/%29/g, ')').replace(/%3d/gi, '=');
}

const ACTIONS = [
  '/children',
  '/content',
  '/createUploadSession',
  '/delta',
  '/permanentDelete',
  '/restore',
  '/restoreVersion',
  '/versions',
];

/** Names of actions are taken in any case. */
function canonical(action: string): string {
  return ACTIONS.find((one) => one.toLowerCase() === action.toLowerCase()) ?? action;
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new GraphError('BadRequest', 'The URL holds a malformed percent-encoding.');
  }
}
