import { GraphError } from './errors.ts';
import { type Aliases, decodeSegment, readAction, takeChildrenByName, withoutTrailingSlashes } from './path-action.ts';

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

interface FoundItem {
  address: ItemAddress;
  rest: string;
}

const DRIVE = '/drives/{drive}';
const ITEM = '/drives/{drive}/items/{item}';

/**
 * Reads the path below `/v1.0`. All ways to address an item lead to one template: by id, by path from the root or from
 * a folder, below `/me/drive`, `/drives/{id}`, `/users/{id}/drive`, `/sites/{id}/drive` or `/shares/{id}`; `%3A` and
 * `%2F` count as `:` and `/`, which no name may hold.
 */
export function parseGraphPath(rawPath: string, aliases: Aliases = () => undefined): GraphPath {
  const share = /^\/shares\/([^/]+)(\/.*)?$/i.exec(rawPath);
  if (share?.[1] !== undefined) return readShare(decodeSegment(share[1]), withSeparators(share[2] ?? ''), aliases);
  const path = withSeparators(rawPath);
  const drive = readDrive(path);
  if (drive === undefined) return plainPath(path);
  return { drive: drive.address, ...readBelowDrive(drive.rest, aliases) };
}

function withSeparators(path: string): string {
  return withoutTrailingSlashes(path.replace(/%3a/gi, ':').replace(/%2f/gi, '/'));
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

function readShare(share: string, rest: string, aliases: Aliases): GraphPath {
  if (rest === '') return { template: '/shares/{share}', params: { share } };
  const item = /^\/(?:driveItem|root)(?=[/:]|$)/i.exec(rest);
  if (item === null) return { template: `/shares/{share}${rest}`, params: {} };
  const { address, rest: below } = takeChildren(readPath({ kind: 'share' }, rest.slice(item[0].length)), aliases);
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

function readBelowDrive(rest: string, aliases: Aliases): Omit<GraphPath, 'drive'> {
  if (rest === '') return { template: DRIVE, params: {} };
  const search = readAction(rest);
  // A search of the drive is one from its root.
  if (search.template.startsWith('/search('))
    return atRoot({ ...search, params: { ...search.params, everywhere: 'yes' } });
  const item = readItem(rest);
  if (item === undefined) return { template: `${DRIVE}${rest.toLowerCase()}`, params: {} };
  const { address, rest: below } = takeChildren(item, aliases);
  const action = readAction(below);
  return { item: address, template: `${ITEM}${action.template}`, params: action.params };
}

function atRoot(action: { template: string; params: Record<string, string> }): Omit<GraphPath, 'drive'> {
  return {
    item: { from: { kind: 'root' }, path: [] },
    template: `${ITEM}${action.template}`,
    params: action.params,
  };
}

/** `/root`, `/root:/a/b:`, `/items/{id}`, `/items/{id}:/a/b:`; what follows the second colon is the action. */
function readItem(rest: string): FoundItem | undefined {
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

/** `children('name')` is one more name to walk down. */
function takeChildren(found: FoundItem, aliases: Aliases): FoundItem {
  const { names, rest } = takeChildrenByName(found.rest, aliases);
  return { address: { ...found.address, path: [...found.address.path, ...names] }, rest };
}

function readPath(from: ItemAddress['from'], rest: string): FoundItem {
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
