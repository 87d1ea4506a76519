import type { OutgoingConfig } from '../config.ts';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Whether a call to this address goes through HTTPS_PROXY: not to this machine itself, and not where NO_PROXY names it. */
export function passesProxy(url: URL, { httpsProxy, noProxy }: OutgoingConfig): boolean {
  if (!httpsProxy || LOOPBACK.test(url.hostname)) return false;
  const entries = (noProxy ?? '').split(/[\s,]+/).filter((entry) => entry !== '');
  return !entries.some((entry) => entry === '*' || names(entry, url));
}

function names(entry: string, url: URL): boolean {
  const [host = '', port] = entry.toLowerCase().split(':');
  if (port !== undefined && port !== (url.port || '443')) return false;
  const bare = host.replace(/^\*?\./, '');
  return url.hostname === bare || url.hostname.endsWith(`.${bare}`);
}
