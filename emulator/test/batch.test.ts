import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Emulator } from '../src/index.ts';
import { graphFor, startTestEmulator, tokensFor } from './cast.ts';

let emulator: Emulator;
let graph: ReturnType<typeof graphFor>;

beforeAll(async () => {
  emulator = await startTestEmulator();
  graph = graphFor(emulator, (await tokensFor(emulator)).access);
});

afterAll(() => emulator.close());
beforeEach(() => {
  emulator.control.clearFaults();
  emulator.control.clearRequests();
});

const json = { 'Content-Type': 'application/json' };
const octets = { 'Content-Type': 'application/octet-stream' };
const base64 = (text: string) => Buffer.from(text).toString('base64');

// biome-ignore lint/suspicious/noExplicitAny: the tests look into an answer of another protocol
type Part = { id: string; status: number; headers: Record<string, string>; body?: any };

/** Runs a batch and answers its parts by id. */
async function batch(...requests: object[]): Promise<Record<string, Part>> {
  const { status, body } = await graph('POST', '/$batch', { requests });
  expect(status).toBe(200);
  const parts = body.responses as Part[];
  expect(parts).toHaveLength(requests.length);
  return Object.fromEntries(parts.map((part) => [part.id, part]));
}

test('each part has its own status, headers and body', async () => {
  const { me, file, none } = await batch(
    { id: 'me', method: 'GET', url: '/me' },
    {
      id: 'file',
      method: 'put',
      url: 'me/drive/root:/A/x.bin:/content',
      headers: octets,
      body: base64('\u0000bytes'),
    },
    { id: 'none', method: 'GET', url: '/me/drive/root:/nothing' },
  );
  expect(me).toMatchObject({ status: 200, body: { userPrincipalName: 'ann@hospital.example' } });
  expect(me?.headers['Content-Type']).toContain('application/json');
  expect(file).toMatchObject({ status: 201, body: { name: 'x.bin', size: 6 } });
  expect(none).toMatchObject({ status: 404, body: { error: { code: 'itemNotFound', innerError: {} } } });
});

test('a download is a 302 with its Location inside, which leads to the bytes', async () => {
  await graph('PUT', '/me/drive/root:/d.txt:/content', 'the text');
  const { d } = await batch({ id: 'd', method: 'GET', url: '/me/drive/root:/d.txt:/content' });
  expect(d?.status).toBe(302);
  expect(await (await fetch(d?.headers.Location ?? '')).text()).toBe('the text');
});

test('dependsOn makes an order, whatever the order in the list; 424 follows a failure down the chain', async () => {
  const folder = { name: 'chain', folder: {}, '@microsoft.graph.conflictBehavior': 'fail' };
  const make = { method: 'POST', url: '/me/drive/root/children', headers: json, body: folder };
  const { first, second, third, fourth, free } = await batch(
    { id: 'fourth', method: 'GET', url: '/me', dependsOn: ['third'] },
    { id: 'third', method: 'GET', url: '/me/drive/root:/chain', dependsOn: ['second'] },
    { id: 'second', ...make, dependsOn: ['first'] },
    { id: 'first', ...make },
    { id: 'free', method: 'GET', url: '/me' },
  );
  expect([first, second, third, fourth, free].map((part) => part?.status)).toEqual([201, 409, 424, 424, 200]);
  expect(third?.body.error).toMatchObject({ code: 'FailedDependency', innerError: { date: expect.any(String) } });
});

describe('a batch that makes no sense is refused whole, and nothing is done', () => {
  const put = { method: 'PUT', url: '/me/drive/root:/never.txt:/content', headers: octets, body: base64('x') };
  const cases: Record<string, object[]> = {
    'no requests': [],
    'twenty-one requests': Array.from({ length: 21 }, (_, id) => ({ id: `${id}`, method: 'GET', url: '/me' })),
    'an id used twice': [
      { id: '1', ...put },
      { id: '1', method: 'GET', url: '/me' },
    ],
    'no id': [{ ...put }],
    'an unknown method': [{ id: '1', ...put, method: 'TRACE' }],
    'a dependency that is not there': [{ id: '1', ...put, dependsOn: ['2'] }],
    'a circle': [
      { id: '1', ...put, dependsOn: ['2'] },
      { id: '2', method: 'GET', url: '/me', dependsOn: ['1'] },
    ],
    'a body without its type': [{ id: '1', method: 'PUT', url: put.url, body: put.body }],
  };
  for (const [what, requests] of Object.entries(cases)) {
    test(what, async () => {
      const { status, body } = await graph('POST', '/$batch', { requests });
      expect([status, body.error.code]).toEqual([400, 'BadRequest']);
      expect((await graph('GET', '/me/drive/root:/never.txt')).status).toBe(404);
    });
  }

  test('what the emulator would not obey is a 501', async () => {
    const odd = { id: '1', method: 'GET', url: '/me', atomicityGroup: 'g1' };
    expect((await graph('POST', '/$batch', { requests: [odd] })).status).toBe(501);
  });
});

test('twenty requests are allowed, and each is logged as a part of the batch', async () => {
  const requests = Array.from({ length: 20 }, (_, id) => ({ id: `${id}`, method: 'GET', url: '/me?$select=id' }));
  expect(Object.values(await batch(...requests)).map(({ status }) => status)).toEqual(Array(20).fill(200));
  const [outer, ...parts] = emulator.control.requests();
  expect(outer).toMatchObject({ path: '/v1.0/$batch', status: 200 });
  expect(parts).toHaveLength(20);
  for (const part of parts) expect(part).toMatchObject({ path: '/v1.0/me', partOf: outer?.sequence, status: 200 });
});

test('URLs that are not relative, name a version or hold a batch are refused for their part alone', async () => {
  const { far, version, nested, fine } = await batch(
    { id: 'far', method: 'GET', url: `${emulator.url}/v1.0/me` },
    { id: 'version', method: 'GET', url: '/v1.0/me' },
    { id: 'nested', method: 'POST', url: '/$batch', headers: json, body: { requests: [] } },
    { id: 'fine', method: 'GET', url: '/me' },
  );
  expect([far?.status, version?.status, nested?.status, fine?.status]).toEqual([400, 400, 400, 200]);
});

test('a part acts for the caller of the batch, whatever it says of itself', async () => {
  const bob = (await tokensFor(emulator, 'bob@hospital.example')).access;
  const { me } = await batch({ id: 'me', method: 'GET', url: '/me', headers: { Authorization: `Bearer ${bob}` } });
  expect(me?.body.userPrincipalName).toBe('ann@hospital.example');
  const anonymous = graphFor(emulator, 'nothing');
  expect((await anonymous('POST', '/$batch', { requests: [{ id: '1', method: 'GET', url: '/me' }] })).status).toBe(401);
});

test('headers of a part are obeyed', async () => {
  const { body } = await graph('PUT', '/me/drive/root:/tag.txt:/content', 'x');
  const { stale, fresh } = await batch(
    {
      id: 'stale',
      method: 'PATCH',
      url: `/me/drive/items/${body.id}`,
      headers: { ...json, 'If-Match': 'x' },
      body: {},
    },
    { id: 'fresh', method: 'GET', url: `/me/drive/items/${body.id}`, headers: { 'If-None-Match': body.eTag } },
  );
  expect([stale?.status, fresh?.status]).toEqual([412, 304]);
});

describe('faults meet parts', () => {
  test('a throttled part has its own 429 and Retry-After, the others go on', async () => {
    emulator.control.addFault({ match: { path: '^/v1.0/me$' }, fault: { throttle: { retryAfter: '2.128' } } });
    const { a, b } = await batch({ id: 'a', method: 'GET', url: '/me' }, { id: 'b', method: 'GET', url: '/me/drive' });
    expect([a?.status, a?.headers['Retry-After'], b?.status]).toEqual([429, '2.128', 200]);
    expect(a?.body.error.code).toBe('activityLimitReached');
  });

  test('a dropped part takes the connection of the batch with it, after its effect', async () => {
    emulator.control.addFault({ match: { method: 'PUT' }, fault: { drop: 'after' } });
    const put = {
      id: 'a',
      method: 'PUT',
      url: '/me/drive/root:/gone.txt:/content',
      headers: octets,
      body: base64('x'),
    };
    await expect(graph('POST', '/$batch', { requests: [put] })).rejects.toThrow();
    expect((await graph('GET', '/me/drive/root:/gone.txt')).status).toBe(200);
  });

  test('a hanging part holds the batch until the client gives up', async () => {
    emulator.control.addFault({ match: { path: '/me$' }, fault: { hang: true } });
    const request = fetch(`${emulator.url}/v1.0/$batch`, {
      method: 'POST',
      headers: { authorization: `Bearer ${(await tokensFor(emulator)).access}`, ...json },
      body: JSON.stringify({ requests: [{ id: '1', method: 'GET', url: '/me' }] }),
      signal: AbortSignal.timeout(300),
    });
    await expect(request).rejects.toThrow('timeout');
  });
});

test('more than 4 MB is refused in words', async () => {
  const big = {
    id: '1',
    method: 'PUT',
    url: '/me/drive/root:/b:/content',
    headers: octets,
    body: 'A'.repeat(4_300_000),
  };
  const { status, body } = await graph('POST', '/$batch', { requests: [big] });
  expect([status, body.error.code]).toEqual([413, 'maxFileSizeExceeded']);
});
