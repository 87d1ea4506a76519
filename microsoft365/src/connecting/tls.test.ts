import { execFile } from 'node:child_process';
import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CERTIFICATE_PEM, PRIVATE_KEY_PEM } from '../../test/certificate.ts';

const run = promisify(execFile);
const door = new URL('../index.ts', import.meta.url).href;
const received: string[] = [];
const server = createServer({ cert: CERTIFICATE_PEM, key: PRIVATE_KEY_PEM }, (request, answer) => {
  received.push(request.url ?? '');
  answer.end('{}');
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => new Promise((resolve) => server.close(resolve)));

/** Another process, because Node reads the flag at its start. Says how a refresh and a plain `fetch` went. */
async function refreshIn(
  environment: Record<string, string>,
  host: string,
): Promise<{ refresh: string; fetch: string }> {
  const address = `https://${host}:${(server.address() as AddressInfo).port}`;
  const code = `
    import { refreshConnection } from ${JSON.stringify(door)};
    const app = { clientId: 'c', credential: { kind: 'secret', secret: 's' }, tenant: 'organizations', redirectUri: 'x',
      filesScope: 'f', endpoints: { loginUrl: '${address}', graphUrl: '${address}', fileHosts: [] }, now: () => new Date() };
    const words = ({ code, cause, message }) => [code, cause?.code, message].join(' ');
    const refresh = await refreshConnection(app, 'r').then(() => 'done', words);
    const plain = await fetch('${address}/plain').then(() => 'done', words);
    console.log(JSON.stringify({ refresh, fetch: plain }));`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', code], {
    env: { PATH: process.env.PATH, ...environment },
  });
  return JSON.parse(stdout);
}

test('S30: a certificate that nobody vouches for ends the call before a credential is sent', async () => {
  const { refresh } = await refreshIn({}, '127.0.0.1');
  expect(refresh).toMatch(/^microsoft_unreachable DEPTH_ZERO_SELF_SIGNED_CERT/);
  expect(received).toEqual([]);
});

// 0.0.0.0 is no loopback address: it goes the way that Microsoft's addresses go.
test.each(['127.0.0.1', '0.0.0.0'])('S30: no flag of the environment turns that off (%s)', async (host) => {
  received.length = 0;
  const flagged = await refreshIn({ NODE_TLS_REJECT_UNAUTHORIZED: '0' }, host);
  expect(flagged.refresh).toMatch(/^microsoft_unreachable DEPTH_ZERO_SELF_SIGNED_CERT/);
  expect(flagged.fetch).toBe('done');
  expect(received).toEqual(['/plain']);
});

test('S30: nor does it behind a proxy', async () => {
  received.length = 0;
  const asked: string[] = [];
  const proxy = createProxy((request, socket) => {
    asked.push(request.url ?? '');
    const { port } = server.address() as AddressInfo;
    const beyond = connect(port, '127.0.0.1', () => socket.write('HTTP/1.1 200 Connection established\r\n\r\n'));
    beyond.pipe(socket).pipe(beyond);
    socket.on('error', () => beyond.destroy());
    beyond.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const { port } = proxy.address() as AddressInfo;
  const environment = { NODE_TLS_REJECT_UNAUTHORIZED: '0', HTTPS_PROXY: `http://127.0.0.1:${port}` };
  const { refresh } = await refreshIn(environment, '0.0.0.0');
  proxy.close();
  expect(asked).toHaveLength(1);
  expect(refresh).toMatch(/^microsoft_unreachable DEPTH_ZERO_SELF_SIGNED_CERT/);
  expect(received).not.toContain('/organizations/v2.0/.well-known/openid-configuration');
});

function createProxy(onConnect: (request: IncomingMessage, socket: Duplex) => void) {
  return createHttpServer().on('connect', onConnect);
}
