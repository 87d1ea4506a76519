import { GraphError } from './errors.ts';

type DriveAddress =
  | { kind: 'me' }
  | { kind: 'id'; id: string }
  | { kind: 'user'; user: string }
  | { kind: 'site'; site: string }
  /** Whatever drive the sharing link or address leads to. */
  | { kind: 'share'; share: string };

/** Where an item address starts, and the names to walk down from there. */
interface ItemAddress {
  from: { kind: 'root' } | { kind: 'id'; id: string } | { kind: 'special'; name: string } | { kind: 'share' };
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
 * a folder, below `/me/drive`, `/drives/{id}`, `/users/{id}/drive`, `/sites/{id}/drive` or `/shares/{id}`; `%3A` and
 * `%2F` count as `:` and `/`, which no name may hold.
 */
export function parseGraphPath(rawPath: string): GraphPath {
  const share = /^\/shares\/([^/]+)(\/.*)?$/i.exec(rawPath);
  if (share?.[1] !== undefined) return readShare(decodeSegment(share[1]), withSeparators(share[2] ?? ''));
  const path = withSeparators(rawPath);
  const drive = readDrive(path);
  if (drive === undefined) return plainPath(path);
  return { drive: drive.address, ...readBelowDrive(drive.rest) };
}

function withSeparators(path: string): string {
  return path.replace(/%3a/gi, ':').replace(/%2f/gi, '/').replace(/\/+$/, '');
}

function readDrive(path: string): { address: DriveAddress; rest: string } | undefined {
  const mine = /^\/(?:me\/)?drive(?=[/:]|$)/i.exec(path);
  if (mine !== null) return { address: { kind: 'me' }, rest: path.slice(mine[0].length) };
  const ofUser = /^\/users\/([^/]+)\/drive(?=[/:]|$)/i.exec(path);
  if (ofUser?.[1] !== undefined) {
    return { address: { kind: 'user', user: decodeSegment(ofUser[1]) }, rest: path.slice(ofUser[0].length) };
  }
  const byId = /^\/(?:(?:me|users\/[^/]+|sites\/[^/:]+(?::\/[^:]*:?)?)\/)?drives\/([^/]+)/i.exec(path);
  if (byId?.[1] !== undefined) {
    return { address: { kind: 'id', id: decodeSegment(byId[1]) }, rest: path.slice(byId[0].length) };
  }
  const { site, rest } = readSite(path) ?? {};
  if (site === undefined || rest === undefined || !/^\/drive(?=[/:]|$)/i.test(rest)) return undefined;
  return { address: { kind: 'site', site }, rest: rest.slice('/drive'.length) };
}

/** `/sites/root`, `/sites/{id}`, `/sites/{host}:/{path}` and, before more, `/sites/{host}:/{path}:`. */
function readSite(path: string): { site: string; rest: string } | undefined {
  const match = /^\/sites\/([^/:]+)(?::\/([^:]*):?)?/i.exec(path);
  if (match?.[1] === undefined) return undefined;
  const site = match[2] === undefined ? match[1] : `${match[1]}:/${match[2]}`;
  return { site: decodeSegment(site), rest: path.slice(match[0].length) };
}

function readShare(share: string, rest: string): GraphPath {
  if (rest === '') return { template: '/shares/{share}', params: { share } };
  const item = /^\/(?:driveItem|root)(?=[/:]|$)/i.exec(rest);
  if (item === null) return { template: `/shares/{share}${rest}`, params: {} };
  const { address, rest: below } = readPath({ kind: 'share' }, rest.slice(item[0].length));
  const action = readAction(below);
  return {
    drive: { kind: 'share', share },
    item: address,
    template: `${ITEM}${action.template}`,
    params: action.params,
  };
}

function plainPath(path: string): GraphPath {
  const subscription = /^\/subscriptions\/([^/]+)(\/reauthorize)?$/i.exec(path);
  if (subscription?.[1] !== undefined) {
    const template = `/subscriptions/{subscription}${subscription[2]?.toLowerCase() ?? ''}`;
    return { template, params: { subscription: decodeSegment(subscription[1]) } };
  }
  const user = /^\/users\/([^/]+)(\/drives)?$/i.exec(path);
  if (user?.[1] !== undefined)
    return { template: `/users/{user}${user[2]?.toLowerCase() ?? ''}`, params: { user: decodeSegment(user[1]) } };
  const found = readSite(path);
  if (found !== undefined)
    return { template: `/sites/{site}${found.rest.toLowerCase()}`, params: { site: found.site } };
  return { template: path.toLowerCase() || '/', params: {} };
}

function readBelowDrive(rest: string): Omit<GraphPath, 'drive'> {
  if (rest === '') return { template: DRIVE, params: {} };
  const search = readAction(rest);
  // A search of the drive is one from its root.
  if (search.template.startsWith('/search('))
    return atRoot({ ...search, params: { ...search.params, everywhere: 'yes' } });
  const item = readItem(rest);
  if (item === undefined) return { template: `${DRIVE}${rest.toLowerCase()}`, params: {} };
  const action = readAction(item.rest);
  return { item: item.address, template: `${ITEM}${action.template}`, params: action.params };
}

function atRoot(action: { template: string; params: Record<string, string> }): Omit<GraphPath, 'drive'> {
  return {
    item: { from: { kind: 'root' }, path: [] },
    template: `${ITEM}${action.template}`,
    params: action.params,
  };
}

/** `/root`, `/root:/a/b:`, `/items/{id}`, `/items/{id}:/a/b:`; what follows the second colon is the action. */
function readItem(rest: string): { address: ItemAddress; rest: string } | undefined {
  const root = /^\/root(?=[/:]|$)/i.exec(rest);
  if (root !== null) return readPath({ kind: 'root' }, rest.slice(root[0].length));
  const special = /^\/special\/([^/:]+)/i.exec(rest);
  if (special?.[1] !== undefined)
    return readPath({ kind: 'special', name: decodeSegment(special[1]).toLowerCase() }, rest.slice(special[0].length));
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
  const part = /^\/(versions|permissions)\/([^/]+)(\/.*)?$/i.exec(text);
  if (part?.[1] !== undefined && part[2] !== undefined) {
    const kind = part[1].toLowerCase();
    const below = canonical((part[3] ?? '').replace(/^\/microsoft\.graph\./i, '/'));
    const name = kind.slice(0, -1);
    return { template: `/${kind}/{${name}}${below}`, params: { [name]: decodeSegment(part[2]) } };
  }
  const call = /^\/(\w+)\??\((?:(\w+)=)?'((?:[^']|'')*)'\)$/.exec(decodeQuotes(text));
  if (call?.[1] !== undefined) return readFunction(call[1], call[2] ?? 'name', call[3] ?? '');
  return { template: canonical(text.replace(/\(\)$/, '')), params: {} };
}

/** `delta(token='…')` and `search(q='…')`: what stands in quotes is a parameter like any other. */
function readFunction(
  name: string,
  parameter: string,
  value: string,
): { template: string; params: Record<string, string> } {
  const isDelta = name.toLowerCase() === 'delta' && parameter === 'token';
  const isSearch = name.toLowerCase() === 'search' && parameter === 'q';
  const template = isDelta ? '/delta' : `/${isSearch ? 'search' : name}(${parameter}='…')`;
  return { template, params: { [parameter]: decodeSegment(value).replaceAll("''", "'") } };
}

function decodeQuotes(text: string): string {
  return text.replace(/%27/g, "'").replace(/%28/g, '(').replace(/%29/g, ')').replace(/%3d/gi, '=');
}

const ACTIONS = [
  '/checkin',
  '/checkout',
  '/children',
  '/content',
  '/copy',
  '/createLink',
  '/createUploadSession',
  '/delta',
  '/discardCheckout',
  '/invite',
  '/permanentDelete',
  '/permissions',
  '/preview',
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
