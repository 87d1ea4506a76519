import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import { isLoopback } from '../microsoft-endpoints.ts';

// undici ignores proxies unless told; hospitals often reach Microsoft only through one. Loopback never goes
// through it: a proxy's "localhost" is another machine.
/** Said aloud, so that NODE_TLS_REJECT_UNAUTHORIZED=0 does not turn it off; NODE_EXTRA_CA_CERTS adds authorities. */
const VERIFIED = { rejectUnauthorized: true };

let proxied: Dispatcher | undefined;
let direct: Dispatcher | undefined;

export function dispatcherFor(url: URL): Dispatcher {
  if (isLoopback(url)) {
    direct ??= new Agent({ connect: VERIFIED });
    return direct;
  }
  proxied ??= new EnvHttpProxyAgent({ connect: VERIFIED, requestTls: VERIFIED, proxyTls: VERIFIED });
  return proxied;
}
