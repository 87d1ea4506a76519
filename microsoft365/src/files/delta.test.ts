import { afterEach, beforeEach, expect, test } from 'vitest';
import { type LoopbackGraph, startLoopbackGraph } from '../../test/loopback-graph.ts';
import { readDriveChanges } from '../index.ts';

let server: LoopbackGraph;
beforeEach(async () => {
  server = await startLoopbackGraph();
});
afterEach(() => server.close());

const DRIVE = 'b!drive';
const LATEST = 'GET /v1.0/drives/b!drive/root/delta?token=latest';
const linkTo = (token: string) => `${server.url}/v1.0/drives/b!drive/root/delta?token=${token}`;
const page = (value: object[], links: object, headers: Record<string, string> = {}) => ({
  status: 200,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify({ value, ...links }),
});
const last = (value: object[], token: string, headers?: Record<string, string>) =>
  page(value, { '@odata.deltaLink': linkTo(token) }, headers);

test('E5: begins at now, and says that any item may have changed', async () => {
  server.replies.push(last([], 'first'));
  const changes = await readDriveChanges(server.graph, DRIVE, undefined);
  expect(changes).toEqual({ itemIds: [], any: true, cursor: linkTo('first'), isMore: false, calls: 1 });
  expect(server.calls()).toEqual([LATEST]);
});

test('E5: goes on at the link, over all pages, and names each item once and the root never', async () => {
  server.replies.push(
    page(
      [
        { id: '01ROOT', root: {} },
        { id: '01A', file: {} },
      ],
      { '@odata.nextLink': linkTo('page2') },
    ),
    last(
      [
        { id: '01A', file: {} },
        { id: '01B', file: {}, deleted: { state: 'deleted' } },
      ],
      'second',
    ),
  );
  const changes = await readDriveChanges(server.graph, DRIVE, linkTo('first'));
  expect(changes).toEqual({ itemIds: ['01A', '01B'], any: false, cursor: linkTo('second'), isMore: false, calls: 2 });
});

test('what lay in a folder that was deleted may be gone: any item may have changed', async () => {
  server.replies.push(last([{ id: '01FOLDER', folder: {}, deleted: {} }], 'second'));
  expect((await readDriveChanges(server.graph, DRIVE, linkTo('first'))).any).toBe(true);
});

test('a place that Microsoft has forgotten is given up, and nothing is taken for unchanged', async () => {
  const forgotten = [
    { status: 410, body: JSON.stringify({ error: { code: 'resyncRequired', message: 'Resync required.' } }) },
    { status: 400, body: JSON.stringify({ error: { code: 'invalidRequest', message: 'Invalid paging token' } }) },
  ];
  for (const reply of forgotten) {
    server.received.length = 0;
    server.replies.push(reply, last([], 'anew'));
    const changes = await readDriveChanges(server.graph, DRIVE, linkTo('old'));
    expect(changes).toMatchObject({ any: true, cursor: linkTo('anew'), calls: 2 });
    expect(server.calls()[1]).toBe(LATEST);
  }
});

test('a link to another host is not followed with the token', async () => {
  server.replies.push(page([], { '@odata.deltaLink': 'https://elsewhere.example/v1.0/delta?token=x' }));
  await expect(readDriveChanges(server.graph, DRIVE, linkTo('first'))).rejects.toMatchObject({
    code: 'unusable_changes',
  });
  server.replies.push(last([], 'anew'));
  await readDriveChanges(server.graph, DRIVE, 'https://elsewhere.example/v1.0/delta?token=x');
  expect(server.calls().at(-1)).toBe(LATEST);
});

test('an endless list is cut, and goes on there the next time', async () => {
  for (let at = 1; at <= 20; at++)
    server.replies.push(page([{ id: `01I${at}`, file: {} }], { '@odata.nextLink': linkTo(`p${at}`) }));
  const changes = await readDriveChanges(server.graph, DRIVE, linkTo('first'));
  expect(changes).toMatchObject({ isMore: true, cursor: linkTo('p20'), calls: 20 });
});

test('says how much is left of the allowance, when Microsoft does', async () => {
  const headers = { 'ratelimit-limit': '1200', 'ratelimit-remaining': '120', 'ratelimit-reset': '33' };
  server.replies.push(last([], 'second', headers));
  const { rateLimit } = await readDriveChanges(server.graph, DRIVE, linkTo('first'));
  expect(rateLimit).toEqual({ limit: 1200, remaining: 120, resetSeconds: 33 });
});
