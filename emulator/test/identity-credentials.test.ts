import { createPrivateKey, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Emulator } from '../src/index.ts';
import {
  aConfigWith,
  CLIENT_ID,
  type ConfigChanges,
  connect,
  paramsOf,
  redeem,
  requestToken,
  startTestEmulator,
  TENANT_ID,
  VERIFIER,
} from './cast.ts';
import { type CertificatePair, makeCertificate, thumbprintOf } from './certificates.ts';

let own: CertificatePair;
let others: CertificatePair;
let emulator: Emulator;

beforeAll(() => {
  own = makeCertificate(30);
  others = makeCertificate(30);
});
beforeEach(async () => {
  emulator = await startWith({ secrets: [], certificates: [{ pem: own.certificate }] });
});
afterEach(() => emulator.close());

const startWith = (app: ConfigChanges['app']) => startTestEmulator({ config: aConfigWith({ app }) });

async function restartWith(changes: ConfigChanges['app']): Promise<void> {
  await emulator.close();
  emulator = await startWith(changes);
}

const endpoint = () => `${emulator.url}/${TENANT_ID}/oauth2/v2.0/token`;

async function sign(options: { algorithm?: string; pair?: CertificatePair; header?: object; claims?: object } = {}) {
  const { algorithm = 'PS256', pair = own } = options;
  const now = Math.floor(Date.now() / 1000);
  const base = {
    aud: endpoint(),
    iss: CLIENT_ID,
    sub: CLIENT_ID,
    jti: randomUUID(),
    nbf: now,
    iat: now,
    exp: now + 600,
  };
  const header = options.header ?? { 'x5t#S256': thumbprintOf(pair, 'sha256') };
  return new SignJWT({ ...base, ...options.claims })
    .setProtectedHeader({ typ: 'JWT', ...header, alg: algorithm })
    .sign(createPrivateKey(pair.key));
}

const present = (client_assertion: string) =>
  requestToken(
    emulator,
    {
      grant_type: 'client_credentials',
      scope: 'https://graph.microsoft.com/.default',
      client_secret: undefined,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion,
    },
    TENANT_ID,
  );

async function expectRefused(assertion: string, code: number) {
  const { status, body } = await present(assertion);
  expect([status, body.error, body.error_codes]).toEqual([401, 'invalid_client', [code]]);
}

describe('a certificate', () => {
  test('proves the application by PS256 with x5t#S256, and by RS256 with x5t', async () => {
    expect((await present(await sign())).status).toBe(200);
    const older = await sign({ algorithm: 'RS256', header: { x5t: thumbprintOf(own, 'sha1') } });
    expect((await present(older)).status).toBe(200);
  });

  test('must be registered, and the signature be its own: 700027', async () => {
    await expectRefused(await sign({ pair: others }), 700027);
    await expectRefused(await sign({ pair: others, header: { 'x5t#S256': thumbprintOf(own, 'sha256') } }), 700027);
  });

  test('must be named by its thumbprint: 50012', async () => expectRefused(await sign({ header: {} }), 50012));

  test('is refused once it has expired: 700027', async () => {
    emulator.control.advanceClock(31 * 86_400);
    const now = Math.floor(Date.now() / 1000) + 31 * 86_400;
    await expectRefused(await sign({ claims: { nbf: now, iat: now, exp: now + 600 } }), 700027);
  });

  test('comes with an assertion for this endpoint: 700023', async () =>
    expectRefused(await sign({ claims: { aud: 'https://elsewhere.example/token' } }), 700023));

  test('comes with an assertion of this application: 700021', async () =>
    expectRefused(await sign({ claims: { iss: randomUUID() } }), 700021));

  test('comes with an assertion in its time: 700024', async () => {
    const now = Math.floor(Date.now() / 1000);
    await expectRefused(await sign({ claims: { exp: now - 400 } }), 700024);
    await expectRefused(await sign({ claims: { nbf: now + 400 } }), 700024);
  });

  test('comes with an assertion that has an id and an end: 50027', async () => {
    await expectRefused(await sign({ claims: { jti: undefined } }), 50027);
    await expectRefused(await sign({ claims: { exp: undefined } }), 50027);
    await expectRefused('not.a-token', 50027);
  });
});

test('a config whose certificate is none is refused at the start', async () => {
  await expect(startWith({ certificates: [{ pem: 'nothing' }] })).rejects.toThrow('expected a certificate');
});

describe('a secret', () => {
  test('that has run out is refused by its own number, a newer one works: 7000222', async () => {
    await restartWith({ secrets: [{ value: 'old', expiresAt: '2020-01-01T00:00:00Z' }, { value: 'new' }] });
    const use = (client_secret: string) =>
      requestToken(emulator, { grant_type: 'refresh_token', refresh_token: 'x', client_secret });
    expect((await use('old')).body.error_codes).toEqual([7000222]);
    expect((await use('a-secret-id')).body.error_codes).toEqual([7000215]);
    expect((await use('new')).body.error_codes).toEqual([9002313]);
  });

  test('from a page is refused: a web application is redeemed by its server, 9002326', async () => {
    await restartWith({});
    const code = paramsOf(await connect(emulator)).get('code') ?? '';
    const { body } = await requestToken(emulator, { grant_type: 'authorization_code', code }, undefined, {
      origin: 'https://app.example',
    });
    expect(body.error_codes).toEqual([9002326]);
    expect(body.error_description).toContain("Request origin: 'https://app.example'");
  });
});

describe('a single-page application', () => {
  const page = { origin: 'http://localhost' };
  const redeemAtPage = async () => {
    const code = paramsOf(await connect(emulator)).get('code');
    const fields = { grant_type: 'authorization_code', code: code ?? '', client_secret: undefined };
    const rest = { redirect_uri: 'http://localhost/callback/', code_verifier: VERIFIER };
    return requestToken(emulator, { ...fields, ...rest }, undefined, page);
  };
  beforeEach(() => restartWith({ platform: 'spa', secrets: [] }));

  test('redeems from a page only: 9002327', async () => {
    const code = paramsOf(await connect(emulator)).get('code');
    expect((await redeem(emulator, code, { client_secret: undefined })).body.error_codes).toEqual([9002327]);
  });

  test('must use PKCE: 9002325', async () => {
    const visit = await connect(emulator, undefined, { code_challenge: undefined });
    expect(paramsOf(visit).get('error_description')).toContain('AADSTS9002325');
  });

  test('stays connected for a day in all, however often it refreshes: 700084', async () => {
    const { body } = await redeemAtPage();
    expect(body.refresh_token_expires_in).toBe(86_400);
    const refresh = (refresh_token: string) =>
      requestToken(emulator, { grant_type: 'refresh_token', refresh_token, client_secret: undefined }, undefined, page);
    emulator.control.advanceClock(80_000);
    const later = await refresh(body.refresh_token);
    expect(later.body.refresh_token_expires_in).toBeLessThanOrEqual(6_400);
    emulator.control.advanceClock(6_401);
    expect((await refresh(later.body.refresh_token)).body.error_codes).toEqual([700084]);
  });

  test('is no confidential client, though a secret stands in its registration: a new password ends it', async () => {
    await restartWith({ platform: 'spa', secrets: [{ value: 'of no use' }] });
    const { refresh_token } = (await redeemAtPage()).body;
    emulator.control.advanceClock(60);
    emulator.control.changeUser('ann@hospital.example', { password: { value: 'new', by: 'self' } });
    const fields = { grant_type: 'refresh_token', refresh_token, client_secret: undefined };
    expect((await requestToken(emulator, fields, undefined, page)).body.error_codes).toEqual([50173]);
  });

  test('may ask first whether it may ask', async () => {
    const response = await fetch(endpoint(), {
      method: 'OPTIONS',
      headers: { 'access-control-request-headers': 'x-a' },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-allow-headers')).toBe('x-a');
  });
});

test('an application that nobody in the tenant knows can not act there for itself: 700016', async () => {
  await restartWith({});
  const act = () =>
    requestToken(
      emulator,
      { grant_type: 'client_credentials', scope: 'https://graph.microsoft.com/.default' },
      'clinic.example',
    );
  expect((await act()).body.error_codes).toEqual([700016]);
  await connect(emulator, 'boss@clinic.example');
  expect((await act()).status).toBe(200);
});
