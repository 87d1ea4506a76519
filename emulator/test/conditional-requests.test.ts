import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Emulator } from '../src/index.ts';
import { graphFor, startTestEmulator, tokensFor } from './cast.ts';

let emulator: Emulator;
let graph: ReturnType<typeof graphFor>;

beforeEach(async () => {
  emulator = await startTestEmulator();
  graph = graphFor(emulator, (await tokensFor(emulator)).access);
});

afterEach(() => emulator.close());

const NEW_ONLY = { 'if-none-match': '*' };
const content = async () =>
  (await fetch((await graph('GET', '/me/drive/root:/x.txt')).body['@microsoft.graph.downloadUrl'])).text();
const refusal = { status: 412, body: { error: { code: 'resourceModified' } } };

const putLast = (url: string, text: string) =>
  fetch(url, {
    method: 'PUT',
    headers: { 'content-range': `bytes 0-${text.length - 1}/${text.length}` },
    body: text,
  });

test('B5: who puts only what is not there yet overwrites nothing', async () => {
  expect((await graph('PUT', '/me/drive/root:/x.txt:/content', 'one', NEW_ONLY)).status).toBe(201);
  expect(await graph('PUT', '/me/drive/root:/x.txt:/content', 'two', NEW_ONLY)).toMatchObject(refusal);
  const { body } = await graph('GET', '/me/drive/root:/x.txt');
  const byTag = { 'if-none-match': body.eTag };
  expect(await graph('PUT', `/me/drive/items/${body.id}/content`, 'two', byTag)).toMatchObject(refusal);
  expect(await content()).toBe('one');
  const other = { 'if-none-match': '"{0},9"' };
  expect((await graph('PUT', '/me/drive/root:/x.txt:/content', 'two', other)).status).toBe(200);
});

test('B5: an upload session asks for it when it begins, and again with its last byte', async () => {
  const path = '/me/drive/root:/x.txt:/createUploadSession';
  const order = { item: { '@microsoft.graph.conflictBehavior': 'replace' } };
  const { uploadUrl } = (await graph('POST', path, order, NEW_ONLY)).body;
  await graph('PUT', '/me/drive/root:/x.txt:/content', 'one');
  expect((await putLast(uploadUrl, 'two')).status).toBe(412);
  expect(await content()).toBe('one');
  expect(await graph('POST', path, order, NEW_ONLY)).toMatchObject(refusal);
});

test('B5: so does the commit of what a session holds', async () => {
  const path = '/me/drive/root:/x.txt';
  const { uploadUrl } = (await graph('POST', `${path}:/createUploadSession`)).body;
  await graph('PUT', `${path}:/content`, 'one');
  expect((await putLast(uploadUrl, 'two')).status).toBe(409);
  const order = { '@microsoft.graph.sourceUrl': uploadUrl, '@microsoft.graph.conflictBehavior': 'replace' };
  expect(await graph('PUT', path, order, NEW_ONLY)).toMatchObject(refusal);
  expect(await content()).toBe('one');
});

test('who knows the tag of an item, its content or its children is not told again', async () => {
  await graph('PUT', '/me/drive/root:/F/x.txt:/content', 'one');
  for (const path of ['/F/x.txt', '/F/x.txt:/content', '/F:/children']) {
    const { eTag } = (await graph('GET', `/me/drive/root:${path.replace(/:.*/, '')}`)).body;
    const answer = await graph('GET', `/me/drive/root:${path}`, undefined, { 'if-none-match': eTag });
    expect([path, answer.status]).toEqual([path, 304]);
    const changed = await graph('GET', `/me/drive/root:${path}`, undefined, { 'if-none-match': '"{0},9"' });
    expect(changed.status).toBeLessThan(303);
  }
});
