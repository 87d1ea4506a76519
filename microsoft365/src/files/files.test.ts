import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { graphFault, ITEM, itemReply } from '../../test/drive-item-answer.ts';
import { type LoopbackGraph, startLoopbackGraph } from '../../test/loopback-graph.ts';
import { startLoopbackServer } from '../../test/loopback-server.ts';
import {
  createGraph,
  deleteItem,
  downloadContent,
  findByPath,
  getItem,
  SIMPLE_UPLOAD_LIMIT_BYTES,
  uploadNew,
} from '../index.ts';

let server: LoopbackGraph;
beforeEach(async () => {
  server = await startLoopbackGraph();
});
afterEach(() => server.close());

const REF = { driveId: 'b!drive', itemId: '01ABC' };
const PATH = ['MEGDocs', 'abcdefghij23', "it's #1 100%.docx"];
const PUT = `PUT /v1.0/me/drive/root:/MEGDocs/abcdefghij23/it%27s%20%231%20100%25.docx:/content?%40microsoft.graph.conflictBehavior=fail`;
const content = (body = 'hello world') => ({
  stream: () => Readable.from([Buffer.from(body)]),
  size: body.length,
  contentType: 'application/octet-stream',
});

test('E2: a small upload is one PUT that replaces nothing', async () => {
  server.replies.push(itemReply({}, 201));
  const item = await uploadNew(server.graph, PATH, content());
  expect(server.calls()).toEqual([PUT]);
  expect(server.received[0]?.body).toBe('hello world');
  expect(item).toEqual({
    ...REF,
    name: ITEM.name,
    size: 11,
    eTag: ITEM.eTag,
    cTag: ITEM.cTag,
    webUrl: ITEM.webUrl,
    createdAt: new Date('2026-11-25T08:00:00Z'),
    lastModifiedAt: new Date('2026-11-25T08:01:00Z'),
    lastModifiedBy: { oid: 'oid-1', name: 'Ada Author', email: 'author@stmarys.example', tid: undefined },
    downloadUrl: undefined,
    readAt: new Date('2026-11-25T08:01:30Z'),
  });
});

test('missing folders, said with 404 or 409, are made, and the PUT is repeated once', async () => {
  for (const missing of [graphFault(404, 'itemNotFound'), graphFault(409, 'invalidRequest')]) {
    server.received.length = 0;
    server.replies.push(missing, graphFault(409, 'nameAlreadyExists'), itemReply({}, 201), itemReply({}, 201));
    await uploadNew(server.graph, PATH, content());
    expect(server.calls()).toEqual([
      PUT,
      'POST /v1.0/me/drive/root/children',
      'POST /v1.0/me/drive/root:/MEGDocs:/children',
      PUT,
    ]);
    expect(JSON.parse(server.received[1]?.body ?? '')).toEqual({
      name: 'MEGDocs',
      folder: {},
      '@microsoft.graph.conflictBehavior': 'fail',
    });
    expect(server.received[3]?.body).toBe('hello world');
  }
});

test('a bare stream can be repeated too', async () => {
  server.replies.push(graphFault(404, 'itemNotFound'), itemReply({}, 201), itemReply({}, 201), itemReply({}, 201));
  await uploadNew(server.graph, PATH, { ...content(), stream: Readable.from([Buffer.from('hello world')]) });
  expect(server.received.at(-1)?.body).toBe('hello world');
});

test('a stream of another length than stated is not sent', async () => {
  for (const body of ['hello', 'hello world and more']) {
    const stream = Readable.from([Buffer.from(body)]);
    await expect(uploadNew(server.graph, PATH, { ...content(), stream })).rejects.toThrow(RangeError);
  }
  expect(server.received).toHaveLength(0);
});

test('a taken name is a conflict, without another call', async () => {
  server.replies.push(graphFault(409, 'nameAlreadyExists'));
  await expect(uploadNew(server.graph, PATH, content())).rejects.toMatchObject({ kind: 'conflict' });
  expect(server.received).toHaveLength(1);
});

test('a full drive and a missing one are told apart', async () => {
  server.replies.push(graphFault(507, 'quotaLimitReached'));
  await expect(uploadNew(server.graph, PATH, content())).rejects.toMatchObject({ kind: 'full' });
  server.replies.push(graphFault(404, 'ResourceNotFound'), graphFault(404, 'ResourceNotFound'));
  await expect(uploadNew(server.graph, PATH, content())).rejects.toMatchObject({ kind: 'not-found' });
});

test('above 4 MiB nothing is sent', async () => {
  const large = { ...content(), size: SIMPLE_UPLOAD_LIMIT_BYTES + 1 };
  await expect(uploadNew(server.graph, PATH, large)).rejects.toMatchObject({ kind: 'too-large' });
  expect(server.received).toHaveLength(0);
});

test('names that would leave their folder are refused', async () => {
  for (const name of ['..', '.', '']) await expect(findByPath(server.graph, ['A', name])).rejects.toThrow(TypeError);
  server.replies.push(itemReply());
  await findByPath(server.graph, ['a/../b']);
  expect(server.calls()).toEqual(['GET /v1.0/me/drive/root:/a%2F..%2Fb']);
});

test('an item is addressed by drive and id, and "!" survives', async () => {
  server.replies.push(itemReply({ parentReference: undefined }));
  const item = await getItem(server.graph, { driveId: 'b!drive', itemId: '8A!s1' });
  expect(server.calls()).toEqual(['GET /v1.0/drives/b!drive/items/8A!s1']);
  expect(item.driveId).toBe('b!drive');
});

test('nothing at a path is undefined, a failure is not', async () => {
  server.replies.push(graphFault(404, 'itemNotFound'));
  expect(await findByPath(server.graph, ['A'])).toBeUndefined();
  server.replies.push(graphFault(403, 'accessDenied'));
  await expect(findByPath(server.graph, ['A'])).rejects.toMatchObject({ kind: 'forbidden' });
});

test('an answer that is no item is unavailable, not a crash', async () => {
  for (const body of ['null', '[]', '"x"', '{"id":1}', '<html>']) {
    server.replies.push({ headers: { 'content-type': 'application/json' }, body });
    await expect(getItem(server.graph, REF)).rejects.toMatchObject({ name: 'GraphError', kind: 'unavailable' });
  }
});

test('deleting sends the tag; gone counts as deleted; changed and locked do not', async () => {
  server.replies.push({ status: 204 }, graphFault(404, 'itemNotFound'));
  await deleteItem(server.graph, REF, { ifMatch: ITEM.eTag });
  await deleteItem(server.graph, REF, { ifMatch: ITEM.eTag });
  expect(server.received[0]?.headers['if-match']).toBe('"{6A1F},3"');
  server.replies.push(graphFault(412, 'resourceModified'), graphFault(423, 'resourceLocked'));
  await expect(deleteItem(server.graph, REF, { ifMatch: ITEM.eTag })).rejects.toMatchObject({ kind: 'changed' });
  await expect(deleteItem(server.graph, REF, { ifMatch: ITEM.eTag })).rejects.toMatchObject({ kind: 'locked' });
});

test('S46: a download goes to its own host without the token, and only to a trusted one', async () => {
  const files = await startLoopbackServer(({ url }) =>
    url === '/moved' ? { status: 302, headers: { location: '/d' } } : { body: 'the words' },
  );
  const host = new URL(files.url).host;
  const { graph } = server;
  const trusting = createGraph({
    endpoints: { ...graph.endpoints, fileHosts: [host] },
    tokens: { accessToken: async () => 'canary-token' },
  });
  expect(await text(await downloadContent(trusting, { ...REF, downloadUrl: `${files.url}/moved` }))).toBe('the words');
  server.replies.push({ status: 302, headers: { location: `${files.url}/d` } });
  expect(await text(await downloadContent(trusting, REF))).toBe('the words');
  expect(JSON.stringify(files.received)).not.toMatch(/canary|authorization/i);
  const before = files.received.length;
  await expect(downloadContent(graph, { ...REF, downloadUrl: `${files.url}/d` })).rejects.toMatchObject({
    code: 'untrusted_address',
  });
  server.replies.push({ status: 302, headers: { location: 'https://evil.example/d' } });
  await expect(downloadContent(trusting, REF)).rejects.toMatchObject({ code: 'untrusted_address' });
  expect(files.received).toHaveLength(before);
  await files.close();
});

test('S46: a download that is sent on to an untrusted host, or round and round, stops', async () => {
  const files = await startLoopbackServer(({ url }) => ({
    status: 302,
    headers: { location: url === '/away' ? 'http://127.0.0.1:1/x' : url },
  }));
  const endpoints = { ...server.graph.endpoints, fileHosts: [new URL(files.url).host] };
  const graph = createGraph({ endpoints, tokens: { accessToken: async () => 't' } });
  for (const path of ['/away', '/round']) {
    const item = { ...REF, downloadUrl: `${files.url}${path}` };
    await expect(downloadContent(graph, item)).rejects.toMatchObject({ code: 'untrusted_address' });
  }
  await files.close();
});

test('a download address that has run out is replaced by way of /content', async () => {
  const downloadUrl = `${server.url}/old`;
  server.replies.push({ status: 403 }, { body: 'the words' });
  expect(await text(await downloadContent(server.graph, { ...REF, downloadUrl }))).toBe('the words');
  expect(server.calls()).toEqual(['GET /old', 'GET /v1.0/drives/b!drive/items/01ABC/content']);
});

test('a download that breaks off fails as unavailable', async () => {
  server.replies.push({ body: 'the wo', breakAfterBody: true });
  const stream = await downloadContent(server.graph, REF);
  await expect(text(stream)).rejects.toMatchObject({ name: 'GraphError', kind: 'unavailable' });
});
