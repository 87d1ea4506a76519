import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Emulator } from '../src/index.ts';
import { aClock, CLIENT_ID, graphFor, PASSWORD, PUBLIC_CLIENT_ID, requestToken, startTestEmulator } from './cast.ts';
import { Person, type Visit } from './playing-a-person.ts';

let emulator: Emulator;
let person: Person;
beforeEach(async () => {
  emulator = await startTestEmulator({ clock: aClock() });
  person = new Person();
});
afterEach(() => emulator.close());

const SCOPE = 'openid profile offline_access Files.ReadWrite';

async function begin(tenant = 'common') {
  const response = await fetch(`${emulator.url}/${tenant}/oauth2/v2.0/devicecode`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: PUBLIC_CLIENT_ID, scope: SCOPE }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: the tests look into an answer of another protocol
  return { status: response.status, body: (await response.json()) as any };
}

const poll = (deviceCode: string, changes: Record<string, string> = {}) =>
  requestToken(
    emulator,
    {
      client_id: PUBLIC_CLIENT_ID,
      client_secret: undefined,
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      device_code: deviceCode,
      ...changes,
    },
    'common',
  );

/** Types the code and signs in, up to the question which application it is. */
async function enter(userCode: string, login = 'ann@hospital.example'): Promise<Visit> {
  const page = await person.open(`${emulator.url}/devicelogin`);
  expect(page.text).toContain('Enter code to allow access');
  const email = await person.open(`${emulator.url}/common/oauth2/deviceauth`, {
    method: 'POST',
    body: new URLSearchParams({ otc: ` ${userCode.toLowerCase()} ` }),
  });
  return person.signIn(email, login, PASSWORD);
}

describe('the device flow', () => {
  test('gives a code to type, where to type it, and a sentence that says so', async () => {
    const { status, body } = await begin();
    expect(status).toBe(200);
    expect(body).toMatchObject({ verification_uri: `${emulator.url}/devicelogin`, expires_in: 900, interval: 5 });
    expect(body.user_code).toMatch(/^[A-Z0-9]{9}$/);
    expect(body.message).toBe(
      `To sign in, use a web browser to open the page ${body.verification_uri} and enter the code ${body.user_code} to authenticate.`,
    );
    expect(body).not.toHaveProperty('verification_uri_complete');
  });

  test('waits until the person has signed in, confirmed the application and consented', async () => {
    const { body } = await begin();
    expect((await poll(body.device_code)).body).toMatchObject({ error: 'authorization_pending', error_codes: [70016] });
    const confirm = await enter(body.user_code);
    expect(confirm.text).toContain('Are you trying to sign in to Public app?');
    const consent = await person.submit(confirm, 'device', { decision: 'continue' });
    expect(consent.text).toContain('Permissions requested');
    expect((await person.submit(consent, 'consent', { decision: 'accept' })).text).toContain(
      'You have signed in to the',
    );
    emulator.control.advanceClock(5);
    const tokens = await poll(body.device_code);
    expect(tokens.status).toBe(200);
    expect(Object.keys(tokens.body)).toEqual(expect.arrayContaining(['access_token', 'refresh_token', 'id_token']));
    expect((await graphFor(emulator, tokens.body.access_token)('GET', '/me/drive')).status).toBe(200);
    expect((await poll(body.device_code)).body.error_codes).toEqual([54005]);
  });

  test('tells a device that asks too often to slow down', async () => {
    const { body } = await begin();
    await poll(body.device_code);
    expect((await poll(body.device_code)).body.error).toBe('slow_down');
    emulator.control.advanceClock(5);
    expect((await poll(body.device_code)).body.error).toBe('authorization_pending');
  });

  test('ends when the person declines', async () => {
    const { body } = await begin();
    const confirm = await enter(body.user_code);
    expect((await person.submit(confirm, 'device', { decision: 'cancel' })).text).toContain('You declined');
    expect((await poll(body.device_code)).body).toMatchObject({ error: 'authorization_declined' });
  });

  test('ends after fifteen minutes, on the page too', async () => {
    const { body } = await begin();
    emulator.control.advanceClock(900);
    expect((await poll(body.device_code)).body).toMatchObject({ error: 'expired_token', error_codes: [70020] });
    const page = await person.open(`${emulator.url}/common/oauth2/deviceauth`, {
      method: 'POST',
      body: new URLSearchParams({ otc: body.user_code }),
    });
    expect(page.text).toContain('has expired');
  });

  test('knows no code that it did not give, and none of another application', async () => {
    const { body } = await begin();
    expect((await poll('nothing')).body).toMatchObject({ error: 'bad_verification_code', error_codes: [70018] });
    const other = await requestToken(emulator, {
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      device_code: body.device_code,
    });
    expect(other.body.error).toBe('bad_verification_code');
    const page = await person.open(`${emulator.url}/common/oauth2/deviceauth`, {
      method: 'POST',
      body: new URLSearchParams({ otc: 'WRONG' }),
    });
    expect(page.text).toContain('code didn&#39;t work');
  });

  test('gives a personal account tokens that are no JWTs', async () => {
    const { body } = await begin('consumers');
    const confirm = await enter(body.user_code, 'home@outlook.example');
    await person.submit(await person.submit(confirm, 'device', { decision: 'continue' }), 'consent', {
      decision: 'accept',
    });
    const tokens = await poll(body.device_code);
    expect(tokens.body.access_token).toMatch(/^EwB[\w-]+$/);
    expect(tokens.body.refresh_token).toMatch(/^M\./);
  });

  test('refuses an unknown application and a missing scope at once', async () => {
    const ask = async (fields: Record<string, string>) => {
      const body = new URLSearchParams(fields);
      const response = await fetch(`${emulator.url}/common/oauth2/v2.0/devicecode`, { method: 'POST', body });
      return (await response.json()) as { error_codes: number[] };
    };
    expect((await ask({ client_id: '00000000-1111-4222-8333-444444444444', scope: SCOPE })).error_codes).toEqual([
      700016,
    ]);
    expect((await ask({ client_id: CLIENT_ID })).error_codes).toEqual([900144]);
  });
});
