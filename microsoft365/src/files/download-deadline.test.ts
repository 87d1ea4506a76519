import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { createGraph, downloadContent } from '../index.ts';

test('E16: a transfer that drips and never ends is given up at its deadline, as something to try again', async () => {
  const server = createServer((incoming, answer) => {
    answer.writeHead(200, { date: new Date().toUTCString() });
    const drip = setInterval(() => answer.write('.'), 10);
    incoming.socket.once('close', () => clearInterval(drip));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const graph = createGraph({
    endpoints: { loginUrl: url, graphUrl: url, fileHosts: [] },
    tokens: { accessToken: async () => 'canary-token' },
  });
  const item = { driveId: 'b!drive', itemId: '01ABC', downloadUrl: `${url}/drip` };
  const dripping = await downloadContent(graph, item, { deadlineMs: 100 });
  await expect(text(dripping)).rejects.toMatchObject({ code: 'timed_out', kind: 'unavailable' });
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});
