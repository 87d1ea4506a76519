import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { documentXml, wordFile } from '../src/editor/testing/word-files.ts';
import type { Emulator, FaultOrder } from '../src/index.ts';
import {
  aConfig,
  authorizeUrl,
  graphFor,
  PASSWORD,
  paramsOf,
  requestToken,
  startTestEmulator,
  tokensFor,
} from './cast.ts';
import { Person } from './playing-a-person.ts';

let emulator: Emulator;
let tokens: { access: string; refresh: string };
let graph: ReturnType<typeof graphFor>;
let downloadUrl: string;

beforeEach(async () => {
  emulator = await startTestEmulator();
  tokens = await tokensFor(emulator);
  graph = graphFor(emulator, tokens.access);
  downloadUrl = (await graph('PUT', '/me/drive/root:/x.txt:/content', '0123456789')).body[
    '@microsoft.graph.downloadUrl'
  ];
});

afterEach(() => emulator.close());

const arm = (fault: FaultOrder['fault'], order: Partial<FaultOrder> = {}) =>
  emulator.control.addFault({ ...order, fault });
const onContent = { match: { origin: 'content' as const } };

test('status, headers and body answer in place of the emulator, on both origins', async () => {
  arm({ status: 503, headers: { 'retry-after': '7' }, body: { odd: true } }, { match: { origin: 'main' } });
  const reply = await graph('GET', '/me');
  expect([reply.status, reply.headers.get('retry-after')]).toEqual([503, '7']);
  arm({ status: 418, body: 'tea' }, onContent);
  const answer = await fetch(downloadUrl);
  expect([answer.status, await answer.text()]).toEqual([418, 'tea']);
});

test('graphError answers as Graph does, spelled innererror on the content origin', async () => {
  arm({ graphError: 'resourceLocked' });
  expect(await graph('GET', '/me')).toMatchObject({
    status: 423,
    body: { error: { code: 'notAllowed', innerError: { code: 'resourceLocked' } } },
  });
  arm({ graphError: 'itemNotFound' }, onContent);
  expect(await (await fetch(downloadUrl)).json()).toMatchObject({ error: { code: 'itemNotFound', innererror: {} } });
});

describe('aadsts', () => {
  test('is told at the token endpoint with its error and suberror', async () => {
    arm({ aadsts: 700082 }, { match: { path: '/token$' } });
    const refused = await requestToken(emulator, { grant_type: 'refresh_token', refresh_token: tokens.refresh });
    expect(refused).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant', suberror: 'bad_token', error_codes: [700082] },
    });
    expect((await requestToken(emulator, { grant_type: 'refresh_token', refresh_token: tokens.refresh })).status).toBe(
      200,
    );
  });

  test('is told on the redirect or on the page, as the code wants', async () => {
    arm({ aadsts: 65001 });
    expect(paramsOf(await new Person().open(authorizeUrl(emulator))).get('error_description')).toContain('AADSTS65001');
    arm({ aadsts: 50105 });
    expect((await new Person().open(authorizeUrl(emulator))).text).toContain('AADSTS50105');
  });
});

test('delayMs answers late', async () => {
  arm({ delayMs: 150 });
  const start = performance.now();
  expect((await graph('GET', '/me')).status).toBe(200);
  expect(performance.now() - start).toBeGreaterThan(140);
});

test('hang never answers', async () => {
  arm({ hang: true });
  await expect(fetch(`${emulator.url}/v1.0/me`, { signal: AbortSignal.timeout(200) })).rejects.toThrow('timeout');
  arm({ hang: true }, onContent);
  await expect(fetch(downloadUrl, { signal: AbortSignal.timeout(200) })).rejects.toThrow('timeout');
});

describe('drop', () => {
  test('before: the connection is cut, and nothing happened', async () => {
    arm({ drop: 'before' });
    await expect(graph('PUT', '/me/drive/root:/y.txt:/content', 'y')).rejects.toThrow();
    expect((await graph('GET', '/me/drive/root:/y.txt')).status).toBe(404);
  });

  test('after: the connection is cut, and the effect is there', async () => {
    arm({ drop: 'after' });
    await expect(graph('PUT', '/me/drive/root:/y.txt:/content', 'y')).rejects.toThrow();
    expect((await graph('GET', '/me/drive/root:/y.txt')).body.size).toBe(1);
    expect(emulator.control.requests().find(({ fault }) => fault === 'drop')).not.toHaveProperty('status');
  });

  test('after a token was rotated: the caller got nothing, the count says it was given out', async () => {
    arm({ drop: 'after' });
    await expect(
      requestToken(emulator, { grant_type: 'refresh_token', refresh_token: tokens.refresh }),
    ).rejects.toThrow();
    expect(emulator.control.tokens()[0]).toMatchObject({ refreshed: 1 });
  });

  test('works on the content origin', async () => {
    arm({ drop: 'after' }, onContent);
    await expect(fetch(downloadUrl)).rejects.toThrow();
  });
});

describe('throttle', () => {
  test('refuses who comes back early, records it, and lets through who waited', async () => {
    arm({ throttle: { retryAfter: '2' } });
    const first = await graph('GET', '/me');
    expect([first.status, first.headers.get('retry-after')]).toEqual([429, '2']);
    expect(first.body.error).toMatchObject({ code: 'activityLimitReached', innerError: { code: 'throttledRequest' } });
    emulator.control.advanceClock(1);
    expect((await graph('GET', '/me')).status).toBe(429);
    emulator.control.advanceClock(1);
    expect((await graph('GET', '/me')).status).toBe(429);
    emulator.control.advanceClock(3);
    expect((await graph('GET', '/me')).status).toBe(200);
    expect(emulator.control.faults()[0]).toMatchObject({ fired: 1, earlyReturns: 2 });
  });

  test('tells the time as a fraction, as a date, or not at all', async () => {
    arm({ throttle: { retryAfter: '2.128' } });
    expect((await graph('GET', '/me')).headers.get('retry-after')).toBe('2.128');
    emulator.control.advanceClock(3);
    arm({ throttle: { retryAfter: 'date' } });
    expect(Date.parse((await graph('GET', '/me')).headers.get('retry-after') ?? '')).toBeGreaterThan(0);
    emulator.control.advanceClock(3);
    arm({ throttle: { retryAfter: null } });
    const bare = await graph('GET', '/me');
    expect([bare.status, bare.headers.get('retry-after')]).toEqual([429, null]);
  });
});

test('omitRefreshToken keeps the new refresh token back', async () => {
  arm({ omitRefreshToken: true }, { match: { path: '/token$' } });
  const { status, body } = await requestToken(emulator, { grant_type: 'refresh_token', refresh_token: tokens.refresh });
  expect(status).toBe(200);
  expect(body).not.toHaveProperty('refresh_token');
});

test('truncateBody cuts an answer off, on both origins', async () => {
  arm({ truncateBody: 4 }, onContent);
  const response = await fetch(downloadUrl);
  expect(response.headers.get('content-length')).toBe('10');
  await expect(response.text()).rejects.toThrow();
  arm({ truncateBody: 4 });
  await expect(graph('GET', '/me')).rejects.toThrow();
});

test('match, skip and times choose the calls, and GET /faults tells how often it fired', async () => {
  arm({ graphError: 'serviceNotAvailable' }, { match: { method: 'get', path: '^/v1\\.0/me$' }, skip: 1, times: 2 });
  const statuses = [];
  for (let i = 0; i < 5; i++) statuses.push((await graph('GET', '/me')).status);
  expect(statuses).toEqual([200, 503, 503, 200, 200]);
  expect((await graph('GET', '/me/drive')).status).toBe(200);
  const listed = (await (await fetch(`${emulator.url}/_emulator/faults`)).json()) as object[];
  expect(listed).toMatchObject([{ fired: 2, skipped: 1 }]);
  await fetch(`${emulator.url}/_emulator/faults`, { method: 'DELETE' });
  expect(emulator.control.faults()).toEqual([]);
});

describe('on the content origin', () => {
  const uploadUrl = async () =>
    (await graph('POST', '/me/drive/root:/big.bin:/createUploadSession', {})).body.uploadUrl as string;
  const fragment = (url: string) =>
    fetch(url, { method: 'PUT', body: 'x'.repeat(10), headers: { 'content-range': 'bytes 0-9/20' } });
  const nextOf = async (url: string) =>
    ((await (await fetch(url)).json()) as { nextExpectedRanges: string[] }).nextExpectedRanges;
  const onUpload = { match: { origin: 'content' as const, method: 'PUT' } };

  test('a fragment that is cut off before took no bytes, one that is cut off after did', async () => {
    const url = await uploadUrl();
    arm({ drop: 'before' }, onUpload);
    await expect(fragment(url)).rejects.toThrow();
    expect(await nextOf(url)).toEqual(['0-']);
    arm({ drop: 'after' }, onUpload);
    await expect(fragment(url)).rejects.toThrow();
    expect(await nextOf(url)).toEqual(['10-']);
  });

  test('a throttled download or fragment is refused again when it comes back early', async () => {
    const url = await uploadUrl();
    arm({ throttle: { retryAfter: '5' } }, onContent);
    const first = await fetch(downloadUrl);
    expect([first.status, first.headers.get('retry-after')]).toEqual([429, '5']);
    expect((await fragment(url)).status).toBe(429);
    expect(emulator.control.faults()[0]).toMatchObject({ fired: 1, earlyReturns: 1 });
    expect(emulator.control.requests().filter(({ early }) => early)).toMatchObject([{ method: 'PUT' }]);
    emulator.control.advanceClock(5);
    expect((await fragment(url)).status).toBe(202);
  });

  test('delayMs, status and truncateBody meet fragments', async () => {
    const url = await uploadUrl();
    arm({ status: 503, body: { busy: true } }, onUpload);
    const busy = await fragment(url);
    expect([busy.status, busy.headers.get('content-type'), await busy.json()]).toEqual([
      503,
      'application/json; charset=utf-8',
      { busy: true },
    ]);
    arm({ delayMs: 120 }, onUpload);
    const start = performance.now();
    expect((await fragment(url)).status).toBe(202);
    expect(performance.now() - start).toBeGreaterThan(110);
    arm({ truncateBody: 3 }, { match: { origin: 'content', method: 'GET' } });
    await expect((await fetch(url)).text()).rejects.toThrow();
  });

  test('match tells the origins apart', async () => {
    arm({ graphError: 'serviceNotAvailable' }, onContent);
    expect((await graph('GET', '/me')).status).toBe(200);
    expect((await fetch(downloadUrl)).status).toBe(503);
  });

  test('a save of the editor that is cut off before did nothing, one that is cut off after is there', async () => {
    const save = await openInEditor();
    const cTag = async () => (await graph('GET', '/me/drive/root:/x.docx')).body.cTag;
    const before = await cTag();
    arm({ drop: 'before' }, { match: { origin: 'content', path: '/blocks$' } });
    await expect(save()).rejects.toThrow();
    expect(await cTag()).toBe(before);
    arm({ drop: 'after' }, { match: { origin: 'content', path: '/blocks$' } });
    await expect(save()).rejects.toThrow();
    expect(await cTag()).not.toBe(before);
  });

  /** Ann opens a document of two paragraphs; what is answered saves it without the first. */
  async function openInEditor(): Promise<() => Promise<unknown>> {
    const paragraph = (id: string) => `<w:p w14:paraId="${id}"><w:r><w:t>${id}</w:t></w:r></w:p>`;
    const namespace = ' xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"';
    const xml = documentXml(`${paragraph('0A000001')}${paragraph('0A000002')}`, namespace);
    const put = await graph('PUT', '/me/drive/root:/x.docx:/content', wordFile('', { 'word/document.xml': xml }));
    emulator.control.advanceClock(5);
    const [, guid] = /\{([0-9A-F-]+)\}/i.exec(put.body.eTag) ?? [];
    const person = new Person();
    await person.signIn(await person.open(authorizeUrl(emulator)), 'ann@hospital.example', PASSWORD);
    const document = `${emulator.contentUrl}/_editor/documents/${guid}`;
    const opened = await person.request(`${document}/content`);
    const base = decodeURIComponent(opened.headers.get('x-editor-tag') ?? '');
    const body = { base, author: 'Ann', tab: 'tab-of-ann', sequence: 1, blocks: [], deleted: ['0A000001'] };
    const headers = { 'content-type': 'application/json', origin: emulator.contentUrl };
    return () => person.request(`${document}/blocks`, { method: 'POST', headers, body: JSON.stringify(body) });
  }
});

test('latencyMs makes every answer late', async () => {
  await emulator.close();
  emulator = await startTestEmulator({ config: aConfig({ behaviour: { latencyMs: 60 } }) });
  const start = performance.now();
  await fetch(`${emulator.url}/v1.0/me`);
  await fetch(emulator.contentUrl);
  expect(performance.now() - start).toBeGreaterThan(115);
});

test('a hanging call ends when its client gives up, and does not hold up the end', async () => {
  arm({ hang: true });
  await expect(fetch(`${emulator.url}/v1.0/me`, { signal: AbortSignal.timeout(100) })).rejects.toThrow('timeout');
  arm({ hang: true });
  const hanging = fetch(`${emulator.url}/v1.0/me`).catch(() => 'ended');
  while (emulator.control.faults().some(({ fired, times }) => fired < times)) await new Promise(setImmediate);
  await emulator.close();
  expect(await hanging).toBe('ended');
  emulator = await startTestEmulator();
});

test('an order that makes no sense is refused in words', async () => {
  for (const fault of [
    {},
    { graphError: 'sad' },
    { aadsts: 1 },
    { throttle: { retryAfter: 'soon' } },
    { status: 200, hang: true },
  ]) {
    const response = await fetch(`${emulator.url}/_emulator/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ fault }),
    });
    expect(response.status).toBe(400);
  }
  const refuse = (order: object) => () => emulator.control.addFault(order as FaultOrder);
  expect(refuse({ fault: {} })).toThrow('expected exactly one of status, graphError, aadsts');
  expect(refuse({ fault: { status: 500, drop: 'after' } })).toThrow('expected exactly one of');
  expect(refuse({ fault: { drop: 'after', often: true } })).toThrow('often');
  expect(refuse({ fault: { hang: true }, matches: {} })).toThrow('matches');
  expect(refuse({ fault: { hang: true }, match: { path: '(' } })).toThrow('expected a regular expression');
});
