import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Emulator } from '../src/index.ts';
import { graphFor, startTestEmulator, tokensFor } from './cast.ts';

const LONGEST_ANSWER_MS = 10_000;
const SUPPORT = readFileSync(new URL('../SUPPORT.md', import.meta.url), 'utf8');
/** Every route that there is, as SUPPORT.md names it; another test keeps that page true. */
const ROUTES = [...SUPPORT.matchAll(/^\| `[A-Z]+ (\/[^`]*)` \| (?:full|partly) /gm)]
  .map((match) => match[1] ?? '')
  // What throws the state away would spoil the rest of the run.
  .filter((route) => route !== '/_emulator/reset');

let emulator: Emulator;
let token: string;
let known: Record<string, string>;

beforeAll(async () => {
  emulator = await startTestEmulator();
  token = (await tokensFor(emulator)).access;
  const { body } = await graphFor(emulator, token)('PUT', '/me/drive/root:/A/x.docx:/content', 'x');
  known = { drive: body.parentReference.driveId, item: body.id, site: 'ann_hospital_example', version: '1.0' };
});

afterAll(() => emulator.close());

/** Writes bytes as they are, and answers the status line; a connection that is ended without one answers nothing. */
function send(origin: string, text: string): Promise<string> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    const late = setTimeout(() => reject(new Error(`No answer to: ${text.slice(0, 300)}`)), LONGEST_ANSWER_MS);
    let answer = '';
    const end = () => {
      clearTimeout(late);
      socket.destroy();
      resolve(answer.split('\r\n')[0] ?? '');
    };
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
      if (answer.includes('\r\n')) end();
    });
    socket.on('error', end);
    socket.on('close', end);
    socket.write(text, 'latin1');
  });
}

const noise = fc.oneof(
  fc.constantFrom(
    '',
    '.',
    '..',
    '%',
    '%0',
    '%00',
    '%2F',
    '%2e%2e',
    '%E0%A4%A',
    '%FF',
    ':',
    '::',
    "'",
    "''",
    '()',
    ' ',
    '*',
  ),
  fc.constantFrom(
    'root:',
    'root:/A/x.docx:',
    "delta(token='x')",
    '__proto__',
    'constructor',
    '$value',
    '$batch',
    '\u00e9',
  ),
  fc.string({ unit: 'binary', maxLength: 8 }).map((text) => text.replace(/[\s\r\n]/g, '')),
  fc.constant('x'.repeat(3_000)),
);
const method = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'PROPFIND');
const optionName = fc.constantFrom(
  '$top',
  '$select',
  '$expand',
  '$orderby',
  '$filter',
  'token',
  '$skiptoken',
  'q',
  'since',
);
const optionValue = fc.oneof(noise, fc.constantFrom('-1', '1e9', 'id,name', 'children', 'latest', 'e30', 'name desc'));
const query = fc
  .array(fc.tuple(optionName, optionValue), { maxLength: 3 })
  .map((options) => options.map(([name, value]) => `${name}=${value}`).join('&'));
const headerName = fc.constantFrom(
  'authorization',
  'if-match',
  'if-none-match',
  'range',
  'content-range',
  'prefer',
  'content-encoding',
  'cookie',
  'x-forwarded-proto',
  'client-request-id',
  'accept',
  'expect',
  'origin',
  'sec-fetch-site',
);
const headerValue = fc.oneof(
  fc.constantFrom('*', 'bytes=0-', 'bytes=5-1', 'bytes 0-9/10', 'bytes 9-0/1', 'gzip', 'Bearer', 'Basic %%%', '\u00ff'),
  fc.string({ unit: 'grapheme-ascii', maxLength: 30 }),
);
const json = fc.oneof(
  fc.json({ maxDepth: 3 }),
  fc
    .record(
      {
        name: fc.jsonValue(),
        folder: fc.jsonValue(),
        item: fc.jsonValue(),
        parentReference: fc.jsonValue(),
        requests: fc.jsonValue(),
        resource: fc.jsonValue(),
        fault: fc.jsonValue(),
        fileSystemInfo: fc.jsonValue(),
        expirationDateTime: fc.jsonValue(),
        open: fc.jsonValue(),
        recipients: fc.jsonValue(),
        comment: fc.jsonValue(),
      },
      { requiredKeys: [] },
    )
    .map((body) => JSON.stringify(body)),
  fc.constantFrom('', '{', '[', '"', 'null', '{"a":1}}', '\u0000', '{"__proto__":{"x":1}}', `[${'['.repeat(5_000)}`),
);
const contentType = fc.constantFrom('application/json', 'text/plain', 'application/x-www-form-urlencoded', 'a/b;=', '');

/** Puts real ids, or noise, where the route has names in braces or a star. */
function fill(route: string, pieces: readonly string[], isReal: boolean): string {
  let at = 0;
  return route.replace(/\{(\w+)\}|\*/g, (_, name: string | undefined) => {
    const piece = pieces[at++ % pieces.length] ?? '';
    return (isReal && name !== undefined && known[name]) || piece;
  });
}

function withoutControl(text: string): string {
  return [...text].filter((character) => character >= ' ' && character !== '\u007f').join('');
}

test('no route is brought down by what comes: never a 500, never silence', async () => {
  const property = fc.asyncProperty(
    fc.record({
      method,
      route: fc.constantFrom(...ROUTES),
      pieces: fc.array(noise, { minLength: 1, maxLength: 3 }),
      isReal: fc.boolean(),
      tail: fc.oneof(
        fc.constant(''),
        noise.map((text) => `/${text}`),
      ),
      query,
      headers: fc.array(fc.tuple(headerName, headerValue), { maxLength: 3 }),
      body: json,
      contentType,
    }),
    async (call) => {
      const isGraph = !/^\/(?:_|\{tenant\}|common|personal|:|oidc)/.test(call.route);
      const path = withoutControl(`${isGraph ? '/v1.0' : ''}${fill(call.route, call.pieces, call.isReal)}${call.tail}`);
      const target = `${path}?${withoutControl(call.query)}`.replace(/ /g, '%20');
      if (path.includes('/_emulator/reset')) return;
      const bytes = Buffer.from(call.body, 'utf8').toString('latin1');
      const lines = [
        `${call.method} ${target} HTTP/1.1`,
        'host: localhost',
        'connection: close',
        ...(call.headers.some(([name]) => name === 'authorization') ? [] : [`authorization: Bearer ${token}`]),
        ...call.headers.map(([name, value]) => `${name}: ${withoutControl(value)}`),
        ...(call.contentType === '' ? [] : [`content-type: ${call.contentType}`]),
        `content-length: ${bytes.length}`,
      ];
      const text = `${lines.join('\r\n')}\r\n\r\n${bytes}`;
      for (const origin of [emulator.url, emulator.contentUrl]) {
        emulator.control.clearFaults();
        const status = await send(origin, text);
        expect(status, text.slice(0, 2_000)).toMatch(/^(?:HTTP\/1\.1 (?:100|2\d\d|30\d|4\d\d|501|507) ?|$)/);
      }
    },
  );
  await fc.assert(property, { numRuns: 2_000, seed: 42, endOnFailure: true });
  expect((await graphFor(emulator, (await tokensFor(emulator)).access)('GET', '/me')).status).toBe(200);
});

test('a body that is far too big is refused, and the emulator goes on', async () => {
  const graph = graphFor(emulator, token);
  const huge = JSON.stringify({ name: 'x'.repeat(6_000_000), folder: {} });
  for (const path of ['/me/drive/root/children', '/subscriptions', '/$batch']) {
    const { status, body } = await graph('POST', path, JSON.parse(huge));
    expect([path, status, body.error.code]).toEqual([path, 413, 'maxFileSizeExceeded']);
  }
  expect((await graph('GET', '/me')).status).toBe(200);
});

test('what is not there is a 501 in Graph’s shape that names it', async () => {
  const graph = graphFor(emulator, token);
  for (const [path, name] of [
    ['/me/calendar', '/me/calendar'],
    ['/me?$filter=x', 'filter'],
    ['/me/drive/root/children?$apply=x', 'apply'],
  ] as const) {
    const { status, body } = await graph('GET', path);
    expect(status).toBe(501);
    expect(body.error).toMatchObject({ code: 'notSupported', innerError: { code: 'notImplementedByEmulator' } });
    expect(body.error.message).toContain(name);
  }
});

test('of many writers with the same If-Match exactly one wins', async () => {
  const graph = graphFor(emulator, token);
  const path = '/me/drive/root:/contested.txt';
  let { eTag } = (await graph('PUT', `${path}:/content`, 'start')).body;
  for (let round = 0; round < 10; round++) {
    const writers = Array.from({ length: 8 }, (_, n) =>
      graph('PUT', `${path}:/content`, `${round} ${n}`, { 'if-match': eTag }),
    );
    const replies = await Promise.all(writers);
    const winners = replies.filter(({ status }) => status === 200);
    expect(winners).toHaveLength(1);
    expect(replies.filter(({ status }) => status === 412)).toHaveLength(7);
    const now = (await graph('GET', path)).body;
    expect(now.eTag).toBe(winners[0]?.body.eTag);
    const text = await (await fetch(now['@microsoft.graph.downloadUrl'])).text();
    expect(text).toBe(`${round} ${replies.findIndex(({ status }) => status === 200)}`);
    eTag = now.eTag;
  }
});
