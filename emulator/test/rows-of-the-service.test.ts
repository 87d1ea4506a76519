import { request as send } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Emulator } from '../src/index.ts';
import {
  aConfigWith,
  type ConfigChanges,
  connect,
  graphFor,
  paramsOf,
  personalConfig,
  personalToken,
  redeem,
  requestToken,
  startTestEmulator,
  tokensFor,
} from './cast.ts';

let emulator: Emulator;
let work: ReturnType<typeof graphFor>;
let home: ReturnType<typeof graphFor>;

beforeEach(async () => {
  emulator = await startTestEmulator({ config: personalConfig() });
  work = graphFor(emulator, (await tokensFor(emulator)).access);
  home = graphFor(emulator, await personalToken(emulator));
});

afterEach(() => emulator.close());

async function restartWith(changes: ConfigChanges, login?: string): Promise<void> {
  await emulator.close();
  emulator = await startTestEmulator({ config: aConfigWith(changes) });
  work = graphFor(emulator, (await tokensFor(emulator, login)).access);
}

const X = '/me/drive/root:/x.txt';
const put = (graph: typeof work, path: string, content: string) =>
  graph('PUT', `/me/drive/root:/${path}:/content`, content);
const quota = async (graph: typeof work) => (await graph('GET', '/me/drive')).body.quota;

describe('the recycle bin', () => {
  test('B2: counts as used and as deleted, with all versions and all that lies in a folder', async () => {
    await put(home, 'F/G/x.txt', '12345');
    await put(home, 'F/G/x.txt', '123');
    const { id } = (await put(home, 'y.txt', '1234567')).body;
    expect(await quota(home)).toMatchObject({ used: 15, deleted: 0 });
    const folder = (await home('GET', '/me/drive/root:/F')).body;
    await home('DELETE', `/me/drive/items/${folder.id}`);
    await home('DELETE', `/me/drive/items/${id}`);
    expect(await quota(home)).toMatchObject({ used: 15, deleted: 15, fileCount: expect.any(Number) });
    await home('POST', `/me/drive/items/${folder.id}/restore`, {});
    expect(await quota(home)).toMatchObject({ used: 15, deleted: 7 });
    expect((await home('GET', '/me/drive/root:/F')).body.size).toBe(3);
  });

  test('B11: what was deleted for good counts no more', async () => {
    await put(work, 'F/x.txt', '12345');
    await put(work, 'y.txt', '12');
    const { id, parentReference } = (await work('GET', '/me/drive/root:/F')).body;
    await work('POST', `/drives/${parentReference.driveId}/items/${id}/permanentDelete`);
    expect(await quota(work)).toMatchObject({ used: 2, deleted: 0 });
    await work('DELETE', '/me/drive/root:/y.txt');
    expect(await quota(work)).toMatchObject({ used: 2, deleted: 2 });
  });
});

test('B2: a tenant without SharePoint has no drives and no sites', async () => {
  await restartWith({ tenant: { sharePointLicense: false } });
  for (const path of ['/me/drive', '/me/drives', '/me/drive/root/children', '/sites/root', '/sites?search=*']) {
    const { status, body } = await work('GET', path);
    expect([path, status, body.error.code]).toEqual([path, 400, 'BadRequest']);
    expect(body.error.message).toBe('Tenant does not have a SPO license.');
  }
  expect((await work('GET', '/me')).status).toBe(200);
});

test('B10: anonymous links can be switched off for a tenant', async () => {
  await put(work, 'x.txt', 'x');
  expect((await work('POST', `${X}:/createLink`, { type: 'view', scope: 'anonymous' })).status).toBe(201);
  await restartWith({ tenant: { anonymousLinks: false } });
  await put(work, 'x.txt', 'x');
  const refused = await work('POST', `${X}:/createLink`, { type: 'view', scope: 'anonymous' });
  expect(refused).toMatchObject({ status: 403, body: { error: { code: 'notAllowed' } } });
  expect((await work('POST', `${X}:/createLink`, { type: 'view' })).status).toBe(201);
});

test('A14: revoking all sessions ends them, and needs a permission of its own', async () => {
  expect((await work('POST', '/me/revokeSignInSessions')).status).toBe(403);
  const login = 'chief@hospital.example';
  const visit = await connect(emulator, login, { scope: 'offline_access User.ReadWrite.All' });
  const { access_token, refresh_token } = (await redeem(emulator, paramsOf(visit).get('code'))).body;
  emulator.control.advanceClock(60);
  const revoked = await graphFor(emulator, access_token)('POST', '/me/revokeSignInSessions');
  expect(revoked).toMatchObject({ status: 200, body: { value: true } });
  const refreshed = await requestToken(emulator, { grant_type: 'refresh_token', refresh_token });
  expect(refreshed.body.error_codes).toEqual([50173]);
});

describe('an upload session', () => {
  const begin = async (graph: typeof work, body: object = {}) =>
    (await graph('POST', `${X}:/createUploadSession`, body)).body.uploadUrl as string;
  const fragment = (url: string, headers: Record<string, string> = {}) =>
    fetch(url, { method: 'PUT', headers: { 'content-range': 'bytes 0-4/5', ...headers }, body: '12345' });

  test('B6: wants the length of a fragment before it: 411', async () => {
    const url = await begin(work);
    const status = await new Promise((resolve, reject) => {
      const headers = { 'content-range': 'bytes 0-4/5', 'transfer-encoding': 'chunked' };
      const sent = send(url, { method: 'PUT', headers }, (answer) => resolve(answer.resume().statusCode));
      sent.on('error', reject).end('12345');
    });
    expect(status).toBe(411);
    expect((await fragment(url)).status).toBe(201);
  });

  test('B5: a deferred one is committed by POST at work, and by PUT on the path in a personal drive', async () => {
    const commit = (graph: typeof work, url: string) => graph('PUT', X, { '@microsoft.graph.sourceUrl': url });
    const atWork = await begin(work, { deferCommit: true });
    expect((await fragment(atWork)).status).toBe(202);
    expect((await commit(work, atWork)).status).toBe(400);
    expect((await fetch(atWork, { method: 'POST' })).status).toBe(201);
    const atHome = await begin(home, { deferCommit: true });
    expect((await fragment(atHome)).status).toBe(202);
    expect((await fetch(atHome, { method: 'POST' })).status).toBe(400);
    expect(await commit(home, atHome)).toMatchObject({ status: 201, body: { size: 5 } });
  });
});

describe('setting the times of the client’s own file system (B8)', () => {
  const times = { fileSystemInfo: { lastModifiedDateTime: '2001-02-03T04:05:06Z' } };
  const versionsAt = async (graph: typeof work, path: string) =>
    (await graph('GET', `${path}:/versions`)).body.value.map(({ size }: { size: number }) => size);

  test('B8: makes a version of a work file with the same content, and none of a personal one', async () => {
    for (const graph of [work, home]) await put(graph, 'x.txt', 'same');
    const { cTag } = (await work('GET', X)).body;
    expect(await work('PATCH', X, times)).toMatchObject({ status: 200, body: { ...times, cTag } });
    expect(await versionsAt(work, X)).toEqual([4, 4]);
    await work('PATCH', X, { description: 'no version' });
    expect(await versionsAt(work, X)).toHaveLength(2);
    await home('PATCH', X, times);
    expect(await versionsAt(home, X)).toEqual([4]);
    await work('DELETE', `${X}:/versions/1.0`);
    const { body } = await work('GET', X);
    expect(await (await fetch(body['@microsoft.graph.downloadUrl'])).text()).toBe('same');
  });
});
