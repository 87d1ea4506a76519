import { decodeProtectedHeader } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Emulator } from '../src/index.ts';
import {
  aConfigWith,
  authorizeUrl,
  CLIENT_ID,
  connect,
  graphFor,
  PASSWORD,
  paramsOf,
  REDIRECT_URI,
  redeem,
  requestToken,
  startTestEmulator,
} from './cast.ts';
import { Person } from './playing-a-person.ts';

let emulator: Emulator;
let person: Person;
beforeEach(async () => {
  emulator = await startTestEmulator();
  person = new Person();
});
afterEach(() => emulator.close());

const CAPABLE = JSON.stringify({ access_token: { xms_cc: { values: ['cp1'] } } });

const tokensOf = async (changes: Record<string, string> = {}) =>
  (await redeem(emulator, paramsOf(await connect(emulator, undefined, changes, person)).get('code'))).body;
const me = (token: string) => graphFor(emulator, token)('GET', '/me');

describe('continuous access evaluation', () => {
  test('gives long tokens to applications that ask for it, to be renewed half way', async () => {
    const { expires_in, refresh_in, ext_expires_in } = await tokensOf({ claims: CAPABLE });
    expect(expires_in).toBeGreaterThanOrEqual(24 * 3600);
    expect(expires_in).toBeLessThanOrEqual(28 * 3600);
    expect([refresh_in, ext_expires_in]).toEqual([Math.floor(expires_in / 2), expires_in]);
    expect((await tokensOf()).expires_in).toBeLessThan(5401);
  });

  test('challenges a token from before a revocation, and a new sign-in with the claims answers it', async () => {
    const before = await tokensOf({ claims: CAPABLE });
    expect((await me(before.access_token)).status).toBe(200);
    emulator.control.advanceClock(10);
    emulator.control.changeUser('ann@hospital.example', { revokeSessions: true });
    const refused = await me(before.access_token);
    expect(refused.status).toBe(401);
    expect(refused.body.error.code).toBe('InvalidAuthenticationToken');
    expect(refused.body.error.message).toContain('TokenIssuedBeforeRevocationTimestamp');
    const header = refused.headers.get('www-authenticate') ?? '';
    expect(header).toContain('error="insufficient_claims"');
    const claims = Buffer.from(/claims="([^"]+)"/.exec(header)?.[1] ?? '', 'base64').toString();
    expect(JSON.parse(claims).access_token.nbf).toMatchObject({
      essential: true,
      value: expect.stringMatching(/^\d+$/),
    });

    const merged = JSON.stringify({
      access_token: { ...JSON.parse(claims).access_token, xms_cc: { values: ['cp1'] } },
    });
    const page = await person.open(authorizeUrl(emulator, { claims: merged, login_hint: 'ann@hospital.example' }));
    const done = await person.submit(page, 'password', { password: PASSWORD });
    const after = (await redeem(emulator, paramsOf(done).get('code'))).body;
    expect((await me(after.access_token)).status).toBe(200);
  });

  test('challenges when the account is disabled, and lets others keep their token to its end', async () => {
    const capable = await tokensOf({ claims: CAPABLE });
    const plain = await tokensOf();
    emulator.control.changeUser('ann@hospital.example', { disabled: true });
    expect((await me(capable.access_token)).status).toBe(401);
    expect((await me(plain.access_token)).status).toBe(200);
  });

  test('is also asked for at the token endpoint; a refresh can not answer a challenge by itself', async () => {
    const { refresh_token } = await tokensOf();
    const refresh = (claims: string) => requestToken(emulator, { grant_type: 'refresh_token', refresh_token, claims });
    expect((await refresh(CAPABLE)).body.expires_in).toBeGreaterThanOrEqual(24 * 3600);
    const soon = JSON.stringify({
      access_token: { nbf: { essential: true, value: String(Math.floor(Date.now() / 1000) + 60) } },
    });
    const { body } = await refresh(soon);
    expect([body.error, body.claims]).toEqual(['interaction_required', soon]);
  });
});

test('a control call rolls the signing key, to the one that was already published', async () => {
  const keys = async () => {
    const response = await fetch(`${emulator.url}/common/discovery/v2.0/keys`);
    return ((await response.json()) as { keys: { kid: string }[] }).keys;
  };
  const [, next] = await keys();
  await fetch(`${emulator.url}/_emulator/keys`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"roll":true}',
  });
  expect(decodeProtectedHeader((await tokensOf()).id_token).kid).toBe(next?.kid);
  await emulator.control.rollKeys();
  const { kid } = decodeProtectedHeader((await tokensOf()).id_token);
  expect(kid).not.toBe(next?.kid);
  expect((await keys()).map((key) => key.kid)).toEqual(expect.arrayContaining([kid, next?.kid]));
});

describe('an ordered code', () => {
  const adminConsent = () =>
    `${emulator.url}/organizations/v2.0/adminconsent?client_id=${CLIENT_ID}&redirect_uri=${encodeURIComponent(REDIRECT_URI)}`;

  test('meets the consent of an administrator: on the redirect, or on the page', async () => {
    emulator.control.addFault({ match: { path: 'adminconsent$' }, fault: { aadsts: 65004 } });
    const params = paramsOf(await person.open(adminConsent()));
    expect([params.get('admin_consent'), params.get('error')]).toEqual(['True', 'access_denied']);
    emulator.control.addFault({ match: { path: 'adminconsent$' }, fault: { aadsts: 53003 } });
    expect((await person.open(adminConsent())).text).toContain('AADSTS53003');
  });

  test('meets a person in the middle of the pages', async () => {
    const page = await person.open(authorizeUrl(emulator));
    emulator.control.addFault({ match: { path: '/login$' }, fault: { aadsts: 500021 } });
    expect((await person.submit(page, 'email', { login: 'ann@hospital.example' })).text).toContain('AADSTS500021');
  });
});

test('an error leads to a page that explains its number', async () => {
  const { body } = await requestToken(emulator, { grant_type: 'password' });
  expect((await person.open(body.error_uri)).text).toContain('unsupported grant type');
});

test("Microsoft's page for native clients is also the emulator's", async () => {
  await emulator.close();
  const registered = 'https://login.microsoftonline.com/common/oauth2/nativeclient';
  emulator = await startTestEmulator({ config: aConfigWith({ app: { redirectUris: [registered] } }) });
  const own = `${emulator.url}/common/oauth2/nativeclient`;
  const page = await person.signIn(
    await person.open(authorizeUrl(emulator, { redirect_uri: own })),
    'ann@hospital.example',
    PASSWORD,
  );
  const done = await person.submit(page, 'consent', { decision: 'accept' });
  expect(done.url).toMatch(/nativeclient\?code=/);
  expect(done.text).toContain('You are signed in');
});
