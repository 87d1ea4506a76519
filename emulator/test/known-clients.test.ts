import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Emulator } from '../src/index.ts';
import { graphFor, personalConfig, personalToken, startTestEmulator, tokensFor } from './cast.ts';

let emulator: Emulator;
let graph: ReturnType<typeof graphFor>;

beforeEach(async () => {
  emulator = await startTestEmulator({ config: personalConfig() });
  graph = graphFor(emulator, (await tokensFor(emulator)).access);
});

afterEach(() => emulator.close());

const upload = async (path: string, content = 'content') =>
  (await graph('PUT', `/me/drive/root:/${path}:/content`, content)).body;

test('a download may ask for files that a virus scan has marked', async () => {
  await upload('x.txt');
  expect((await graph('GET', '/me/drive/root:/x.txt:/content?AVOverride=1')).status).toBe(302);
});

test.each(['/me/drive', '/me/drive/', '/drives/{id}', '/drives/{id}/'])(
  '$select takes properties of the drive at %s',
  async (path) => {
    const { id } = (await graph('GET', '/me/drive')).body;
    const { status, body } = await graph('GET', `${path.replace('{id}', id)}?$select=id,driveType`);
    expect(status).toBe(200);
    expect(Object.keys(body).sort()).toEqual(['@odata.context', 'driveType', 'id']);
  },
);

test.each(['/me/drives', '/sites/root/drives', '/me/drive/root:/x.txt:/permissions'])(
  '$select takes properties of each row of %s',
  async (path) => {
    await upload('x.txt');
    const { status, body } = await graph('GET', `${path}?$select=id`);
    expect(status).toBe(200);
    expect(body.value.length).toBeGreaterThan(0);
    for (const row of body.value) expect(Object.keys(row)).toEqual(['id']);
  },
);

test('Prefer: Include-Feature=AddToOneDrive is a wish for what is done anyway', async () => {
  const prefer = { prefer: 'Include-Feature=AddToOneDrive' };
  expect((await graph('GET', '/me/drive/root/children', undefined, prefer)).status).toBe(200);
});

test("B3: children('name') names an item of a folder, with its quotes doubled", async () => {
  const item = await upload("F/it's 100%25.txt");
  const folder = `/me/drive/items/${item.parentReference.id}`;
  for (const name of ["children('it''s%20100%25.txt')", 'children(%27it%27%27s%20100%25.txt%27)']) {
    const { status, body } = await graph('GET', `${folder}/${name}`);
    expect([name, status, body.id]).toEqual([name, 200, item.id]);
  }
  expect((await graph('GET', "/me/drive/root/children('F')/children('it''s%20100%25.txt')")).body.id).toBe(item.id);
  expect((await graph('GET', `${folder}/children('none')`)).status).toBe(404);
});

test('B3: the name may stand in the query, under an alias', async () => {
  const item = await upload("F/it's.txt");
  const folder = `/me/drive/items/${item.parentReference.id}`;
  for (const call of ["children('@a1')?@a1='it''s.txt'", 'children(@a1)?%40a1=%27it%27%27s.txt%27'])
    expect((await graph('GET', `${folder}/${call}`)).body.id).toBe(item.id);
  const written = await graph('PUT', `${folder}/children('@a1')/content?@a1='new%20one.txt'`, 'new');
  expect(written).toMatchObject({ status: 201, body: { name: 'new one.txt', size: 3 } });
  const replaced = await graph('PUT', `${folder}/children('new%20one.txt')/content`, 'newer');
  expect(replaced).toMatchObject({ status: 200, body: { id: written.body.id, size: 5 } });
  expect((await graph('GET', `${folder}/children('@a1')?@a1='it''s.txt'&@a2=1`)).status).toBe(501);
});

test('a new folder takes a description and the times of the client', async () => {
  const fileSystemInfo = { createdDateTime: '2001-02-03T04:05:06Z', lastModifiedDateTime: '2002-02-03T04:05:06Z' };
  const order = { name: 'F', folder: {}, description: 'Old things', fileSystemInfo };
  expect(await graph('POST', '/me/drive/root/children', order)).toMatchObject({
    status: 201,
    body: { description: 'Old things', fileSystemInfo },
  });
});

test('B8: an earlier version of a work file can be deleted, the current one not', async () => {
  await upload('x.txt', 'one');
  await upload('x.txt', 'two');
  const versions = '/me/drive/root:/x.txt:/versions';
  expect((await graph('DELETE', `${versions}/2.0`)).status).toBe(400);
  expect((await graph('DELETE', `${versions}/1.0`)).status).toBe(204);
  expect((await graph('DELETE', `${versions}/1.0`)).status).toBe(404);
  expect((await graph('GET', versions)).body.value).toMatchObject([{ id: '2.0', size: 3 }]);
});

test('B8: personal drives delete no versions', async () => {
  const home = graphFor(emulator, await personalToken(emulator));
  for (const content of ['one', 'two']) await home('PUT', '/me/drive/root:/x.txt:/content', content);
  const [, older] = (await home('GET', '/me/drive/root:/x.txt:/versions')).body.value;
  expect((await home('DELETE', `/me/drive/root:/x.txt:/versions/${older.id}`)).status).toBe(400);
});

test("B12: delta?(token='…') is delta(token='…')", async () => {
  const link = new URL((await graph('GET', '/me/drive/root/delta')).body['@odata.deltaLink']);
  const item = await upload('x.txt');
  const token = link.searchParams.get('token');
  for (const call of [`delta?(token='${token}')`, `delta?(token=%27${token}%27)`, `delta(token='${token}')`]) {
    const { status, body } = await graph('GET', `/me/drive/root/${call}`);
    expect(status).toBe(200);
    expect(body.value.map(({ id }: { id: string }) => id)).toContain(item.id);
    expect(body.value).toHaveLength(2);
  }
});
