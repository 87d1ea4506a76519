import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import { isLoopback } from '../microsoft-endpoints.ts';

// undici ignores proxies unless told; hospitals often reach Microsoft only through one. Loopback never goes
// through it: a proxy's "localhost" is another machine.
let proxied: Dispatcher | undefined;
let direct: Dispatcher | undefined;

export function dispatcherFor(url: URL): Dispatcher {
  if (isLoopback(url)) {
    direct ??= new Agent();
    return direct;
  }
  proxied ??= new EnvHttpProxyAgent();
  return proxied;
}
