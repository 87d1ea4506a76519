import type { Site } from '../world/sites.ts';
import type { GraphCall } from './call.ts';
import { GraphError } from './errors.ts';
import { withoutTrailingSlashes } from './path-action.ts';

/** `root`, `{host}`, `{host}:/{path}` or `{host},{collection},{web}`; the host may have any name. */
export function findSite(call: GraphCall, address: string): Site {
  const { sites } = call.world;
  const [first = '', path] = splitOnce(address, ':/');
  const ids = first.split(',');
  const wanted =
    path !== undefined || ids.length === 1
      ? { path: withoutTrailingSlashes(path ?? '').replace(/^sites\/root$/i, '') }
      : { id: ids.slice(-2).join(',') };
  const site = sites.find(call.caller.tenantId, wanted);
  if (site === undefined) throw new GraphError('itemNotFound', 'Requested site could not be found');
  assertMaySee(call, site);
  return site;
}

export function maySee({ caller, world }: GraphCall, site: Site): boolean {
  return caller.user === undefined || world.sites.roleOf(caller.user, site) !== undefined;
}

function assertMaySee(call: GraphCall, site: Site): void {
  if (!maySee(call, site)) throw new GraphError('accessDenied');
}

function splitOnce(text: string, by: string): [string, string?] {
  const at = text.indexOf(by);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + by.length)];
}
