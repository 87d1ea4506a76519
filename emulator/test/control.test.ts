import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../src/index.ts';
import {
  aConfig,
  CLIENT_ID,
  connect,
  graphFor,
  PASSWORD,
  paramsOf,
  requestToken,
  startTestEmulator,
  tokensFor,
} from './cast.ts';
import { Person } from './playing-a-person.ts';

let emulator: Emulator;
let graph: ReturnType<typeof graphFor>;

beforeEach(async () => {
  emulator = await startTestEmulator({ config: aConfig({ behaviour: { rewriteOfficeFiles: false } }) });
  graph = graphFor(emulator, (await tokensFor(emulator)).access);
});

afterEach(() => emulator.close());

const control = async (method: string, path: string, body?: unknown, headers = {}) => {
  const response = await fetch(`${emulator.url}/_emulator${path}`, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: the tests look into an answer of another protocol
  return { status: response.status, body: (await response.json()) as any };
};
const upload = async (name = 'x.docx', content = 'one') =>
  (await graph('PUT', `/me/drive/root:/${name}:/content`, content)).body;
const base64 = (text: string) => Buffer.from(text).toString('base64');

test('POST /reset goes back to the config: files, tokens, changes, faults, log and clock', async () => {
  await upload();
  await control('POST', '/users/ann@hospital.example', { disabled: true });
  await control('POST', '/faults', { fault: { graphError: 'accessDenied' }, times: 9 });
  await control('POST', '/clock', { advanceSeconds: 86_400 });
  expect((await control('POST', '/reset')).status).toBe(200);
  expect((await graph('GET', '/me')).status).toBe(401);
  expect(emulator.control.faults()).toEqual([]);
  graph = graphFor(emulator, (await tokensFor(emulator)).access);
  const root = await graph('GET', '/me/drive/root/children');
  expect(root.body.value).toEqual([]);
  expect(Math.abs(Date.parse(root.headers.get('date') ?? '') - Date.now())).toBeLessThan(5_000);
});

test('GET /requests tells the calls since a number, of both origins, and no secret', async () => {
  const before = (await control('GET', '/requests')).body.at(-1).sequence;
  const item = await upload();
  await fetch(item['@microsoft.graph.downloadUrl']);
  const { body } = await control('GET', `/requests?since=${before}`);
  expect(body).toMatchObject([
    {
      origin: 'main',
      method: 'PUT',
      path: '/v1.0/me/drive/root:/x.docx:/content',
      status: 201,
      bearer: true,
      bodyLength: 3,
    },
    {
      origin: 'content',
      method: 'GET',
      status: 200,
      bearer: false,
      queryNames: ['UniqueId', 'Translate', 'tempauth', 'ApiVersion'],
    },
  ]);
  const all = JSON.stringify(emulator.control.requests());
  for (const secret of [PASSWORD, 'the+secret', 'Bearer', 'code=', 'v1.']) expect(all).not.toContain(`"${secret}`);
  await control('DELETE', '/requests');
  expect((await control('GET', '/requests')).body).toEqual([]);
});

test('POST /clock moves the Date header, times of items, and the life of tokens', async () => {
  const { body } = await control('POST', '/clock', { advanceSeconds: 1800 });
  expect(Math.abs(Date.parse(body.now) - Date.now() - 1_800_000)).toBeLessThan(5_000);
  const reply = await graph('PUT', '/me/drive/root:/x.txt:/content', 'x');
  expect(Date.parse(reply.headers.get('date') ?? '')).toBeGreaterThan(Date.now() + 1_700_000);
  expect(Date.parse(reply.body.lastModifiedDateTime)).toBeGreaterThan(Date.now() + 1_700_000);
  await control('POST', '/clock', { advanceSeconds: 7200 });
  expect((await graph('GET', '/me')).status).toBe(401);
});

describe('POST /items', () => {
  test('opens a file for somebody: PUT, session, rename and delete are locked, reading is not', async () => {
    const { id, parentReference } = await upload();
    const at = `/drives/${parentReference.driveId}/items/${id}`;
    const call = `/items/${parentReference.driveId}/${id}`;
    expect((await control('POST', call, { open: 'bob@hospital.example' })).status).toBe(200);
    for (const reply of [
      await graph('PUT', `${at}/content`, 'two'),
      await graph('POST', `${at}/createUploadSession`, {}),
      await graph('PATCH', at, { name: 'y.docx' }),
      await graph('DELETE', at),
      await graph('POST', `${at}/permanentDelete`),
    ]) {
      expect(reply).toMatchObject({
        status: 423,
        body: { error: { code: 'notAllowed', innerError: { code: 'resourceLocked' } } },
      });
    }
    expect((await graph('GET', `${at}/content`)).status).toBe(302);
    await control('POST', call, { close: 'bob@hospital.example' });
    expect((await graph('DELETE', at)).status).toBe(204);
  });

  test('saves as somebody in Word: new content, tags and author; one version while they have it open', async () => {
    const { id, parentReference, cTag } = await upload();
    const at = `/drives/${parentReference.driveId}/items/${id}`;
    const call = `/items/${parentReference.driveId}/${id}`;
    await control('POST', call, { open: 'bob@hospital.example' });
    const { body } = await control('POST', call, {
      save: { by: 'bob@hospital.example', contentBase64: base64('two') },
    });
    const item = (await graph('GET', at)).body;
    expect(item.cTag).toBe(body.tag);
    expect(item.cTag).not.toBe(cTag);
    expect(item.lastModifiedBy).toEqual({
      user: { displayName: 'Bob Example', email: 'bob@hospital.example', id: expect.any(String) },
    });
    await control('POST', call, { save: { by: 'bob@hospital.example', contentBase64: base64('three') } });
    expect((await graph('GET', `${at}/versions`)).body.value).toHaveLength(2);
    expect(await (await fetch((await graph('GET', at)).body['@microsoft.graph.downloadUrl'])).text()).toBe('three');
    await control('POST', '/clock', { advanceSeconds: 660 });
    await control('POST', call, { save: { by: 'bob@hospital.example', contentBase64: base64('four') } });
    expect((await graph('GET', `${at}/versions`)).body.value).toHaveLength(3);
  });

  test('says what is not there', async () => {
    const { id, parentReference } = await upload();
    expect(
      (await control('POST', `/items/${parentReference.driveId}/nothing`, { open: 'bob@hospital.example' })).status,
    ).toBe(404);
    expect((await control('POST', `/items/${parentReference.driveId}/${id}`, { open: 'nobody' })).status).toBe(404);
    expect((await control('POST', `/items/${parentReference.driveId}/${id}`, { burn: true })).status).toBe(400);
  });
});

describe('POST /users and /apps', () => {
  test('change accounts and registrations', async () => {
    await control('POST', `/apps/${CLIENT_ID}`, { redirectUris: ['http://localhost/other/'] });
    expect((await connectPage()).text).toContain('AADSTS50011');
    await control('POST', `/apps/${CLIENT_ID}`, { redirectUris: ['http://localhost/callback/'], expireSecrets: true });
    const refused = await requestToken(emulator, { grant_type: 'refresh_token', refresh_token: 'x' });
    expect(refused.body.error_codes).toEqual([7000222]);
    await control('POST', '/users/ann@hospital.example', { quotaBytes: 1 });
    expect((await graph('PUT', '/me/drive/root:/x.txt:/content', 'xx')).status).toBe(507);
  });

  test('refuse unknown names and unknown changes in words', async () => {
    expect((await control('POST', '/users/nobody', { disabled: true })).status).toBe(404);
    expect((await control('POST', '/users/ann@hospital.example', { happy: true })).body.error).toContain('happy');
    expect((await control('POST', '/apps/x', { disabled: true })).status).toBe(404);
  });

  const connectPage = async () => {
    const url = new URL(`${emulator.url}/common/oauth2/v2.0/authorize`);
    url.search = new URLSearchParams({
      client_id: CLIENT_ID,
      redirect_uri: 'http://localhost/callback/',
      response_type: 'code',
    }).toString();
    return new Person().open(url.href);
  };
});

test('GET /tokens counts what was given out, and holds no token', async () => {
  const { refresh } = await tokensFor(emulator, 'bob@hospital.example');
  await requestToken(emulator, { grant_type: 'refresh_token', refresh_token: refresh });
  const { body } = await control('GET', '/tokens');
  expect(body).toContainEqual({
    clientId: CLIENT_ID,
    user: 'bob@hospital.example',
    issued: 1,
    refreshed: 1,
    reused: 0,
  });
  expect(JSON.stringify(body)).not.toContain(refresh);
});

test('unknown properties, options and routes are refused by name', async () => {
  for (const [path, body, word] of [
    ['/clock', { advanceSeconds: 1, by: 'hand' }, 'by'],
    ['/clock', { advanceSeconds: 'soon' }, 'number'],
    ['/clock', undefined, 'object'],
    ['/users/ann@hospital.example', { quotaBytes: 1, colour: 'red' }, 'colour'],
    [`/apps/${CLIENT_ID}`, { disabled: true, colour: 'red' }, 'colour'],
    ['/items/b!x/y', { open: 'a', close: 'b' }, 'open, close, save'],
    ['/items/b!x/y', { save: { by: 'a', contentBase64: '', colour: 'red' } }, 'colour'],
    ['/subscriptions/x', { lifecycleEvent: 'bored' }, 'reauthorizationRequired'],
  ] as const) {
    const refused = await control('POST', path, body);
    expect([path, refused.status]).toEqual([path, 400]);
    expect(refused.body.error).toContain(word);
  }
  expect((await control('GET', '/requests?sinc=1')).body.error).toContain('sinc');
  expect(await control('GET', '/weather')).toMatchObject({ status: 501, body: { error: { code: 'notSupported' } } });
  const malformed = await fetch(`${emulator.url}/_emulator/clock`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{',
  });
  expect(malformed.status).toBe(400);
});

test('a page of another site can do none of this', async () => {
  expect((await control('POST', '/reset', undefined, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  for (const origin of ['https://evil.example', 'null', 'http://localhost:1'])
    expect((await control('POST', '/reset', undefined, { origin })).status, origin).toBe(403);
  const own = await control('GET', '/requests', undefined, { origin: emulator.url, 'sec-fetch-site': 'same-origin' });
  expect(own.status).toBe(200);
});

test('a name that a stranger leads to this machine opens nothing, and the names of this machine do', async () => {
  const { port } = new URL(emulator.url);
  const statusFor = async (host: string) =>
    (await request(`${emulator.url}/_emulator/requests`, { headers: { host, origin: `http://${host}` } })).statusCode;
  for (const host of [`evil.example:${port}`, 'evil.example', 'localhost.evil.example', '127.0.0.1.evil.example'])
    expect(await statusFor(host), host).toBe(403);
  for (const host of [`localhost:${port}`, 'LOCALHOST', `[::1]:${port}`, '192.168.1.5'])
    expect(await statusFor(host), host).toBe(200);
});

test('the log holds no secret, wherever in an address it stands', async () => {
  const secret = 'aSecretOfSomebody1234567890';
  const link = `${emulator.contentUrl}/personal/x/_layouts/15/guestaccess.aspx?share=${secret}`;
  const shares = [`u!${Buffer.from(link).toString('base64url')}`, encodeURIComponent(link), `s!${secret}`, secret];
  for (const share of shares) {
    await graph('GET', `/shares/${share}`);
    await graph('GET', `/shares/${share}/driveItem/content`);
  }
  for (const query of [secret, `${secret}=`, `a=${secret}`, `(token='${secret}')`, `%24${secret}&x=1`])
    await graph('GET', `/me/drive/root/delta?${query}`);
  await graph('POST', '/$batch', { requests: [{ id: '1', method: 'GET', url: `/shares/${shares[0]}/driveItem` }] });
  const log = JSON.stringify((await control('GET', '/requests')).body);
  for (const text of [secret, shares[0] ?? '']) expect(log).not.toContain(text);
  expect(log).toContain('/v1.0/shares/***/driveItem/content');
  expect(log).toContain('"queryNames":["***","x"]');
});

describe('behaviour', () => {
  test('saveLagMs: what an editor saved shows at Graph a while later', async () => {
    await emulator.close();
    emulator = await startTestEmulator({ config: aConfig({ behaviour: { saveLagMs: 60_000 } }) });
    graph = graphFor(emulator, (await tokensFor(emulator)).access);
    const { id, parentReference, cTag } = await upload('x.txt');
    const ref = { driveId: parentReference.driveId, itemId: id };
    const { tag } = await emulator.control.changeItem(ref, {
      save: { by: 'ann@hospital.example', contentBase64: base64('two') },
    });
    expect((await graph('GET', `/me/drive/items/${id}`)).body.cTag).toBe(cTag);
    emulator.control.advanceClock(61);
    expect((await graph('GET', `/me/drive/items/${id}`)).body.cTag).toBe(tag);
  });

  test('lockMinutesAfterClose: the lock outlives the tab', async () => {
    await emulator.close();
    emulator = await startTestEmulator({ config: aConfig({ behaviour: { lockMinutesAfterClose: 10 } }) });
    graph = graphFor(emulator, (await tokensFor(emulator)).access);
    const { id, parentReference } = await upload('x.txt');
    const ref = { driveId: parentReference.driveId, itemId: id };
    await emulator.control.changeItem(ref, { open: 'ann@hospital.example' });
    await emulator.control.changeItem(ref, { close: 'ann@hospital.example' });
    expect((await graph('DELETE', `/me/drive/items/${id}`)).status).toBe(423);
    emulator.control.advanceClock(601);
    expect((await graph('DELETE', `/me/drive/items/${id}`)).status).toBe(204);
  });
});

test('with a data folder everything survives a restart: files, consent, sessions and tokens', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'emulator-data-'));
  try {
    const person = new Person();
    const first = await startEmulator({ port: 0, config: aConfig(), dataDir });
    const tokens = await tokensFor(first);
    await connect(first, undefined, {}, person);
    const put = await graphFor(first, tokens.access)('PUT', '/me/drive/root:/A/x.txt:/content', 'kept');
    const delta = (await graphFor(first, tokens.access)('GET', '/me/drive/root/delta')).body['@odata.deltaLink'];
    await first.close();

    const second = await startEmulator({ port: 0, config: aConfig(), dataDir });
    const again = graphFor(second, tokens.access);
    const item = (await again('GET', '/me/drive/root:/A/x.txt')).body;
    expect(item).toMatchObject({ id: put.body.id, eTag: put.body.eTag });
    expect(await (await fetch(item['@microsoft.graph.downloadUrl'])).text()).toBe('kept');
    expect((await again('GET', delta.replace(first.url, second.url))).body.value).toEqual([]);
    expect((await requestToken(second, { grant_type: 'refresh_token', refresh_token: tokens.refresh })).status).toBe(
      200,
    );
    expect(paramsOf(await connect(second, undefined, { prompt: 'none' }, person)).get('code')).toBeTruthy();
    await second.close();
  } finally {
    await rm(dataDir, { recursive: true });
  }
});
