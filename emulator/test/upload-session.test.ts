import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Emulator } from '../src/index.ts';
import { graphFor, startTestEmulator, tokensFor } from './cast.ts';

const UNIT = 327_680;

let emulator: Emulator;
let graph: ReturnType<typeof graphFor>;

beforeEach(async () => {
  emulator = await startTestEmulator();
  graph = graphFor(emulator, (await tokensFor(emulator)).access);
});

afterEach(() => emulator.close());

const start = async (body: unknown = {}, name = 'big.bin') =>
  (await graph('POST', `/me/drive/root:/F/${name}:/createUploadSession`, body)).body.uploadUrl as string;
const put = async (url: string, from: number, content: Uint8Array, total: number, headers = {}) => {
  const range = `bytes ${from}-${from + content.length - 1}/${total}`;
  const response = await fetch(url, { method: 'PUT', body: content, headers: { 'content-range': range, ...headers } });
  // biome-ignore lint/suspicious/noExplicitAny: the tests look into an answer of another protocol
  return { status: response.status, body: (await response.json()) as any };
};

test('a file comes in fragments, and only the last one makes it', async () => {
  const url = await start();
  const content = Buffer.alloc(UNIT + 10, 'ab');
  const first = await put(url, 0, content.subarray(0, UNIT), content.length);
  expect(first).toMatchObject({ status: 202, body: { nextExpectedRanges: [`${UNIT}-`] } });
  expect((await graph('GET', '/me/drive/root:/F/big.bin')).status).toBe(404);
  expect(await (await fetch(url, { headers: { authorization: 'Bearer x' } })).json()).toMatchObject({
    nextExpectedRanges: [`${UNIT}-`],
  });
  const last = await put(url, UNIT, content.subarray(UNIT), content.length);
  expect(last).toMatchObject({ status: 201, body: { name: 'big.bin', size: content.length } });
  expect(
    Buffer.from(await (await fetch(last.body['@microsoft.graph.downloadUrl'])).arrayBuffer()).equals(content),
  ).toBe(true);
  expect((await fetch(url)).status).toBe(404);
});

test('what was sent already and what leaves a gap is refused with 416', async () => {
  const url = await start();
  await put(url, 0, Buffer.alloc(UNIT), UNIT * 3);
  expect((await put(url, 0, Buffer.alloc(UNIT), UNIT * 3)).body.error).toMatchObject({
    code: 'invalidRange',
    innererror: { code: 'fragmentOverlap' },
  });
  expect((await put(url, UNIT * 2, Buffer.alloc(UNIT), UNIT * 3)).body.error).toMatchObject({
    innererror: { code: 'fragmentOutOfOrder' },
  });
  expect((await put(url, UNIT, Buffer.alloc(UNIT), UNIT * 4)).status).toBe(416);
});

test('a bearer token on an upload URL is a leak: refused and recorded', async () => {
  const url = await start();
  expect((await put(url, 0, Buffer.alloc(10), 10, { authorization: 'Bearer x' })).status).toBe(401);
  expect(emulator.control.requests().some(({ leakedBearer }) => leakedBearer)).toBe(true);
  expect(emulator.control.requests().some((entry) => JSON.stringify(entry).includes('tempauth='))).toBe(false);
});

test('a cancelled session is gone, and so is one of another secret', async () => {
  const url = await start();
  expect((await fetch(url.replace(/tempauth=.{5}/, 'tempauth=xxxxx'))).status).toBe(404);
  expect((await fetch(url, { method: 'DELETE' })).status).toBe(204);
  expect((await put(url, 0, Buffer.alloc(10), 10)).status).toBe(404);
});

test('a taken name shows at the last byte: 409 by default, replaced when asked for', async () => {
  await graph('PUT', '/me/drive/root:/F/big.bin:/content', 'old');
  const refused = await put(await start(), 0, Buffer.alloc(10), 10);
  expect(refused).toMatchObject({ status: 409, body: { error: { code: 'nameAlreadyExists' } } });
  const url = await start({ item: { '@microsoft.graph.conflictBehavior': 'replace', name: 'big.bin' } });
  expect((await put(url, 0, Buffer.alloc(10), 10)).status).toBe(200);
});

test('fragments that are no multiple of 320 KiB fail at the end', async () => {
  const url = await start();
  expect((await put(url, 0, Buffer.alloc(1000), 2000)).status).toBe(202);
  expect((await put(url, 1000, Buffer.alloc(1000), 2000)).status).toBe(400);
});

test('deferCommit keeps the file back until it is asked for', async () => {
  const url = await start({ deferCommit: true });
  expect((await put(url, 0, Buffer.alloc(10), 10)).status).toBe(202);
  expect((await graph('GET', '/me/drive/root:/F/big.bin')).status).toBe(404);
  expect((await fetch(url, { method: 'POST' })).status).toBe(201);
});

test('malformed ranges are refused, never a crash', async () => {
  const url = await start();
  for (const range of ['', 'bytes 0-9', 'bytes 9-0/10', 'bytes 0-99999999999999999999/1', 'bytes 0-9/5', 'x']) {
    const response = await fetch(url, { method: 'PUT', body: Buffer.alloc(10), headers: { 'content-range': range } });
    expect([400, 416], range).toContain(response.status);
  }
  expect((await graph('POST', '/me/drive/root:/F/y:/createUploadSession', { item: { fileSize: -1 } })).status).toBe(
    400,
  );
});

test('B5: after a conflict the bytes stay, and sourceUrl commits them under another name', async () => {
  await graph('PUT', '/me/drive/root:/F/big.bin:/content', 'old');
  const url = await start();
  expect((await put(url, 0, Buffer.alloc(10), 10)).status).toBe(409);
  expect(await (await fetch(url)).json()).toMatchObject({ nextExpectedRanges: [] });
  const commit = (path: string, changes: object) =>
    graph('PUT', path, { '@microsoft.graph.sourceUrl': url, ...changes });
  expect((await commit('/me/drive/root:/F', { name: 'big.bin' })).status).toBe(409);
  const committed = await commit('/me/drive/root:/F/big.bin', { '@microsoft.graph.conflictBehavior': 'rename' });
  expect(committed).toMatchObject({ status: 201, body: { name: 'big 1.bin', size: 10 } });
  expect((await commit('/me/drive/root:/F', { name: 'other.bin' })).status).toBe(404);
});

test('B5: an upload session ends after its time, and by its item facets comes what they say', async () => {
  const url = await start({
    item: { description: 'a note', fileSystemInfo: { lastModifiedDateTime: '2020-01-01T00:00:00Z' } },
  });
  const done = await put(url, 0, Buffer.alloc(10), 10);
  expect(done.body).toMatchObject({
    description: 'a note',
    fileSystemInfo: { lastModifiedDateTime: '2020-01-01T00:00:00Z' },
  });
  const late = await start({}, 'late.bin');
  emulator.control.advanceClock(8 * 24 * 3_600);
  expect((await put(late, 0, Buffer.alloc(10), 10)).status).toBe(404);
});
