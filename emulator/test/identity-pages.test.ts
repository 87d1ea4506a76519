import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Emulator } from '../src/index.ts';
import {
  aConfigWith,
  authorizeUrl,
  CLIENT_ID,
  type ConfigChanges,
  connect,
  PASSWORD,
  PUBLIC_CLIENT_ID,
  paramsOf,
  REDIRECT_URI,
  redeem,
  requestToken,
  startTestEmulator,
  TENANT_ID,
  tokensFor,
  VERIFIER,
} from './cast.ts';
import { Person, type Visit } from './playing-a-person.ts';

let emulator: Emulator;
let person: Person;
beforeEach(async () => {
  emulator = await startTestEmulator();
  person = new Person();
});
afterEach(() => emulator.close());

async function restart(changes: ConfigChanges): Promise<void> {
  await emulator.close();
  emulator = await startTestEmulator({ config: aConfigWith(changes) });
}

const signInAt = async (changes: Record<string, string> = {}, login = 'ann@hospital.example', tenant?: string) =>
  person.signIn(await person.open(authorizeUrl(emulator, changes, tenant)), login, PASSWORD);
const errorOf = (visit: Visit) => /AADSTS(\d+)/.exec(paramsOf(visit).get('error_description') ?? '')?.[1];
const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

describe('the answer', () => {
  test('comes in the fragment or as a form when asked so', async () => {
    await connect(emulator, undefined, {}, person);
    const fragment = await person.open(authorizeUrl(emulator, { response_mode: 'fragment' }));
    expect(new URL(fragment.location ?? '').hash).toMatch(/^#code=.*&state=the-state&session_state=/);
    const form = await person.open(authorizeUrl(emulator, { response_mode: 'form_post' }));
    expect(form.text).toMatch(/<form id="reply" method="post" action="http:\/\/localhost\/callback\/">/);
    expect(form.text).toContain('name="code"');
  });

  test('holds an id_token that vouches for the code, where the application has that switched on', async () => {
    await restart({ app: { implicitIdTokens: true } });
    const visit = await connect(emulator, undefined, { response_type: 'code id_token' }, person);
    const fields = new URLSearchParams(new URL(visit.location ?? '').hash.slice(1));
    expect(claimsOf(fields.get('id_token') ?? '')).toMatchObject({
      aud: CLIENT_ID,
      nonce: 'the-nonce',
      tid: TENANT_ID,
    });
    expect(claimsOf(fields.get('id_token') ?? '').c_hash).toMatch(/^[\w-]{22}$/);
    expect((await redeem(emulator, fields.get('code'))).status).toBe(200);
    const alone = await person.open(authorizeUrl(emulator, { response_type: 'id_token' }));
    const parts = new URLSearchParams(new URL(alone.location ?? '').hash.slice(1));
    expect([parts.has('id_token'), parts.has('code')]).toEqual([true, false]);
  });

  test('of an id_token needs its switch, a nonce and no query', async () => {
    const refusal = async (changes: Record<string, string | undefined>) => {
      const { location } = await person.open(authorizeUrl(emulator, { response_type: 'code id_token', ...changes }));
      return /AADSTS(\d+)/.exec(decodeURIComponent(location ?? ''))?.[1];
    };
    expect(await refusal({})).toBe('700054');
    await restart({ app: { implicitIdTokens: true } });
    expect(await refusal({ nonce: undefined })).toBe('900144');
    expect(await refusal({ response_mode: 'query' })).toBe('70007');
    expect(await refusal({ response_type: 'token' })).toBe('70005');
  });

  test('brings client_info when asked, and takes markup out of the state', async () => {
    const visit = await connect(emulator, undefined, { client_info: '1', state: 'a<b>c=&d' });
    const info = JSON.parse(Buffer.from(paramsOf(visit).get('client_info') ?? '', 'base64url').toString());
    expect(info.utid).toBe(TENANT_ID);
    expect(paramsOf(visit).get('state')).toBe('ac=&d');
  });
});

describe('accounts', () => {
  test('of both kinds under one address: the person is asked which, unless domain_hint says', async () => {
    await restart({
      config: { personalAccounts: [{ userPrincipalName: 'ann@hospital.example', displayName: 'Ann', password: 'p2' }] },
      app: { signInAudience: 'AzureADandPersonalMicrosoftAccount' },
    });
    const login = { login: 'ann@hospital.example' };
    const kind = await person.submit(await person.open(authorizeUrl(emulator, {}, 'common')), 'email', login);
    expect(kind.text).toContain('used with more than one account');
    const personal = /value="(00000000-0000-0000-[^"]+)"/.exec(kind.text)?.[1] ?? '';
    const password = await person.submit(kind, 'account-kind', { user: personal });
    expect((await person.submit(password, 'password', { password: 'p2' })).text).toContain('Permissions requested');
    for (const [hint, secret] of Object.entries({ organizations: PASSWORD, consumers: 'p2' })) {
      const other = new Person();
      const url = authorizeUrl(emulator, { domain_hint: hint }, 'common');
      const page = await other.submit(await other.open(url), 'email', login);
      expect(page.text).toContain('Enter password');
      expect((await other.submit(page, 'password', { password: secret })).text).toContain('Permissions requested');
    }
  });

  test('personal ones get tokens of their own kind, and one number for most refusals', async () => {
    const fields = { client_id: PUBLIC_CLIENT_ID, redirect_uri: 'http://localhost/' };
    const page = await signInAt(fields, 'home@outlook.example', 'consumers');
    const code = paramsOf(await person.submit(page, 'consent', { decision: 'accept' })).get('code') ?? '';
    const use = (changes: Record<string, string>) =>
      requestToken(emulator, { client_secret: undefined, ...fields, ...changes }, 'consumers');
    const redeeming = { grant_type: 'authorization_code', code };
    const wrong = await use({ ...redeeming, code_verifier: 'x'.repeat(43) });
    expect([wrong.status, wrong.body.error, wrong.body.error_codes]).toEqual([400, 'invalid_grant', [70000]]);
    const { body } = await use({ ...redeeming, code_verifier: VERIFIER });
    expect([body.access_token.slice(0, 3), body.refresh_token.slice(0, 2)]).toEqual(['EwB', 'M.']);
    const claims = claimsOf(body.id_token);
    expect(claims).toMatchObject({
      tid: '9188040d-6c67-4c5b-b112-36a304b66dad',
      preferred_username: 'home@outlook.example',
    });
    expect(claims.iss).toBe(`${emulator.url}/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0`);
    expect(claims.oid).toMatch(/^00000000-0000-0000-/);
    emulator.control.changeUser('home@outlook.example', { revokeSessions: true });
    emulator.control.advanceClock(1);
    const over = await use({ grant_type: 'refresh_token', refresh_token: body.refresh_token });
    expect([over.body.error, over.body.error_codes]).toEqual(['invalid_grant', [70000]]);
  });

  test('of guests have an id of their own in the tenant that invited them, and are revoked at home', async () => {
    await restart({ tenant: { guests: ['cleo@clinic.example'] } });
    const page = await signInAt({}, 'cleo@clinic.example', TENANT_ID);
    const code = paramsOf(await person.submit(page, 'consent', { decision: 'accept' })).get('code') ?? '';
    const fields = { grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI, code_verifier: VERIFIER };
    const { body } = await requestToken(emulator, { ...fields, client_info: '1' }, TENANT_ID);
    const claims = claimsOf(body.id_token);
    expect(claims).toMatchObject({ tid: TENANT_ID, preferred_username: 'cleo@clinic.example' });
    expect(claims.idp).toBe(`${emulator.url}/11111111-2f7d-4a53-9c61-2b8f5a0d1e11/`);
    const home = JSON.parse(Buffer.from(body.client_info, 'base64url').toString());
    expect(home.utid).toBe('11111111-2f7d-4a53-9c61-2b8f5a0d1e11');
    expect(home.uid).not.toBe(claims.oid);
    emulator.control.advanceClock(1);
    emulator.control.changeUser('cleo@clinic.example', { revokeSessions: true });
    const again = await requestToken(
      emulator,
      { grant_type: 'refresh_token', refresh_token: body.refresh_token },
      TENANT_ID,
    );
    expect(again.body.error_codes).toEqual([50173]);
  });

  test('of the wrong kind are refused while their address is typed', async () => {
    const email = await person.open(authorizeUrl(emulator));
    const page = await person.submit(email, 'email', { login: 'home@outlook.example' });
    expect(page.text).toContain('with a personal account');
  });

  test('that are locked, disabled, or whose password has run out are told so on the page', async () => {
    const first = await person.open(authorizeUrl(emulator));
    for (let i = 0; i < 10; i++) await person.signIn(first, 'ann@hospital.example', 'wrong');
    expect((await person.signIn(first, 'ann@hospital.example', PASSWORD)).text).toContain('AADSTS50053');
    emulator.control.advanceClock(61);
    emulator.control.changeUser('ann@hospital.example', { passwordExpired: true });
    expect((await person.signIn(first, 'ann@hospital.example', PASSWORD)).text).toContain('AADSTS50055');
    emulator.control.changeUser('ann@hospital.example', { passwordExpired: false, disabled: true });
    expect((await person.signIn(first, 'ann@hospital.example', PASSWORD)).text).toContain('AADSTS50057');
  });

  test('that are not assigned to the application are refused on the page', async () => {
    await restart({ app: { assignedUsers: ['bob@hospital.example'] } });
    expect((await signInAt()).text).toContain('AADSTS50105');
    expect(paramsOf(await connect(emulator, 'bob@hospital.example')).get('code')).toBeTruthy();
  });
});

describe('a changed password', () => {
  test('of their own leaves a server connected and a public client not; an administrator ends both', async () => {
    const { refresh } = await tokensFor(emulator);
    const asServer = () => requestToken(emulator, { grant_type: 'refresh_token', refresh_token: refresh });
    const fields = { client_id: PUBLIC_CLIENT_ID, redirect_uri: 'http://localhost/' };
    const code = paramsOf(await connect(emulator, undefined, fields)).get('code');
    const { body } = await redeem(emulator, code, { ...fields, client_secret: undefined });
    const asPublic = () =>
      requestToken(emulator, {
        ...fields,
        client_secret: undefined,
        grant_type: 'refresh_token',
        refresh_token: body.refresh_token,
      });
    emulator.control.advanceClock(1);
    emulator.control.changeUser('ann@hospital.example', { password: { value: 'new', by: 'self' } });
    expect((await asPublic()).body.error_codes).toEqual([50173]);
    expect((await asServer()).status).toBe(200);
    emulator.control.changeUser('ann@hospital.example', { password: { value: 'newer', by: 'admin' } });
    expect((await asServer()).body.error_codes).toEqual([50173]);
    expect((await signInAt()).text).toContain('Your account or password is incorrect');
  });
});

describe('prompt=none', () => {
  test('tells apart nobody, nobody of that name, and too many', async () => {
    const silent = (changes = {}) => person.open(authorizeUrl(emulator, { prompt: 'none', ...changes }));
    expect(errorOf(await silent())).toBe('50058');
    await connect(emulator, undefined, {}, person);
    expect(errorOf(await silent({ login_hint: 'bob@hospital.example' }))).toBe('160021');
    await connect(emulator, 'bob@hospital.example', { prompt: 'login', login_hint: 'bob@hospital.example' }, person);
    expect(errorOf(await silent())).toBe('16000');
    expect(paramsOf(await silent({ login_hint: 'ann@hospital.example' })).get('code')).toBeTruthy();
  });
});

test('a tenant of another cloud sends away: 90038 on the page, 900382 for a confidential client', async () => {
  await restart({ tenant: { cloud: 'usGov' } });
  expect((await person.open(authorizeUrl(emulator, {}, TENANT_ID))).text).toContain('AADSTS90038');
  const { body } = await requestToken(emulator, { grant_type: 'refresh_token', refresh_token: 'x' }, TENANT_ID);
  expect([body.error, body.error_codes]).toEqual(['invalid_request', [900382]]);
});

test('scopes of another API are refused by their resource, and two at once by their number', async () => {
  const visit = await person.open(authorizeUrl(emulator, { scope: 'openid https://other.example/Thing.Read' }));
  expect([paramsOf(visit).get('error'), errorOf(visit)]).toEqual(['invalid_resource', '500011']);
  const code = paramsOf(await connect(emulator)).get('code');
  const several = await redeem(emulator, code, { scope: 'Files.Read https://other.example/Thing.Read' });
  expect(several.body.error_codes).toEqual([700022]);
  expect((await redeem(emulator, code, { scope: ' ' })).body.error_codes).toEqual([28003]);
  expect((await redeem(emulator, code, { scope: 'Files"Read' })).body.error_codes).toEqual([28002]);
  expect((await redeem(emulator, code, { scope: 'HTTPS://GRAPH.MICROSOFT.COM/files.readwrite.all' })).status).toBe(200);
});

test('a malformed claims parameter is told to the application', async () => {
  expect(errorOf(await person.open(authorizeUrl(emulator, { claims: '{' })))).toBe('9002313');
});

test('optional claims of the registration, and those asked for one by one, are in the token', async () => {
  await restart({ app: { optionalClaims: { idToken: ['upn', 'given_name'], accessToken: ['acct'] } } });
  const claims = JSON.stringify({ id_token: { auth_time: { essential: true } } });
  const { body } = await redeem(emulator, paramsOf(await connect(emulator, undefined, { claims })).get('code'));
  expect(claimsOf(body.id_token)).toMatchObject({ upn: 'ann@hospital.example', given_name: 'Ann' });
  expect(claimsOf(body.id_token).auth_time).toBeGreaterThan(1_600_000_000);
  expect(claimsOf(body.access_token).acct).toBe(0);
});
