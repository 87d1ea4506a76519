import { isLoopback, type MicrosoftEndpoints } from '../microsoft-endpoints.ts';

/**
 * May a browser be sent to, or content be fetched from, an address that came in an answer? Only https (http where both
 * the host and the configured Graph are loopback), no user name in it, and a host and port that the configuration lists.
 */
export function isTrustedFileUrl(
  address: string | URL,
  endpoints: MicrosoftEndpoints,
  options: { /** Graph's own host counts too (downloads, never pages). */ orGraph?: boolean } = {},
): boolean {
  if (!URL.canParse(String(address))) return false;
  const url = new URL(String(address));
  const graph = new URL(endpoints.graphUrl);
  if (url.username !== '' || url.password !== '') return false;
  const plainIsFine = url.protocol === 'http:' && isLoopback(url) && isLoopback(graph);
  if (url.protocol !== 'https:' && !plainIsFine) return false;
  if (options.orGraph && url.origin === graph.origin) return true;
  return endpoints.fileHosts.some((entry) => matchesHost(url.host, entry.trim().toLowerCase()));
}

/** `host` is lower-case and has a port only where it isn't the scheme's own; entries are written the same way. */
function matchesHost(host: string, entry: string): boolean {
  const suffix = /^\*?(\..+)$/.exec(entry)?.[1];
  return suffix === undefined ? entry !== '' && host === entry : host.endsWith(suffix) && host.length > suffix.length;
}
