import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../src/index.ts';
import { aConfig, type GraphReply, graphFor, startTestEmulator, tokensFor } from './cast.ts';

let emulator: Emulator;
let graph: ReturnType<typeof graphFor>;

beforeEach(async () => {
  emulator = await startTestEmulator();
  graph = graphFor(emulator, (await tokensFor(emulator)).access);
});

afterEach(() => emulator.close());

const put = async (path: string, content = 'x', drive = '/me/drive') =>
  (await graph('PUT', `${drive}/root:/${path}:/content`, content)).body;
const namesAt = async (path: string) => {
  const { body } = await graph('GET', path);
  return (body.value as { name: string }[]).map(({ name }) => name);
};

/** Asks the monitor, without a token, until it is over. */
async function outcome({ status, headers }: GraphReply): Promise<Record<string, unknown>> {
  expect(status).toBe(202);
  for (;;) {
    const response = await fetch(headers.get('location') ?? '');
    const job = (await response.json()) as Record<string, unknown>;
    expect(job).toMatchObject({ operation: 'ItemCopy', percentageComplete: expect.any(Number) });
    if (response.status === 200) return job;
  }
}

describe('a copy (B11)', () => {
  test('B11: a folder is copied whole, and its monitor names the copy', async () => {
    await put('From/a.txt', 'one');
    await put('From/Sub/b.txt', 'two');
    const { body: to } = await graph('POST', '/me/drive/root/children', { name: 'To', folder: {} });
    const order = { parentReference: { id: to.id }, name: 'Copy' };
    const done = await outcome(await graph('POST', '/me/drive/root:/From:/copy', order));
    expect(done).toMatchObject({ status: 'completed', percentageComplete: 100 });
    expect((await graph('GET', `/me/drive/items/${done.resourceId}`)).body.name).toBe('Copy');
    const { body } = await graph('GET', '/me/drive/root:/To/Copy/Sub/b.txt');
    expect(await (await fetch(body['@microsoft.graph.downloadUrl'])).text()).toBe('two');
    expect(await namesAt('/me/drive/root:/From:/children')).toEqual(['a.txt', 'Sub']);
  });

  test('B11: a name that is taken fails by the monitor, or is numbered when asked for', async () => {
    await put('same.txt');
    const failed = await outcome(await graph('POST', '/me/drive/root:/same.txt:/copy', {}));
    expect(failed).toMatchObject({ status: 'failed', error: { code: 'nameAlreadyExists' } });
    const path = '/me/drive/root:/same.txt:/copy?@microsoft.graph.conflictBehavior=rename';
    await outcome(await graph('POST', path, {}));
    expect(await namesAt('/me/drive/root/children')).toEqual(['same 1.txt', 'same.txt']);
  });
});

describe('finding', () => {
  test('B11: search finds every word of a name, quotes and all, page by page', async () => {
    for (const name of ["Ann's plan 1.txt", "Ann's plan 2.txt", 'Other.txt']) await put(`Deep/er/${name}`);
    const first = await graph('GET', "/me/drive/root/search(q='ann''s PLAN')?$top=1");
    expect(first.body.value).toMatchObject([{ name: "Ann's plan 1.txt", searchResult: {} }]);
    expect(await namesAt(first.body['@odata.nextLink'])).toEqual(["Ann's plan 2.txt"]);
    expect(await namesAt("/drive/search(q='other')")).toEqual(['Other.txt']);
    const { body: deep } = await graph('GET', '/me/drive/root:/Deep');
    expect(await namesAt(`/me/drive/items/${deep.id}/search(q='nothing')`)).toEqual([]);
  });

  test('B11: recent tells the files that changed last, newest first', async () => {
    await put('first.txt');
    emulator.control.advanceClock(10);
    await put('second.txt');
    expect(await namesAt('/me/drive/recent')).toEqual(['second.txt', 'first.txt']);
  });

  test('B11: special folders are made at first use, and keep their meaning when renamed', async () => {
    const { body } = await graph('GET', '/me/drive/special/approot');
    expect(body).toMatchObject({ name: 'Test app', specialFolder: { name: 'approot' } });
    await graph('PUT', '/me/drive/special/approot:/in/here.txt:/content', 'x');
    await graph('PATCH', `/me/drive/items/${body.id}`, { name: 'Renamed' });
    expect(await namesAt('/me/drive/special/approot:/in:/children')).toEqual(['here.txt']);
    expect((await graph('GET', '/me/drive/special/nonsense')).status).toBe(404);
  });

  test('B1: $expand shows children and permissions, $select what is named, also within', async () => {
    await put('E/child.txt');
    const path =
      '/me/drive/root:/E?$select=name,parentReference/driveId&$expand=children($select=name;$top=1),permissions';
    const { body } = await graph('GET', path);
    expect(body.children).toEqual([{ name: 'child.txt' }]);
    expect(body.permissions).toMatchObject([{ roles: ['owner'] }]);
    expect(Object.keys(body.parentReference)).toEqual(['driveId']);
    expect((await graph('GET', '/me/drive/root?$expand=thumbnails')).status).toBe(501);
  });

  test('B3: names with #, %, quotes and emoji, trailing colons, %2F and ids in any case lead to the item', async () => {
    const name = "it's 100% #1 🎉.txt";
    const item = await put(encodeURIComponent(name), 'odd');
    expect(item.name).toBe(name);
    for (const path of [
      `/me/drive/root:/${encodeURIComponent(name)}:`,
      `/me/drive/root%3A%2F${encodeURIComponent(name)}`,
      `/drive/root:/:/children`,
      `/me/drive/items/${item.id.toLowerCase()}`,
      `/users/ann@hospital.example/drive/items/${item.id}`,
    ]) {
      const { status, body } = await graph('GET', path);
      expect(status, path).toBe(200);
      expect((body.value?.[0] ?? body).id, path).toBe(item.id);
    }
    expect((await graph('HEAD', '/me/drive/root')).status).toBe(200);
  });
});

describe('a document library (B18)', () => {
  test('B18: is found by its site, and holds files like a drive', async () => {
    const { body: found } = await graph('GET', '/sites?search=team');
    const [site] = found.value;
    expect(site).toMatchObject({ displayName: 'Team site', webUrl: expect.stringMatching(/\/sites\/team$/) });
    expect((await graph('GET', '/sites/hospital.example:/sites/team')).body.id).toBe(site.id);
    expect((await graph('GET', '/sites/root')).body).toMatchObject({ root: {}, siteCollection: {} });
    const { body: drives } = await graph('GET', `/sites/${site.id}/drives`);
    expect(drives.value).toMatchObject([{ driveType: 'documentLibrary', name: 'Documents', owner: { group: {} } }]);
    const item = await put('A/plan.docx', 'x', `/sites/${site.id}/drive`);
    expect(item.parentReference).toMatchObject({ driveType: 'documentLibrary', siteId: expect.any(String) });
    expect(item.webUrl).toMatch(/\/:w:\/r\/sites\/team\/_layouts\/15\/Doc.aspx/);
    expect((await graph('GET', `/sites/x:/sites/team:/drive/root:/A/plan.docx`)).body.id).toBe(item.id);
    const bob = graphFor(emulator, (await tokensFor(emulator, 'bob@hospital.example')).access);
    expect((await bob('GET', `/drives/${drives.value[0].id}/items/${item.id}`)).status).toBe(200);
    expect(await (await fetch(item['@microsoft.graph.downloadUrl'])).text()).toBe('x');
  });

  test('B18: a site with members is closed to others, and read-only to visitors', async () => {
    await emulator.close();
    const config = aConfig();
    const site = { name: 'board', displayName: 'Board', members: ['bob@hospital.example'] };
    if (config.tenants?.[0])
      config.tenants[0].sites = [site, { ...site, name: 'news', visitors: ['ann@hospital.example'] }];
    emulator = await startEmulator({ port: 0, config });
    graph = graphFor(emulator, (await tokensFor(emulator)).access);
    expect((await graph('GET', '/sites/x:/sites/board')).status).toBe(403);
    expect((await graph('GET', '/sites/x:/sites/news:/drive/root/children')).status).toBe(200);
    expect((await graph('PUT', '/sites/x:/sites/news:/drive/root:/a.txt:/content', 'x')).status).toBe(403);
  });
});

describe('other forms of a file (B7)', () => {
  test('B7: ?format=pdf leads to a PDF that holds the text', async () => {
    const item = await put('table.csv', 'name;value\nGrüße (an alle);1');
    const { status, headers } = await graph('GET', `/me/drive/items/${item.id}/content?format=pdf`);
    expect(status).toBe(302);
    const pdf = await fetch(headers.get('location') ?? '');
    expect(pdf.headers.get('content-type')).toBe('application/pdf');
    const text = Buffer.from(await pdf.arrayBuffer()).toString('latin1');
    expect(text).toMatch(/^%PDF-1\.4/);
    expect(text).toContain('Grüße \\(an alle\\);1');
    expect(Number(/startxref\n(\d+)/.exec(text)?.[1])).toBe(text.indexOf('\nxref\n') + 1);
  });

  test('B7: what cannot be converted is refused with 406', async () => {
    const item = await put('plain.bin');
    const refused = await graph('GET', `/me/drive/items/${item.id}/content?format=pdf`);
    expect(refused.status).toBe(406);
    expect(refused.body.error.innerError.code).toBe('InputFormatNotSupported');
    const broken = await graph('GET', `/me/drive/items/${(await put('broken.docx', 'no zip')).id}/content?format=pdf`);
    expect((await fetch(broken.headers.get('location') ?? '')).status).toBe(406);
  });

  test('B11: a preview can be framed without a token, and ends within the hour', async () => {
    const item = await put('seen.txt', 'seen');
    const { getUrl } = (await graph('POST', `/me/drive/items/${item.id}/preview`, {})).body;
    const shown = await fetch(getUrl);
    expect(await shown.text()).toBe('seen');
    expect(shown.headers.get('x-frame-options')).toBeNull();
    emulator.control.advanceClock(3_601);
    expect((await fetch(getUrl)).status).toBe(401);
  });
});
