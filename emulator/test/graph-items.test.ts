import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Emulator } from '../src/index.ts';
import { connect, graphFor, paramsOf, redeem, startTestEmulator, tokensFor } from './cast.ts';

let emulator: Emulator;
let graph: ReturnType<typeof graphFor>;

beforeEach(async () => {
  emulator = await startTestEmulator();
  graph = graphFor(emulator, (await tokensFor(emulator)).access);
});

afterEach(() => emulator.close());

const upload = async (path: string, content = 'content', query = '') =>
  (await graph('PUT', `/me/drive/root:/${path}:/content${query}`, content)).body;
const byId = ({ id, parentReference }: { id: string; parentReference: { driveId: string } }, action = '') =>
  `/drives/${parentReference.driveId}/items/${id}${action}`;

describe('a small upload', () => {
  test('makes the folders of its path, and answers 201 with tags, ids and people', async () => {
    const { status, body } = await graph('PUT', '/me/drive/root:/A/B%20b/x.docx:/content', 'content');
    expect(status).toBe(201);
    expect(body.id).toMatch(/^01[A-Z2-7]{32}$/);
    expect(body.parentReference.driveId).toMatch(/^b![\w-]{64}$/);
    expect(body.eTag).toMatch(/^"\{[0-9A-F-]{36}\},1"$/);
    expect(body.cTag).toMatch(/^"c:\{[0-9A-F-]{36}\},1"$/);
    expect(body.parentReference.path).toMatch(/\/root:\/A\/B%20b$/);
    expect(body.lastModifiedBy.user).toMatchObject({ displayName: 'Ann Example', email: 'ann@hospital.example' });
    expect(
      body.webUrl.startsWith(
        `${emulator.contentUrl}/:w:/r/personal/ann_hospital_example/_layouts/15/Doc.aspx?sourcedoc=%7B`,
      ),
    ).toBe(true);
  });

  test('replaces by default with a new version and the same id, and answers 200', async () => {
    const first = await upload('x.txt', 'one');
    const { status, body } = await graph('PUT', '/me/drive/root:/x.txt:/content', 'two');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: first.id,
      eTag: first.eTag.replace(',1"', ',2"'),
      cTag: first.cTag.replace(',1"', ',2"'),
    });
    const versions = (await graph('GET', byId(body, '/versions'))).body.value;
    expect(versions.map((version: { id: string }) => version.id)).toEqual(['2.0', '1.0']);
  });

  test('is refused with 409 for conflictBehavior=fail, and finds another name for rename', async () => {
    await upload('x.txt');
    const fail = await graph('PUT', '/me/drive/root:/X.TXT:/content?@microsoft.graph.conflictBehavior=fail', 'two');
    expect(fail).toMatchObject({ status: 409, body: { error: { code: 'nameAlreadyExists' } } });
    expect((await upload('x.txt', 'three', '?@name.conflictBehavior=rename')).name).toBe('x 1.txt');
  });

  test('obeys If-Match', async () => {
    const item = await upload('x.txt');
    const refused = await graph('PUT', byId(item, '/content'), 'two', { 'if-match': '"{0},9"' });
    expect(refused).toMatchObject({ status: 412, body: { error: { code: 'resourceModified' } } });
    expect((await graph('PUT', byId(item, '/content'), 'two', { 'if-match': item.eTag })).status).toBe(200);
  });

  test('is refused for names that OneDrive does not take', async () => {
    for (const name of ['a%22b.txt', 'a%7Cb', '~x.docx', 'con', 'x.', '%20x', 'desktop.ini', 'a_vti_b']) {
      expect((await graph('PUT', `/me/drive/root:/${name}:/content`, 'x')).status, name).toBe(400);
    }
    expect((await upload("100%25 +&'%23.txt")).name).toBe("100% +&'#.txt");
  });

  test('is refused with 507 when the drive is full', async () => {
    emulator.control.changeUser('ann@hospital.example', { quotaBytes: 10 });
    expect((await graph('PUT', '/me/drive/root:/x.txt:/content', 'x'.repeat(11))).status).toBe(507);
    expect((await graph('GET', '/me/drive/root:/x.txt')).status).toBe(404);
  });
});

describe('an item', () => {
  test('is the same by id, by path, and from a folder, with colons and slashes encoded or not', async () => {
    const item = await upload('A/x.txt');
    const folder = (await graph('GET', '/me/drive/root:/A')).body;
    const { driveId } = item.parentReference;
    for (const path of [
      byId(item),
      `/me/drive/items/${item.id}`,
      '/me/drive/root:/a/X.txt:',
      '/me/drive/root%3A/A/x.txt',
      '/drive/root:/A%2Fx.txt',
      `/drives/${encodeURIComponent(driveId)}/root:/A/x.txt`,
      `/drives/${driveId}/items/${folder.id}:/x.txt`,
      `/drives/${driveId}/items/root:/A/x.txt:`,
    ]) {
      expect((await graph('GET', path)).body.id, path).toBe(item.id);
    }
  });

  test('answers what $select names, with or without the dollar, and refuses made-up properties', async () => {
    const item = await upload('x.txt');
    const { '@odata.context': _, ...selected } = (await graph('GET', byId(item, '?select=id,name'))).body;
    expect(selected).toEqual({ id: item.id, name: 'x.txt' });
    const url = (await graph('GET', byId(item, '?$select=id,@microsoft.graph.downloadUrl'))).body;
    expect(url).toHaveProperty(['@microsoft.graph.downloadUrl']);
    expect((await graph('GET', byId(item, '?$select=colour'))).status).toBe(400);
  });

  test('gives its content by a redirect to the content origin, whole or in part', async () => {
    const item = await upload('x.txt', '0123456789');
    const { status, headers } = await graph('GET', byId(item, '/content'));
    expect(status).toBe(302);
    const url = headers.get('location') ?? '';
    expect(url.startsWith(emulator.contentUrl)).toBe(true);
    expect(await (await fetch(url)).text()).toBe('0123456789');
    const part = await fetch(item['@microsoft.graph.downloadUrl'], { headers: { range: 'bytes=2-4' } });
    expect([part.status, await part.text(), part.headers.get('content-range')]).toEqual([206, '234', 'bytes 2-4/10']);
    expect((await fetch(url, { headers: { range: 'bytes=20-' } })).status).toBe(416);
  });

  test('has a download URL that lives an hour and needs no token', async () => {
    const { '@microsoft.graph.downloadUrl': url } = await upload('x.txt');
    const leaked = await fetch(url, { headers: { authorization: 'Bearer x' } });
    expect(leaked.status).toBe(401);
    expect(emulator.control.requests().at(-1)).toMatchObject({ origin: 'content', bearer: true, leakedBearer: true });
    expect((await fetch(url.replace(/tempauth=v1\.\d/, 'tempauth=v1.9'))).status).toBe(401);
    emulator.control.advanceClock(3601);
    expect((await fetch(url)).status).toBe(401);
  });

  test('is renamed and moved, which changes its eTag and not its cTag', async () => {
    const item = await upload('x.txt');
    const folder = (await graph('POST', '/me/drive/root/children', { name: 'F', folder: {} })).body;
    const { body } = await graph('PATCH', byId(item), { name: 'y.txt', parentReference: { id: folder.id } });
    expect(body).toMatchObject({ id: item.id, name: 'y.txt', cTag: item.cTag, parentReference: { id: folder.id } });
    expect(body.eTag).not.toBe(item.eTag);
    expect((await graph('PATCH', byId(item), { name: 'z.txt' }, { 'if-match': item.eTag })).status).toBe(412);
    expect((await graph('PATCH', byId(folder), { parentReference: { id: folder.id } })).status).toBe(400);
  });

  test('is deleted only while it is what the caller saw last', async () => {
    const item = await upload('x.txt');
    await graph('PUT', byId(item, '/content'), 'two');
    expect((await graph('DELETE', byId(item), undefined, { 'if-match': item.eTag })).status).toBe(412);
    expect((await graph('DELETE', byId(item))).status).toBe(204);
    expect((await graph('DELETE', byId(item))).status).toBe(404);
    expect((await graph('GET', byId(item))).body.error.code).toBe('itemNotFound');
  });

  test('is deleted for good with all below it', async () => {
    const item = await upload('A/x.txt');
    const folder = (await graph('GET', '/me/drive/root:/A')).body;
    expect((await graph('POST', byId(folder, '/permanentDelete'))).status).toBe(204);
    expect((await graph('GET', byId(item))).status).toBe(404);
    expect((await graph('GET', '/me/drive')).body.quota.used).toBe(0);
  });

  test('keeps its versions, which can be read and made current again', async () => {
    const item = await upload('x.txt', 'one');
    await graph('PUT', byId(item, '/content'), 'two');
    const { headers } = await graph('GET', byId(item, '/versions/1.0/content'));
    expect(await (await fetch(headers.get('location') ?? '')).text()).toBe('one');
    expect((await graph('GET', byId(item, '/versions/2.0/content'))).status).toBe(400);
    expect((await graph('POST', byId(item, '/versions/1.0/restoreVersion'))).status).toBe(204);
    const restored = (await graph('GET', byId(item))).body;
    expect(await (await fetch(restored['@microsoft.graph.downloadUrl'])).text()).toBe('one');
    expect((await graph('GET', byId(item, '/versions'))).body.value).toHaveLength(3);
  });
});

describe('children', () => {
  test('come in pages that follow one another, in the order asked for', async () => {
    for (const name of ['c', 'a', 'b', 'e', 'd']) await upload(`${name}.txt`, name.repeat(3));
    const names: string[] = [];
    let link = '/me/drive/root/children?$top=2&$orderby=name desc&$select=name';
    while (link) {
      const { body } = await graph('GET', link);
      names.push(...body.value.map((item: { name: string }) => item.name));
      link = body['@odata.nextLink'];
    }
    expect(names).toEqual(['e.txt', 'd.txt', 'c.txt', 'b.txt', 'a.txt']);
  });

  test('refuse a made-up page and a bad size', async () => {
    expect((await graph('GET', '/me/drive/root/children?$skiptoken=xxx')).status).toBe(400);
    expect((await graph('GET', '/me/drive/root/children?$top=-1')).status).toBe(400);
  });

  test('get a new folder, refused when the name is taken', async () => {
    const order = { name: 'New', folder: {}, '@microsoft.graph.conflictBehavior': 'fail' };
    expect((await graph('POST', '/me/drive/root/children', order)).status).toBe(201);
    expect((await graph('POST', '/me/drive/root/children', order)).status).toBe(409);
  });
});

describe('delta', () => {
  test('tells what changed since its link, deletions too, and nothing when nothing did', async () => {
    const item = await upload('x.txt');
    const first = (await graph('GET', '/me/drive/root/delta')).body;
    expect(first.value.map((row: { name: string }) => row.name).sort()).toEqual(['root', 'x.txt']);
    const quiet = (await graph('GET', first['@odata.deltaLink'])).body;
    expect(quiet.value).toEqual([]);
    await graph('DELETE', byId(item));
    const after = (await graph('GET', quiet['@odata.deltaLink'])).body;
    expect(after.value.find((row: { id: string }) => row.id === item.id)).toMatchObject({
      deleted: { state: 'deleted' },
    });
  });

  test('starts from now with token=latest, and leaves out cTag and author as work drives do', async () => {
    await upload('before.txt');
    const latest = (await graph('GET', "/me/drive/root/delta(token='latest')")).body;
    expect(latest.value).toEqual([]);
    await upload('after.docx');
    const rows = (await graph('GET', latest['@odata.deltaLink'])).body.value;
    const row = rows.find((one: { name: string }) => one.name === 'after.docx');
    expect(row).not.toHaveProperty('cTag');
    expect(row).not.toHaveProperty('lastModifiedBy');
    expect(row.webUrl).toMatch(/\/Documents\/after\.docx$/);
  });

  test('comes in pages, and an old token after a reset is answered with 410 and a fresh link', async () => {
    for (const name of ['a', 'b', 'c']) await upload(`${name}.txt`);
    const page = (await graph('GET', '/me/drive/root/delta?$top=2')).body;
    expect(page['@odata.nextLink']).toBeTruthy();
    const rest = (await graph('GET', page['@odata.nextLink'])).body;
    expect([...page.value, ...rest.value]).toHaveLength(4);
    await emulator.control.reset();
    graph = graphFor(emulator, (await tokensFor(emulator)).access);
    const gone = await graph('GET', rest['@odata.deltaLink']);
    expect(gone.status).toBe(410);
    expect((await graph('GET', gone.headers.get('location') ?? '')).status).toBe(200);
  });
});

describe('who may', () => {
  test('a token that is missing, malformed, unknown or expired is refused in those words', async () => {
    const reply = async (authorization: string) => {
      const response = await fetch(`${emulator.url}/v1.0/me`, { headers: authorization ? { authorization } : {} });
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toContain('authorization_uri=');
      return ((await response.json()) as { error: { message: string } }).error.message;
    };
    expect(await reply('')).toBe('Access token is empty.');
    expect(await reply('Bearer junk')).toContain('not well formed');
    expect(await reply('bearer a.b.c')).toContain('Signature is invalid');
    const { access } = await tokensFor(emulator);
    emulator.control.advanceClock(2 * 3600);
    expect(await reply(`Bearer ${access}`)).toBe('Lifetime validation failed, the token is expired.');
  });

  test("nobody reaches another's drive, and scopes bound what a token may do", async () => {
    const item = await upload('x.txt');
    const other = graphFor(emulator, (await tokensFor(emulator, 'bob@hospital.example')).access);
    expect((await other('GET', byId(item))).status).toBe(403);
    const visit = await connect(emulator, 'bob@hospital.example', { scope: 'openid Files.Read' });
    const reader = graphFor(emulator, (await redeem(emulator, paramsOf(visit).get('code'))).body.access_token);
    expect((await reader('GET', '/me/drive/root')).status).toBe(200);
    expect((await reader('PUT', '/me/drive/root:/y.txt:/content', 'y')).status).toBe(403);
    expect((await reader('GET', '/me')).status).toBe(403);
  });

  test("A6: writing to another's file needs an .All scope that writes", async () => {
    const item = await upload('x.txt');
    const invitation = { recipients: [{ email: 'bob@hospital.example' }], roles: ['write'], requireSignIn: true };
    await graph('POST', byId(item, '/invite'), invitation);
    const bobWith = async (scope: string) => {
      const visit = await connect(emulator, 'bob@hospital.example', { scope: `openid ${scope}` });
      return graphFor(emulator, (await redeem(emulator, paramsOf(visit).get('code'))).body.access_token);
    };
    const reader = await bobWith('Files.ReadWrite Files.Read.All');
    expect((await reader('GET', byId(item))).status).toBe(200);
    expect((await reader('PUT', '/me/drive/root:/own.txt:/content', 'y')).status).toBe(201);
    expect((await reader('PUT', byId(item, '/content'), 'y')).status).toBe(403);
    expect((await reader('PATCH', byId(item), { description: 'y' })).status).toBe(403);
    const writer = await bobWith('Files.ReadWrite.All');
    expect((await writer('PUT', byId(item, '/content'), 'y')).status).toBe(200);
  });

  test("an account without OneDrive has no drive: 404 in Microsoft's words", async () => {
    emulator.control.changeUser('ann@hospital.example', { oneDrive: false });
    expect((await graph('GET', '/me/drive')).body.error).toMatchObject({
      code: 'ResourceNotFound',
      message: "User's mysite not found.",
    });
  });
});

describe('what is not done', () => {
  test('is answered with 501 that names it: routes, query options, headers, properties', async () => {
    const message = async (method: string, path: string, body?: unknown, headers = {}) => {
      const reply = await graph(method, path, body, headers);
      expect(reply.status, path).toBe(501);
      return reply.body.error.message as string;
    };
    expect(await message('GET', '/me/messages')).toContain('/me/messages');
    expect(await message('GET', '/me/drive/root/children?$filter=size gt 1')).toContain("'filter'");
    expect(await message('GET', '/me/drive/root', undefined, { prefer: 'respond-async' })).toContain('Prefer');
    expect(await message('POST', '/me/drive/root/children', { name: 'x', folder: {}, color: 'y' })).toContain(
      "'color'",
    );
    expect(await message('POST', '/me/drive/root/follow', {})).toContain('/follow');
    expect((await fetch(`${emulator.url}/nowhere`)).status).toBe(501);
  });

  test('is never a crash: malformed ids, paths, bodies and headers give 4xx', async () => {
    for (const path of [
      '/drives/x/root',
      '/me/drive/items/x',
      '/me/drive/items/01%00',
      '/me/drive/root:/%E0%A4%A',
      '/me/drive/root:/a::b',
    ]) {
      const { status } = await graph('GET', path);
      expect([400, 404], path).toContain(status);
    }
    const broken = await graph('POST', '/me/drive/root/children', '{"name":', { 'content-type': 'application/json' });
    expect(broken).toMatchObject({ status: 400, body: { error: { code: 'BadRequest' } } });
    const odd = await graph('POST', '/me/drive/root/children', '[]', { 'content-type': '///;;' });
    expect(odd.status).toBe(400);
  });
});

test('/me, /organization and /oidc/userinfo tell who and where', async () => {
  expect((await graph('GET', '/me')).body).toMatchObject({ displayName: 'Ann Example', mail: 'ann@hospital.example' });
  expect((await graph('GET', '/organization')).body.value[0]).toMatchObject({
    displayName: 'Hospital',
    verifiedDomains: [{ name: 'hospital.example', isDefault: true }],
  });
  expect((await graph('GET', `${emulator.url}/oidc/userinfo`)).body).toMatchObject({ name: 'Ann Example' });
  expect((await graph('GET', '/me/drives')).body.value).toHaveLength(1);
});
