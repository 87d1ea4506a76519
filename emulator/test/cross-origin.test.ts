import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Emulator } from '../src/index.ts';
import { graphFor, startTestEmulator, tokensFor } from './cast.ts';

let emulator: Emulator;
let token: string;

beforeEach(async () => {
  emulator = await startTestEmulator();
  token = (await tokensFor(emulator)).access;
});

afterEach(() => emulator.close());

const origin = 'https://app.example';
const preflight = (url: string, method: string, headers: string) =>
  fetch(url, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': method, 'access-control-request-headers': headers },
  });
const sessionUrl = async () =>
  (await graphFor(emulator, token)('POST', '/me/drive/root:/x.txt:/createUploadSession')).body.uploadUrl as string;

test('B7: a page may ask Graph, sign-in and an upload URL whether it may call them', async () => {
  const calls: [string, string, string][] = [
    [`${emulator.url}/v1.0/me/drive/root:/x.txt:/content`, 'PUT', 'authorization,if-match'],
    [`${emulator.url}/oidc/userinfo`, 'GET', 'authorization'],
    [`${emulator.url}/common/oauth2/v2.0/token`, 'POST', 'client-request-id'],
    [`${emulator.url}/common/oauth2/v2.0/devicecode`, 'POST', 'client-request-id'],
    [await sessionUrl(), 'PUT', 'content-range'],
  ];
  for (const [url, method, headers] of calls) {
    const answer = await preflight(url, method, headers);
    expect([answer.status, answer.headers.get('access-control-allow-headers')], url).toEqual([204, headers]);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('access-control-allow-methods')).toContain(method);
  }
});

test('B7: a page may read what they answer, refusals and their headers included', async () => {
  const get = (url: string, headers: Record<string, string> = {}) => fetch(url, { headers: { origin, ...headers } });
  const authorization = `Bearer ${token}`;
  const refused = await get(`${emulator.url}/v1.0/me`);
  expect(refused.status).toBe(401);
  const url = await sessionUrl();
  await fetch(url, { method: 'PUT', headers: { 'content-range': 'bytes 0-0/1' }, body: 'x' });
  const item = await get(`${emulator.url}/v1.0/me/drive/root:/x.txt`, { authorization });
  const { '@microsoft.graph.downloadUrl': download } = (await item.json()) as Record<string, string>;
  const answers = [refused, item, await get(`${emulator.url}/oidc/userinfo`, { authorization }), await get(url)];
  for (const answer of [...answers, await get(download ?? '')]) {
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('access-control-expose-headers')).toContain('Retry-After');
  }
});

test('B7: a download URL is for plain requests, and the pages of sign-in and the control API are for nobody else', async () => {
  await graphFor(emulator, token)('PUT', '/me/drive/root:/x.txt:/content', 'x');
  const { body } = await graphFor(emulator, token)('GET', '/me/drive/root:/x.txt');
  const closed = [
    body['@microsoft.graph.downloadUrl'],
    `${emulator.url}/common/oauth2/v2.0/authorize`,
    `${emulator.url}/_emulator/requests`,
  ];
  for (const url of closed) {
    const answer = await preflight(url, 'GET', 'authorization');
    expect(answer.status, url).not.toBe(204);
    expect(answer.headers.get('access-control-allow-headers')).toBeNull();
  }
});

test("a browser's question does not use up a fault", async () => {
  emulator.control.addFault({ match: { path: '/me$' }, fault: { status: 503, headers: {}, body: '' } });
  const url = `${emulator.url}/v1.0/me`;
  expect((await preflight(url, 'GET', 'authorization')).status).toBe(204);
  expect((await fetch(url, { headers: { authorization: `Bearer ${token}` } })).status).toBe(503);
});
