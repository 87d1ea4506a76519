import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Emulator, EmulatorConfig } from '../src/index.ts';
import { aClock, aConfig, graphFor, personalConfig, personalToken, startTestEmulator, tokensFor } from './cast.ts';

let emulator: Emulator;
let graph: ReturnType<typeof graphFor>;

async function start(behaviour: EmulatorConfig['behaviour'] = {}): Promise<void> {
  emulator = await startTestEmulator({ config: aConfig({ behaviour }), clock: aClock() });
  graph = graphFor(emulator, (await tokensFor(emulator)).access);
}

beforeEach(() => start());
afterEach(() => emulator.close());

const put = async (path: string, content = 'x') =>
  (await graph('PUT', `/me/drive/root:/${path}:/content`, content)).body;
// biome-ignore lint/suspicious/noExplicitAny: the tests look into an answer of another protocol
type Row = any;

/** Follows a round to its end. */
async function round(first: string): Promise<{ rows: Row[]; pages: number; deltaLink: string }> {
  const rows: Row[] = [];
  for (let next = first, pages = 1; ; pages++) {
    const { body } = await graph('GET', next);
    rows.push(...body.value);
    if (body['@odata.deltaLink']) return { rows, pages, deltaLink: body['@odata.deltaLink'] };
    next = body['@odata.nextLink'];
  }
}

test('B12: the root comes first, then each item with its path, in as many pages as asked for', async () => {
  for (const name of ['a', 'b', 'c']) await put(`F/${name}.txt`);
  const { rows, pages } = await round('/me/drive/root/delta?$top=2');
  expect(pages).toBe(3);
  expect(rows.map(({ name }) => name)).toEqual(['root', 'F', 'a.txt', 'b.txt', 'c.txt']);
  expect(rows[2].parentReference.path).toMatch(/root:\/F$/);
  expect(rows[2].cTag).toBeUndefined();
});

test('B12: an item that changes while pages are read is told again, and deletions only to who knew of it', async () => {
  const early = await put('early.txt');
  const gone = await put('gone.txt');
  await graph('DELETE', `/me/drive/items/${gone.id}`);
  await put('late.txt');
  const first = await graph('GET', '/me/drive/root/delta?$top=2');
  await graph('PATCH', `/me/drive/items/${early.id}`, { name: 'renamed.txt' });
  const meanwhile = await put('meanwhile.txt');
  await graph('DELETE', `/me/drive/items/${meanwhile.id}`);
  const rest = await round(first.body['@odata.nextLink']);
  const names = [...first.body.value, ...rest.rows].map(({ name }) => name);
  expect(names).toEqual(['root', 'early.txt', 'late.txt', 'renamed.txt', undefined]);
  expect(rest.rows.at(-1)).toMatchObject({ id: meanwhile.id, deleted: {} });
  await graph('DELETE', `/me/drive/items/${early.id}`);
  const { rows } = await round(rest.deltaLink);
  expect(rows.find(({ id }) => id === early.id)).toMatchObject({ deleted: { state: 'deleted' } });
});

test('B12: latest tells nothing, and a time stamp what came after it', async () => {
  await put('before.txt');
  const { rows, deltaLink } = await round('/me/drive/root/delta?token=latest');
  expect(rows).toEqual([]);
  emulator.control.advanceClock(60);
  await put('after.txt');
  expect((await round(deltaLink)).rows.map(({ name }) => name)).toEqual(['root', 'after.txt']);
  const since = await round("/me/drive/root/delta(token='2026-03-02T10:00:30Z')");
  expect(since.rows.map(({ name }) => name)).toEqual(['root', 'after.txt']);
});

test('B12: a token runs out with 410, and its Location starts afresh', async () => {
  await put('kept.txt');
  const { deltaLink } = await round('/me/drive/root/delta');
  emulator.control.advanceClock(31 * 24 * 3_600);
  graph = graphFor(emulator, (await tokensFor(emulator)).access);
  const lost = await graph('GET', deltaLink);
  expect(lost).toMatchObject({
    status: 410,
    body: { error: { code: 'resyncRequired', innerError: { code: 'resyncChangesApplyDifferences' } } },
  });
  expect((await round(lost.headers.get('location') ?? '')).rows.map(({ name }) => name)).toEqual(['root', 'kept.txt']);
});

test('B12: a token from before a loss asks for what the client still has', async () => {
  for (const name of ['a', 'b', 'c']) await put(`${name}.txt`);
  const { deltaLink } = await round('/me/drive/root/delta');
  emulator.control.reset();
  graph = graphFor(emulator, (await tokensFor(emulator)).access);
  const lost = await graph('GET', deltaLink);
  expect(lost.status).toBe(410);
  expect(lost.body.error.innerError.code).toBe('resyncChangesUploadDifferences');
});

test('B18: only personal drives tell of a folder, and what leaves it is deleted there', async () => {
  await put('F/in.txt');
  expect((await graph('GET', '/me/drive/root:/F:/delta')).status).toBe(400);
  await emulator.close();
  emulator = await startTestEmulator({ config: personalConfig() });
  graph = graphFor(emulator, await personalToken(emulator));
  const item = await put('F/in.txt');
  await put('outside.txt');
  const first = await round('/me/drive/root:/F:/delta');
  expect(first.rows.map(({ name }) => name)).toEqual(['F', 'in.txt']);
  expect(first.rows[1].file.hashes).toMatchObject({ sha1Hash: '11F6AD8EC52A2984ABAAFD7C3B516503785C2072' });
  await graph('PATCH', `/me/drive/items/${item.id}`, { parentReference: { id: 'root' } });
  expect((await round(first.deltaLink)).rows.at(-1)).toMatchObject({ id: item.id, deleted: {} });
});

test('B12: with deltaLagMs a change is told later', async () => {
  await emulator.close();
  await start({ deltaLagMs: 30_000 });
  const { deltaLink } = await round('/me/drive/root/delta');
  await put('slow.txt');
  expect((await round(deltaLink)).rows).toEqual([]);
  emulator.control.advanceClock(31);
  expect((await round(deltaLink)).rows.map(({ name }) => name)).toContain('slow.txt');
});
