import { createLocalJWKSet, jwtVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Emulator } from '../src/index.ts';
import {
  aConfig,
  authorizeUrl,
  CLIENT_ID,
  connect,
  PASSWORD,
  paramsOf,
  REDIRECT_URI,
  redeem,
  requestToken,
  startTestEmulator,
  TENANT_ID,
} from './cast.ts';
import { Person } from './playing-a-person.ts';

let emulator: Emulator;
let person: Person;

beforeEach(async () => {
  emulator = await startTestEmulator();
  person = new Person();
});

afterEach(() => emulator.close());

describe('the pages', () => {
  test('ask for the address, the password and consent, and send a code back with the state', async () => {
    const email = await person.open(authorizeUrl(emulator));
    expect(email.text).toContain('<label for="email">Email</label>');
    const password = await person.submit(email, 'email', { login: 'Ann@Hospital.example' });
    expect(password.text).toContain('<label for="password">Password</label>');
    const consent = await person.submit(password, 'password', { password: PASSWORD });
    expect(consent.text).toContain('Have full access to all files you have access to');
    const done = await person.submit(consent, 'consent', { decision: 'accept' });
    expect(done.location).toMatch(/^http:\/\/localhost\/callback\/\?code=/);
    expect(paramsOf(done).get('state')).toBe('the-state');
  });

  test('say that they are the emulator, need no script and cannot be framed', async () => {
    const page = await person.open(authorizeUrl(emulator));
    expect(page.text).toContain('This is the Microsoft 365 emulator');
    expect(page.text).not.toContain('<script');
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });

  test('refuse a wrong password and an unknown address on the page', async () => {
    const email = await person.open(authorizeUrl(emulator));
    expect((await person.submit(email, 'email', { login: 'nobody@hospital.example' })).text).toContain(
      'may be incorrect',
    );
    const wrong = await person.signIn(email, 'ann@hospital.example', 'wrong');
    expect(wrong.text).toContain('Your account or password is incorrect');
  });

  test('never turn what came in the request into markup', async () => {
    const page = await person.open(authorizeUrl(emulator, { login_hint: '"><script>alert(1)</script>' }));
    expect(page.text).not.toContain('<script>alert');
  });

  test('ask nobody twice: who is signed in and has consented comes straight back', async () => {
    await connect(emulator, undefined, {}, person);
    const again = await person.open(authorizeUrl(emulator));
    expect(paramsOf(again).get('code')).toBeTruthy();
  });

  test('offer the signed-in accounts as tiles for prompt=select_account', async () => {
    await connect(emulator, undefined, {}, person);
    const picker = await person.open(authorizeUrl(emulator, { prompt: 'select_account' }));
    expect(picker.text).toContain('Pick an account');
    const userId = /name="user" value="([0-9a-f-]{36})"/.exec(picker.text)?.[1] ?? '';
    const other = await person.submit(picker, 'account', { user: 'other' });
    expect(other.text).toContain('<label for="email">Email</label>');
    expect(paramsOf(await person.submit(picker, 'account', { user: userId })).get('code')).toBeTruthy();
  });

  test('ask for the password again for prompt=login, and go to it directly with a login_hint', async () => {
    await connect(emulator, undefined, {}, person);
    const page = await person.open(authorizeUrl(emulator, { prompt: 'login', login_hint: 'ann@hospital.example' }));
    expect(page.text).toContain('Enter password');
    expect(paramsOf(await person.submit(page, 'password', { password: PASSWORD })).get('code')).toBeTruthy();
  });

  test('show nothing for prompt=none: login_required, or a code', async () => {
    const refused = await person.open(authorizeUrl(emulator, { prompt: 'none' }));
    expect(paramsOf(refused).get('error')).toBe('login_required');
    await connect(emulator, undefined, {}, person);
    expect(paramsOf(await person.open(authorizeUrl(emulator, { prompt: 'none' }))).get('code')).toBeTruthy();
  });

  test('ask for a second factor where the account must prove one', async () => {
    emulator.control.changeUser('ann@hospital.example', { requireMfa: true });
    const page = await person.signIn(await person.open(authorizeUrl(emulator)), 'ann@hospital.example', PASSWORD);
    expect(page.text).toContain('Approve sign in request');
    expect((await person.submit(page, 'second-factor')).text).toContain('Permissions requested');
  });
});

describe('consent', () => {
  test('that is declined comes back as access_denied with AADSTS65004', async () => {
    const page = await person.signIn(await person.open(authorizeUrl(emulator)), 'ann@hospital.example', PASSWORD);
    const params = paramsOf(await person.submit(page, 'consent', { decision: 'cancel' }));
    expect(params.get('error')).toBe('access_denied');
    expect(params.get('error_description')).toMatch(/^AADSTS65004: User declined to consent/);
    expect(params.get('state')).toBe('the-state');
  });

  test('to Files.ReadWrite.All needs an administrator where the tenant says so, and leads back', async () => {
    const page = await person.signIn(await person.open(authorizeUrl(emulator)), 'cleo@clinic.example', PASSWORD);
    expect(page.text).toContain('Need admin approval');
    const link = /href="([^"]*step=return)"/.exec(page.text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const params = paramsOf(await person.open(new URL(link, page.url).href));
    expect(params.get('error')).toBe('access_denied');
    expect(params.get('error_description')).toContain('AADSTS90094');
  });

  test('to Files.ReadWrite is up to the user even there', async () => {
    const url = authorizeUrl(emulator, { scope: 'openid offline_access Files.ReadWrite' });
    const page = await person.signIn(await person.open(url), 'cleo@clinic.example', PASSWORD);
    expect(page.text).toContain('Permissions requested');
  });

  test('of an administrator for the whole tenant lets everybody in without asking', async () => {
    const url = `${emulator.url}/clinic.example/v2.0/adminconsent?client_id=${CLIENT_ID}&state=s&redirect_uri=${encodeURIComponent(REDIRECT_URI)}`;
    const page = await person.signIn(await person.open(url), 'boss@clinic.example', PASSWORD);
    const params = paramsOf(await person.submit(page, 'consent', { decision: 'accept' }));
    expect(params.get('admin_consent')).toBe('True');
    expect(params.get('state')).toBe('s');
    const visit = await connect(emulator, 'cleo@clinic.example');
    expect(paramsOf(visit).get('code')).toBeTruthy();
  });
});

describe('what the application never hears of is shown on a page', () => {
  test('an unregistered redirect URI, 50011', () => expectPage({ redirect_uri: 'http://localhost/callback' }, 50011));
  test('a redirect URI of another site, 50011', () => expectPage({ redirect_uri: 'https://evil.example/' }, 50011));
  test('an unknown application, 700016', () =>
    expectPage({ client_id: '00000000-1111-4222-8333-444444444444' }, 700016));
  test('an unknown tenant, 90002', () => expectPage({}, 90002, 'nowhere.example'));
  test('a registration for one tenant used over common, 50194', async () => {
    await emulator.close();
    const config = aConfig();
    const applications = config.applications?.map((app) => ({ ...app, signInAudience: 'AzureADMyOrg' as const })) ?? [];
    emulator = await startTestEmulator({ config: { ...config, applications } });
    await expectPage({}, 50194, 'common');
  });
  test('somebody of another tenant, 50020', async () => {
    const first = await person.open(authorizeUrl(emulator, {}, TENANT_ID));
    const page = await person.signIn(first, 'cleo@clinic.example', PASSWORD);
    expect(page.text).toContain('AADSTS50020');
  });
  test('a personal account at an application for work accounts, 500208', async () => {
    const page = await person.signIn(
      await person.open(authorizeUrl(emulator, {}, 'common')),
      'home@outlook.example',
      PASSWORD,
    );
    expect(page.text).toContain('AADSTS500208');
  });

  async function expectPage(changes: Record<string, string>, code: number, tenant?: string): Promise<void> {
    const page = await person.open(authorizeUrl(emulator, changes, tenant));
    expect(page.location).toBeUndefined();
    expect(page.status).toBe(400);
    expect(page.text).toContain(`AADSTS${code}`);
  }
});

test('the port of a localhost redirect URI does not matter, its path does', async () => {
  const visit = await connect(emulator, undefined, { redirect_uri: 'http://localhost:3999/callback/' });
  expect(visit.location).toMatch(/^http:\/\/localhost:3999\/callback\/\?code=/);
});

test('an unknown scope is told to the application', async () => {
  const params = paramsOf(await person.open(authorizeUrl(emulator, { scope: 'openid Files.Everything' })));
  expect(params.get('error')).toBe('invalid_scope');
  expect(params.get('error_description')).toContain('AADSTS70011');
});

test('the id_token names tenant, object id and nonce, is signed by the published key, and follows the clock', async () => {
  emulator.control.advanceClock(86_400);
  const { body } = await redeem(emulator, paramsOf(await connect(emulator)).get('code'));
  const keys = await (await fetch(`${emulator.url}/organizations/discovery/v2.0/keys`)).json();
  const { payload } = await jwtVerify(body.id_token, createLocalJWKSet(keys as never), {
    audience: CLIENT_ID,
    issuer: `${emulator.url}/${TENANT_ID}/v2.0`,
    currentDate: new Date(Date.now() + 86_400_000),
  });
  expect(payload).toMatchObject({ tid: TENANT_ID, nonce: 'the-nonce', ver: '2.0', name: 'Ann Example' });
  expect(Math.abs((payload.iat ?? 0) - Date.now() / 1000 - 86_400)).toBeLessThan(60);
});

test('discovery shows the placeholder for many tenants, and the address under which it was asked', async () => {
  const read = async (tenant: string, headers = {}) =>
    (await (
      await fetch(`${emulator.url}/${tenant}/v2.0/.well-known/openid-configuration`, { headers })
    ).json()) as Record<string, string>;
  expect((await read('common')).issuer).toBe(`${emulator.url}/{tenantid}/v2.0`);
  expect((await read('hospital.example')).issuer).toBe(`${emulator.url}/${TENANT_ID}/v2.0`);
  const behindTls = await read('common', { 'x-forwarded-proto': 'https' });
  expect(behindTls.token_endpoint).toBe(`${emulator.url.replace('http:', 'https:')}/common/oauth2/v2.0/token`);
  expect(behindTls).not.toHaveProperty('code_challenge_methods_supported');
});

test('signing out ends the session of the browser, and no refresh token', async () => {
  const { body } = await redeem(emulator, paramsOf(await connect(emulator, undefined, {}, person)).get('code'));
  await person.open(
    `${emulator.url}/common/oauth2/v2.0/logout?post_logout_redirect_uri=${encodeURIComponent(REDIRECT_URI)}`,
  );
  expect((await person.open(authorizeUrl(emulator))).text).toContain('<label for="email">Email</label>');
  const refreshed = await requestToken(emulator, { grant_type: 'refresh_token', refresh_token: body.refresh_token });
  expect(refreshed.status).toBe(200);
});

test('signing in for the editor comes back to this emulator only', async () => {
  const returnTo = `${emulator.contentUrl}/:w:/r/personal/x/_layouts/15/Doc.aspx`;
  const page = await person.open(`${emulator.url}/_signin?return_to=${encodeURIComponent(returnTo)}`);
  expect((await person.signIn(page, 'ann@hospital.example', PASSWORD)).location).toBe(returnTo);
  const elsewhere = await person.open(
    `${emulator.url}/_signin?return_to=${encodeURIComponent('https://evil.example/')}`,
  );
  expect(elsewhere.status).toBe(400);
});
