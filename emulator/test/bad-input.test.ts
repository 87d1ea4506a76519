import { once } from 'node:events';
import { connect } from 'node:net';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Emulator } from '../src/index.ts';
import { CLIENT_ID, graphFor, REDIRECT_URI, startTestEmulator, tokensFor } from './cast.ts';

let emulator: Emulator;
let token: string;

beforeAll(async () => {
  emulator = await startTestEmulator();
  token = (await tokensFor(emulator)).access;
  await graphFor(emulator, token)('PUT', '/me/drive/root:/A/x.docx:/content', 'x');
});

afterAll(() => emulator.close());

/** Writes a request as it is, and answers the status line. */
async function raw(origin: string, text: string): Promise<string> {
  const { hostname, port } = new URL(origin);
  const socket = connect(Number(port), hostname);
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk;
    if (answer.includes('\r\n')) socket.end();
  });
  socket.on('error', () => {});
  socket.write(text);
  await once(socket, 'close');
  return answer.split('\r\n')[0] ?? '';
}

const request = (line: string, ...headers: string[]) =>
  [`${line} HTTP/1.1`, `authorization: Bearer ${token}`, 'connection: close', ...headers, '', ''].join('\r\n');

test('a Host that is none, or none at all, is a bad request', async () => {
  for (const headers of [['host: a/b'], ['host: "><script>'], ['host: '], []]) {
    expect(await raw(emulator.url, request('GET /v1.0/me', ...headers))).toMatch(/^HTTP\/1\.1 400/);
  }
});

test('what is no HTTP ends the connection and nothing else', async () => {
  for (const text of [
    '\u0000\u0001\u0002\r\n\r\n',
    'GET\r\n\r\n',
    'GET / HTTP/9.9\r\n\r\n',
    `GET / HTTP/1.1\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`,
  ]) {
    expect(await raw(emulator.url, text)).toMatch(/^(HTTP\/1\.1 4\d\d|$)/);
  }
  expect((await graphFor(emulator, token)('GET', '/me')).status).toBe(200);
});

const piece = fc.oneof(
  fc.constantFrom(
    'root',
    'root:',
    'items',
    'drives',
    'me',
    'drive',
    'children',
    'content',
    'delta',
    'versions',
    'A',
    'x.docx',
    ':',
    '..',
    '.',
    '%00',
    '%',
    '%2F',
    '%3A',
    "delta(token='x')",
    '1.0',
    'b!x',
    '',
    "'",
  ),
  fc.string({ unit: 'binary-ascii', maxLength: 12 }).map((text) => text.replace(/[^!-~]/g, '').replace(/[?# ]/g, '')),
);
const query = fc.constantFrom(
  '',
  '?$top=x',
  '?$select=%',
  '?token=%E0%A4%A',
  '?$skiptoken=e30',
  '?$orderby=name%20up',
  '?=&&=',
  '?$filter=1',
);
const body = fc.constantFrom(
  '',
  '{',
  '[]',
  '{"name":1}',
  '{"name":"x","folder":{}}',
  '{"item":{"fileSize":"x"}}',
  '{"parentReference":{"id":"x"}}',
  '\u0000',
);

test('no path, query or body crashes Graph: each answer is a success, a 4xx or a 501 that says why', async () => {
  const methods = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE');
  const property = fc.asyncProperty(
    methods,
    fc.array(piece, { maxLength: 7 }),
    query,
    body,
    async (method, path, tail, text) => {
      const headers = [
        'host: localhost',
        'content-type: application/json',
        `content-length: ${Buffer.byteLength(text)}`,
      ];
      const status = await raw(
        emulator.url,
        request(`${method} /v1.0/me/drive/${path.join('/')}${tail}`, ...headers) + text,
      );
      expect(status).toMatch(/^HTTP\/1\.1 (2\d\d|30[24]|4\d\d|501)/);
    },
  );
  await fc.assert(property, { numRuns: 400, seed: 1 });
});

test('no query or range crashes the content origin', async () => {
  const property = fc.asyncProperty(
    fc.constantFrom('GET', 'PUT', 'POST', 'DELETE'),
    piece,
    piece,
    piece,
    async (method, a, b, c) => {
      const path = c.length % 2 === 0 ? '_layouts/15/download.aspx' : '_api/v2.0/drive/uploadSession';
      const url = `/personal/${encodeURIComponent(a)}/${path}?UniqueId=${b}&guid=${b}&tempauth=${c}&tempauth=${a}`;
      const status = await raw(
        emulator.contentUrl,
        request(`${method} ${url}`, 'host: localhost', `range: bytes=${a}`, 'content-length: 0'),
      );
      expect(status).toMatch(/^HTTP\/1\.1 (4\d\d|501)/);
    },
  );
  await fc.assert(property, { numRuns: 150, seed: 1 });
});

test('no form crashes sign-in', async () => {
  const value = fc.oneof(
    fc.string({ maxLength: 30 }),
    fc.constantFrom('code', 'none', 'authorization_code', 'http://localhost/callback/', 'openid'),
  );
  const names = fc.constantFrom(
    'client_id',
    'redirect_uri',
    'scope',
    'prompt',
    'code',
    'grant_type',
    'ctx',
    'step',
    'response_type',
    'code_challenge',
  );
  const property = fc.asyncProperty(
    fc.array(fc.tuple(names, value), { maxLength: 8 }),
    value,
    async (fields, tenant) => {
      for (const path of ['oauth2/v2.0/token', 'oauth2/v2.0/authorize', 'login']) {
        const url = `${emulator.url}/${encodeURIComponent(tenant) || 'common'}/${path}`;
        const response = await fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
        expect([400, 401, 501]).toContain(response.status);
      }
    },
  );
  await fc.assert(property, { numRuns: 100, seed: 1 });
});

describe('what is sent to be slow', () => {
  const timed = async (work: () => Promise<unknown>) => {
    const start = performance.now();
    await work();
    return performance.now() - start;
  };
  const graph: ReturnType<typeof graphFor> = (...call) => graphFor(emulator, token)(...call);
  const form = (fields: Record<string, string>) => ({ method: 'POST', body: new URLSearchParams(fields) });

  test('a state of nothing but brackets costs no more than its length', async () => {
    const fields = {
      client_id: CLIENT_ID,
      redirect_uri: REDIRECT_URI,
      response_type: 'code',
      scope: 'openid',
      prompt: 'none',
      response_mode: 'form_post',
    };
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const bare = { method: 'POST', redirect: 'manual' as const, headers };
    const state = '<'.repeat(60_000);
    const url = `${emulator.url}/organizations/oauth2/v2.0/authorize`;
    expect(
      await timed(() => fetch(url, { ...bare, body: `${new URLSearchParams(fields)}&state=${state}` })),
    ).toBeLessThan(500);
    const told = await fetch(url, {
      ...form({ ...fields, response_mode: 'query', state: '1 < 2 <b>x</b> <' }),
      redirect: 'manual',
    });
    expect(new URL(told.headers.get('location') ?? '').searchParams.get('state')).toBe('1 x <');
  });

  test('no form is longer than 64 KiB', async () => {
    for (const path of ['authorize', 'token', 'devicecode']) {
      const url = `${emulator.url}/organizations/oauth2/v2.0/${path}`;
      expect((await fetch(url, form({ state: 'x'.repeat(70_000) }))).status).toBe(413);
    }
  });

  test('a path of slashes and a document of tags that never end cost no more than their length', async () => {
    const slashes = { id: '1', method: 'GET', url: `/me${'/'.repeat(300_000)}x` };
    expect(await timed(() => graph('POST', '/$batch', { requests: [slashes] }))).toBeLessThan(2_000);
    const document = zipSync({ 'word/document.xml': Buffer.from('<w:p>'.repeat(200_000)) });
    await graph('PUT', '/me/drive/root:/x.docx:/content', document);
    const pdf = await graph('GET', '/me/drive/root:/x.docx:/content?format=pdf');
    expect(await timed(() => fetch(pdf.headers.get('location') ?? ''))).toBeLessThan(2_000);
  });
});
