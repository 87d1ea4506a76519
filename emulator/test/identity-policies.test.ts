import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Emulator } from '../src/index.ts';
import {
  aConfigWith,
  authorizeUrl,
  CLIENT_ID,
  type ConfigChanges,
  connect,
  PASSWORD,
  paramsOf,
  REDIRECT_URI,
  redeem,
  requestToken,
  startTestEmulator,
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

describe('consent', () => {
  test('is asked for what is new alone', async () => {
    await connect(emulator, undefined, { scope: 'openid profile Files.Read' }, person);
    const more = await person.open(authorizeUrl(emulator, { scope: 'openid profile Files.Read Sites.Read.All' }));
    expect(more.text).toContain('Read items in all site collections');
    expect(more.text).not.toContain('Read your files');
  });

  test('is asked for all again by prompt=consent, and by prompt=none it is told', async () => {
    await connect(emulator, undefined, {}, person);
    expect((await person.open(authorizeUrl(emulator, { prompt: 'consent' }))).text).toContain('Permissions requested');
    const silent = await person.open(authorizeUrl(emulator, { prompt: 'none', scope: 'openid Sites.Read.All' }));
    expect([paramsOf(silent).get('error'), errorOf(silent)]).toEqual(['consent_required', '65001']);
  });

  test('that only an administrator can give may be asked for where the tenant has it so', async () => {
    await restart({ tenant: { userConsent: 'block-files', adminConsentRequests: true } });
    const page = await signInAt();
    expect(page.text).toContain('Approval required');
    const sent = await person.submit(page, 'request-approval', { justification: 'work' });
    expect(sent.text).toContain('Request sent');
    expect((await person.open(authorizeUrl(emulator))).text).toContain('Request sent');
    const link = /href="([^"]*step=return)"/.exec(sent.text)?.[1] ?? '';
    expect(errorOf(await person.open(new URL(link, sent.url).href))).toBe('90095');
  });

  test('to some permissions is up to administrators whatever the tenant says', async () => {
    expect((await signInAt({ scope: 'openid User.Read.All' })).text).toContain('Need admin approval');
  });

  test('of nobody is possible where no user may give any', async () => {
    await restart({ tenant: { userConsent: 'block' } });
    expect((await signInAt({ scope: 'openid Files.Read' })).text).toContain('Need admin approval');
  });

  test('of an administrator is refused at common, and an error still says admin_consent', async () => {
    const url = (tenant: string) =>
      `${emulator.url}/${tenant}/v2.0/adminconsent?client_id=${CLIENT_ID}&redirect_uri=${encodeURIComponent(REDIRECT_URI)}`;
    expect((await person.open(url('common'))).text).toContain('AADSTS50059');
    const page = await person.signIn(await person.open(url('organizations')), 'chief@hospital.example', PASSWORD);
    const params = paramsOf(await person.submit(page, 'consent', { decision: 'cancel' }));
    expect([params.get('admin_consent'), params.get('error')]).toEqual(['True', 'access_denied']);
  });
});

describe('conditional access', () => {
  const policy = (changes: object) => restart({ tenant: { conditionalAccess: [{ displayName: 'Rule', ...changes }] } });

  test.each([
    ['block', '53003'],
    ['compliantDevice', '53000'],
    ['domainJoinedDevice', '53001'],
    ['approvedApplication', '53002'],
  ])('with %s refuses on the page: %s', async (grant, code) => {
    await policy({ grant });
    expect((await signInAt()).text).toContain(`AADSTS${code}`);
  });

  test('asks for the second factor of those people at that application', async () => {
    await policy({ grant: 'mfa', users: ['ann@hospital.example'], applications: [CLIENT_ID] });
    expect((await signInAt()).text).toContain('Approve sign in request');
    person = new Person();
    expect((await signInAt({}, 'bob@hospital.example')).text).toContain('Permissions requested');
  });

  test('cuts a connection after the sign-in frequency: 70043, and the password is asked for again', async () => {
    await policy({ signInFrequencyHours: 2 });
    const { body } = await redeem(emulator, paramsOf(await connect(emulator, undefined, {}, person)).get('code'));
    emulator.control.advanceClock(2 * 3600);
    const { body: refused } = await requestToken(emulator, {
      grant_type: 'refresh_token',
      refresh_token: body.refresh_token,
    });
    expect([refused.error_codes, refused.suberror]).toEqual([[70043], 'bad_token']);
    const page = await person.open(authorizeUrl(emulator));
    expect(page.text).toContain('Enter password');
    expect(paramsOf(await person.submit(page, 'password', { password: PASSWORD })).get('code')).toBeTruthy();
  });

  test('of a context counts when the application asks for it, and shows in the token', async () => {
    await policy({ grant: 'mfa', authenticationContext: 'c1' });
    await connect(emulator, undefined, {}, person);
    const claims = JSON.stringify({ id_token: { acrs: { essential: true, value: 'c1' } } });
    const page = await person.open(authorizeUrl(emulator, { claims }));
    expect(page.text).toContain('Approve sign in request');
    const { body } = await redeem(emulator, paramsOf(await person.submit(page, 'second-factor')).get('code'));
    expect(claimsOf(body.id_token).acrs).toEqual(['c1']);
    expect(claimsOf(body.access_token).acrs).toEqual(['c1']);
  });

  test('refuses a refresh until the claims of the refusal were brought to the pages', async () => {
    const { body } = await redeem(emulator, paramsOf(await connect(emulator, undefined, {}, person)).get('code'));
    emulator.control.changeUser('ann@hospital.example', { requireMfa: true, mfaRegistered: false });
    const { body: refused } = await requestToken(emulator, {
      grant_type: 'refresh_token',
      refresh_token: body.refresh_token,
    });
    expect([refused.error, refused.error_codes, refused.suberror]).toEqual([
      'interaction_required',
      [50079],
      'basic_action',
    ]);
    const page = await person.open(authorizeUrl(emulator, { claims: refused.claims }));
    expect(page.text).toContain('More information required');
    const renewed = await redeem(emulator, paramsOf(await person.submit(page, 'second-factor')).get('code'));
    const again = await requestToken(emulator, {
      grant_type: 'refresh_token',
      refresh_token: renewed.body.refresh_token,
    });
    expect(again.status).toBe(200);
  });
});
