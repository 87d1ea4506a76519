import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { graphFault, itemReply } from '../../test/drive-item-answer.ts';
import { type LoopbackGraph, startLoopbackGraph } from '../../test/loopback-graph.ts';
import { FolderKeyTaken, newFolderKey, openWorkingCopy, type WorkingCopyRequest } from '../index.ts';

let server: LoopbackGraph;
beforeEach(async () => {
  server = await startLoopbackGraph();
});
afterEach(() => server.close());

// Our clock is an hour ahead of Microsoft's: ages must be compared, not times.
const since = new Date('2026-11-25T09:00:00Z');
const request = (changes: Partial<WorkingCopyRequest> = {}): WorkingCopyRequest => ({
  folderKey: 'abcdefghij23',
  realName: 'Hand: hygiene.docx',
  content: { stream: () => Readable.from([Buffer.from('words')]), size: 5, contentType: 'text/plain' },
  since,
  now: () => new Date(since.getTime() + 30_000),
  isHeldByOther: () => false,
  ...changes,
});
const PATH = '/v1.0/me/drive/root:/MEGDocs/abcdefghij23/Hand-%20hygiene.docx';
const createdAgo = (seconds: number) => ({
  createdDateTime: new Date(Date.parse('2026-11-25T08:01:30Z') - seconds * 1000).toISOString(),
});

test('E2: opening costs one call, under a safe name in a folder of its own', async () => {
  server.replies.push(itemReply({}, 201));
  const item = await openWorkingCopy(server.graph, request());
  expect(item.itemId).toBe('01ABC');
  expect(server.calls()).toEqual([`PUT ${PATH}:/content?%40microsoft.graph.conflictBehavior=fail`]);
});

test('after a lost answer the copy that is there is adopted', async () => {
  server.replies.push({ drop: true }, itemReply(createdAgo(20)));
  expect(await openWorkingCopy(server.graph, request())).toMatchObject({ itemId: '01ABC' });
  expect(server.calls()[1]).toBe(`GET ${PATH}`);
});

test('after a lost call that left nothing it is made again', async () => {
  server.replies.push({ drop: true }, graphFault(404, 'itemNotFound'), itemReply({}, 201));
  expect(await openWorkingCopy(server.graph, request())).toMatchObject({ itemId: '01ABC' });
  expect(server.received[2]?.body).toBe('words');
});

test('a conflict with our own earlier call is adopted', async () => {
  server.replies.push(graphFault(409, 'nameAlreadyExists'), itemReply(createdAgo(31)));
  expect(await openWorkingCopy(server.graph, request())).toMatchObject({ itemId: '01ABC' });
});

test('what is older than the session is not ours: a new key is needed', async () => {
  server.replies.push(graphFault(409, 'nameAlreadyExists'), itemReply(createdAgo(40)));
  await expect(openWorkingCopy(server.graph, request())).rejects.toThrow(FolderKeyTaken);
});

test('what another session holds is not ours', async () => {
  server.replies.push(graphFault(409, 'nameAlreadyExists'), itemReply(createdAgo(20)));
  const asked: unknown[] = [];
  const isHeldByOther = async (ref: unknown) => asked.push(ref) > 0;
  await expect(openWorkingCopy(server.graph, request({ isHeldByOther }))).rejects.toThrow(FolderKeyTaken);
  expect(asked).toEqual([{ driveId: 'b!drive', itemId: '01ABC' }]);
});

test('a refusal is passed on without looking around', async () => {
  server.replies.push(graphFault(507, 'quotaLimitReached'));
  await expect(openWorkingCopy(server.graph, request())).rejects.toMatchObject({ kind: 'full' });
  expect(server.received).toHaveLength(1);
});

test('a folder key has 12 characters of a–z and 2–7, all of them in use', () => {
  const seen = new Set<string>();
  for (let round = 0; round < 500; round++) {
    const key = newFolderKey(randomBytes);
    expect(key).toMatch(/^[a-z2-7]{12}$/);
    for (const character of key) seen.add(character);
  }
  expect(seen.size).toBe(32);
});
