import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { startLoopbackServer } from '../../test/loopback-server.ts';
import { createGraph } from '../index.ts';

afterEach(() => vi.unstubAllEnvs());

test("a hospital's proxy is used for Microsoft and never for loopback", async () => {
  const asked: string[] = [];
  const proxy = createServer((request, answer) => {
    asked.push(request.url ?? '');
    answer.writeHead(502).end();
  });
  proxy.on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  vi.stubEnv('HTTPS_PROXY', address);
  vi.stubEnv('HTTP_PROXY', address);
  vi.stubEnv('NO_PROXY', '');
  const local = await startLoopbackServer(() => ({ body: '{}' }));
  const graphAt = (graphUrl: string) =>
    createGraph({
      endpoints: { loginUrl: graphUrl, graphUrl, fileHosts: [] },
      tokens: { accessToken: async () => 'canary' },
    });
  await graphAt(local.url).request('GET', '/me');
  expect(asked).toEqual([]);
  const beyond = graphAt('https://graph.microsoft.invalid').request('GET', '/me', { retry: false });
  await expect(beyond).rejects.toMatchObject({ kind: 'unavailable' });
  expect(asked).toEqual(['graph.microsoft.invalid:443']);
  await local.close();
  proxy.close();
});
