import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { Agent, request } from 'undici';
import { afterEach, describe, expect, test } from 'vitest';
import type { Emulator } from '../src/index.ts';
import { graphFor, startTestEmulator, tokensFor } from './cast.ts';
import { startTlsProxy } from './tls-proxy.ts';

let emulator: Emulator | undefined;

afterEach(async () => {
  await emulator?.close();
  emulator = undefined;
});

describe('close()', () => {
  test('ends idle connections, uploads under way and answers that nobody reads, at once', async () => {
    emulator = await startTestEmulator();
    const token = (await tokensFor(emulator)).access;
    const { hostname, port } = new URL(emulator.url);
    const idle = connect(Number(port), hostname);
    const uploading = connect(Number(port), hostname);
    await Promise.all([once(idle, 'connect'), once(uploading, 'connect')]);
    const head = `PUT /v1.0/me/drive/root:/x.bin:/content HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n`;
    uploading.write(`${head}content-length: 1000000\r\n\r\nsome`);
    const ends = [once(idle, 'close'), once(uploading, 'close')];
    for (const socket of [idle, uploading]) socket.on('error', () => {});
    emulator.control.addFault({ fault: { hang: true } });
    const hanging = fetch(`${emulator.url}/v1.0/me`).catch(() => 'cut');
    while (emulator.control.requests().filter(({ status }) => status === undefined).length < 2) {
      await new Promise(setImmediate);
    }
    const start = performance.now();
    await emulator.close();
    expect(performance.now() - start).toBeLessThan(5_000);
    await Promise.all(ends);
    expect(await hanging).toBe('cut');
    emulator = undefined;
  });
});

test('a taken content port is named, and the main port is free again', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as { port: number };
  await expect(startTestEmulator({ contentPort: port })).rejects.toMatchObject({ code: 'EADDRINUSE', port });
  taken.close();
});

describe('addresses follow the caller', () => {
  const asSeenBy = async (headers: Record<string, string>) => {
    const url = `${emulator?.url}/common/v2.0/.well-known/openid-configuration`;
    const { body } = await request(url, { headers });
    return ((await body.json()) as { token_endpoint: string }).token_endpoint;
  };

  test('its Host and the X-Forwarded-Proto of a proxy', async () => {
    emulator = await startTestEmulator();
    const path = '/common/oauth2/v2.0/token';
    expect(await asSeenBy({ host: 'graph.example' })).toBe(`http://graph.example${path}`);
    const behind = { host: 'graph.example:8443', 'x-forwarded-proto': 'https' };
    expect(await asSeenBy(behind)).toBe(`https://graph.example:8443${path}`);
    expect(await asSeenBy({ ...behind, 'x-forwarded-proto': 'https, http' })).toBe(`https://graph.example:8443${path}`);
  });

  test('behind TLS with one port for both: uploads and downloads stay with the name that was called', async () => {
    emulator = await startTestEmulator({ contentPort: 'same' });
    expect(emulator.contentUrl).toBe(emulator.url);
    const proxy = await startTlsProxy(emulator.url);
    const dispatcher = new Agent({ connect: { ca: proxy.ca } });
    try {
      const authorization = `Bearer ${(await tokensFor(emulator)).access}`;
      const session = await request(`${proxy.url}/v1.0/me/drive/root:/x.txt:/createUploadSession`, {
        method: 'POST',
        dispatcher,
        headers: { authorization },
      });
      const { uploadUrl } = (await session.body.json()) as { uploadUrl: string };
      expect(new URL(uploadUrl).origin).toBe(proxy.url);
      const headers = { 'content-range': 'bytes 0-3/4' };
      const put = await request(uploadUrl, { method: 'PUT', dispatcher, body: 'text', headers });
      const item = (await put.body.json()) as Record<string, string>;
      const download = await request(item['@microsoft.graph.downloadUrl'] ?? '', { dispatcher });
      expect(await download.body.text()).toBe('text');
      expect(new URL(item['@microsoft.graph.downloadUrl'] ?? '').origin).toBe(proxy.url);
    } finally {
      await dispatcher.close();
      await proxy.close();
    }
    const item = await graphFor(emulator, (await tokensFor(emulator)).access)('GET', '/me/drive/root:/x.txt');
    expect(new URL(item.body['@microsoft.graph.downloadUrl']).origin).toBe(emulator.url);
  });
});
