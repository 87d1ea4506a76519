import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Emulator } from '../src/index.ts';
import {
  aConfig,
  CLIENT_ID,
  connect,
  graphFor,
  PUBLIC_CLIENT_ID,
  paramsOf,
  redeem,
  requestToken,
  SECRET,
  startTestEmulator,
  TENANT_ID,
  tokensFor,
} from './cast.ts';

let emulator: Emulator;

beforeEach(async () => {
  emulator = await startTestEmulator();
});

afterEach(() => emulator.close());

const codeFor = async (changes: Record<string, string | undefined> = {}) =>
  paramsOf(await connect(emulator, undefined, changes)).get('code');
const refresh = (token: string, changes: Record<string, string | undefined> = {}) =>
  requestToken(emulator, { grant_type: 'refresh_token', refresh_token: token, ...changes });

describe('a code', () => {
  test('gives tokens, the granted scopes without offline_access, and client_info when asked', async () => {
    const { status, body } = await redeem(emulator, await codeFor(), { client_info: '1' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: 'Bearer', scope: 'openid profile User.Read Files.ReadWrite.All' });
    expect(body.expires_in).toBeGreaterThanOrEqual(3599);
    expect(JSON.parse(Buffer.from(body.client_info, 'base64url').toString())).toMatchObject({ utid: TENANT_ID });
  });

  test('is good once: 54005', async () => {
    const code = await codeFor();
    await redeem(emulator, code);
    await expectRefusal(redeem(emulator, code), 400, 'invalid_grant', 54005);
  });

  test('is good for ten minutes: 70008', async () => {
    const code = await codeFor();
    emulator.control.advanceClock(601);
    await expectRefusal(redeem(emulator, code), 400, 'invalid_grant', 70008);
  });

  test('needs the verifier that belongs to its challenge', async () => {
    const code = await codeFor();
    await expectRefusal(redeem(emulator, code, { code_verifier: undefined }), 400, 'invalid_grant', 50148);
    await expectRefusal(redeem(emulator, code, { code_verifier: 'x'.repeat(43) }), 400, 'invalid_grant', 50148);
    expect((await redeem(emulator, code)).status).toBe(200);
  });

  test('needs the redirect URI with which it was asked for: 500112', async () => {
    const code = await codeFor();
    await expectRefusal(
      redeem(emulator, code, { redirect_uri: 'http://localhost:1/callback/' }),
      400,
      'invalid_grant',
      500112,
    );
  });

  test('brings no refresh token without offline_access, and no id_token without openid', async () => {
    const { body } = await redeem(emulator, await codeFor({ scope: 'Files.ReadWrite.All' }));
    expect(Object.keys(body).sort()).toEqual(['access_token', 'expires_in', 'ext_expires_in', 'scope', 'token_type']);
  });
});

describe('the application', () => {
  test('may prove itself by HTTP Basic, form-encoded before it is joined', async () => {
    const encode = (text: string) => encodeURIComponent(text).replaceAll('%20', '+');
    const basic = Buffer.from(`${encode(CLIENT_ID)}:${encode(SECRET)}`).toString('base64');
    const { refresh: token } = await tokensFor(emulator);
    const fields = {
      grant_type: 'refresh_token',
      refresh_token: token,
      client_id: undefined,
      client_secret: undefined,
    };
    expect((await requestToken(emulator, fields, 'common', { authorization: `Basic ${basic}` })).status).toBe(200);
  });

  test('is refused with a wrong secret, none, or an expired one', async () => {
    const { refresh: token } = await tokensFor(emulator);
    await expectRefusal(refresh(token, { client_secret: 'wrong' }), 401, 'invalid_client', 7000215);
    await expectRefusal(refresh(token, { client_secret: undefined }), 401, 'invalid_client', 7000218);
    emulator.control.changeApplication(CLIENT_ID, { expireSecrets: true });
    await expectRefusal(refresh(token), 401, 'invalid_client', 7000222);
  });

  test('sends no secret if it is a public client', async () => {
    const fields = { client_id: PUBLIC_CLIENT_ID, grant_type: 'refresh_token', refresh_token: 'x' };
    await expectRefusal(requestToken(emulator, fields), 401, 'invalid_client', 700025);
    await expectRefusal(
      requestToken(emulator, { ...fields, client_secret: undefined }),
      400,
      'invalid_request',
      9002313,
    );
  });

  test('acts for itself with client_credentials, on drives of the tenant but not as /me', async () => {
    const fields = { grant_type: 'client_credentials', scope: 'https://graph.microsoft.com/.default' };
    const { body } = await requestToken(emulator, fields, TENANT_ID);
    const graph = graphFor(emulator, body.access_token);
    expect((await graph('GET', '/me')).status).toBe(400);
    const own = graphFor(emulator, (await tokensFor(emulator)).access);
    const drive = (await own('GET', '/me/drive')).body;
    expect((await graph('GET', `/drives/${drive.id}/root`)).status).toBe(200);
    await expectRefusal(requestToken(emulator, fields, 'common'), 400, 'invalid_request', 9001023);
  });
});

describe('a refresh token', () => {
  test('gives a new one, and stays good itself', async () => {
    const { refresh: first } = await tokensFor(emulator);
    const { body } = await refresh(first);
    expect(body.refresh_token).not.toBe(first);
    expect((await refresh(first)).status).toBe(200);
    expect((await refresh(body.refresh_token)).status).toBe(200);
  });

  test('dies at its first use under strict rotation, and its reuse is counted', async () => {
    await emulator.close();
    emulator = await startTestEmulator({ config: aConfig({ behaviour: { rotation: 'strict' } }) });
    const { refresh: first } = await tokensFor(emulator);
    const { body } = await refresh(first);
    await expectRefusal(refresh(first), 400, 'invalid_grant', 70000);
    expect((await refresh(body.refresh_token)).status).toBe(200);
    expect(emulator.control.tokens()).toEqual([
      { clientId: CLIENT_ID, user: 'ann@hospital.example', issued: 1, refreshed: 2, reused: 1 },
    ]);
  });

  test('runs out after 90 days without use: 700082, bad_token', async () => {
    const { refresh: token } = await tokensFor(emulator);
    emulator.control.advanceClock(90 * 86_400);
    const { body } = await expectRefusal(refresh(token), 400, 'invalid_grant', 700082);
    expect(body.suberror).toBe('bad_token');
  });

  test('is refused for scopes beyond the grant, and after consent was taken back: 65001', async () => {
    const { refresh: token } = await tokensFor(emulator);
    await expectRefusal(refresh(token, { scope: 'Sites.Read.All' }), 400, 'invalid_grant', 65001);
    expect((await refresh(token, { scope: 'User.Read' })).body.scope).toBe('User.Read');
    emulator.control.changeUser('ann@hospital.example', { revokeConsent: CLIENT_ID });
    await expectRefusal(refresh(token), 400, 'invalid_grant', 65001);
  });

  test('is refused when sessions were revoked, the account disabled, or a second factor is asked for', async () => {
    const { refresh: token } = await tokensFor(emulator);
    emulator.control.changeUser('ann@hospital.example', { requireMfa: true });
    const { body } = await expectRefusal(refresh(token), 400, 'interaction_required', 50076);
    expect(JSON.parse(body.claims)).toHaveProperty('access_token');
    emulator.control.advanceClock(1);
    emulator.control.changeUser('ann@hospital.example', { requireMfa: false, revokeSessions: true });
    await expectRefusal(refresh(token), 400, 'invalid_grant', 50173);
    emulator.control.changeUser('ann@hospital.example', { disabled: true });
    await expectRefusal(refresh(token), 400, 'invalid_grant', 50057);
  });
});

describe('the answer to a bad request', () => {
  test('has the shape of Microsoft, with spaces in the description and a time with a space', async () => {
    const { body } = await requestToken(emulator, { grant_type: undefined });
    expect(body).toMatchObject({ error: 'invalid_request', error_codes: [900144] });
    expect(body.error_description).toMatch(
      /^AADSTS900144: .* Trace ID: [\w-]{36} Correlation ID: [\w-]{36} Timestamp: /,
    );
    expect(body.timestamp).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/);
  });

  test('is the same for a JSON body: its parameters are not read', async () => {
    const response = await fetch(`${emulator.url}/common/oauth2/v2.0/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ grant_type: 'refresh_token' }),
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error_codes: [900144] });
  });

  test('names an unknown application, a disabled one, an unknown tenant and grant', async () => {
    await expectRefusal(
      requestToken(emulator, { client_id: 'x', grant_type: 'refresh_token' }),
      400,
      'unauthorized_client',
      700016,
    );
    await expectRefusal(requestToken(emulator, { grant_type: 'password' }), 400, 'unsupported_grant_type', 70003);
    await expectRefusal(
      requestToken(emulator, { grant_type: 'refresh_token' }, 'nowhere.example'),
      400,
      'invalid_request',
      90002,
    );
    emulator.control.changeApplication(CLIENT_ID, { disabled: true });
    await expectRefusal(refresh('x'), 400, 'unauthorized_client', 7000112);
  });

  test('is a refusal, never a crash, whatever comes as a code or token', async () => {
    for (const junk of ['%', '\u0000', 'a'.repeat(20_000), '{"a":1}', '../../etc/passwd', '😀']) {
      expect((await redeem(emulator, junk)).status).toBe(400);
      expect((await refresh(junk)).status).toBe(400);
    }
  });
});

async function expectRefusal(reply: ReturnType<typeof requestToken>, status: number, error: string, code: number) {
  const answer = await reply;
  expect(answer).toMatchObject({ status, body: { error, error_codes: [code] } });
  return answer;
}
