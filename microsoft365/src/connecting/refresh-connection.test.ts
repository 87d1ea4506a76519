import { createPublicKey, generateKeyPairSync, type KeyObject, verify, X509Certificate } from 'node:crypto';
import { inspect } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CERTIFICATE_PEM, PRIVATE_KEY_PEM } from '../../test/certificate.ts';
import {
  CLIENT_ID,
  type LoopbackAuthority,
  REFRESH_TOKEN,
  startLoopbackAuthority,
} from '../../test/loopback-authority.ts';
import { json, startLoopbackServer } from '../../test/loopback-server.ts';
import { endConnection, readAppCertificate, refreshConnection } from '../index.ts';

let authority: LoopbackAuthority;
beforeEach(async () => {
  authority = await startLoopbackAuthority();
});
afterEach(() => authority.close());

const OLD = 'canary-old-refresh-token';
const refresh = () => refreshConnection(authority.app(), OLD);

test('a refresh brings the new tokens and sends no scope, code or redirect', async () => {
  await expect(refresh()).resolves.toMatchObject({ refreshToken: REFRESH_TOKEN, expiresInSeconds: 3599 });
  const sent = Object.fromEntries(authority.tokenRequests()[0] ?? []);
  expect(Object.keys(sent).sort()).toEqual(['client_id', 'client_secret', 'grant_type', 'refresh_token']);
  expect(sent).toMatchObject({ grant_type: 'refresh_token', refresh_token: OLD });
});

test('R17, B7: a missing or empty refresh token is no refresh token', async () => {
  for (const refresh_token of [undefined, '', null]) {
    authority.switches.tokens = { refresh_token };
    expect((await refresh()).refreshToken).toBeUndefined();
  }
});

test('R16: a lifetime in a string is accepted, a missing one counts as due', async () => {
  authority.switches.tokens = { expires_in: '3600' };
  expect((await refresh()).expiresInSeconds).toBe(3600);
  authority.switches.tokens = { expires_in: undefined };
  expect((await refresh()).expiresInSeconds).toBe(0);
});

test('R16: a lifetime that can not be read counts as due, and does not lose the rotated token', async () => {
  for (const expires_in of ['abc', -1, 12.5, '', [], 1e12]) {
    authority.switches.tokens = { expires_in };
    expect(await refresh()).toMatchObject({ expiresInSeconds: 0, refreshToken: REFRESH_TOKEN });
  }
});

test('R16: answers that are none are never a verdict on the grant', async () => {
  const html = { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' };
  for (const reply of [html, json({}), { ...json({}), body: '' }, { ...json({}), body: '{"access_tok' }, json([1])]) {
    authority.switches.tokenReply = reply;
    await expect(refresh()).rejects.toMatchObject({ kind: 'protocol' });
  }
  authority.switches.tokenReply = json({ hello: 1 }, 400);
  await expect(refresh()).rejects.toMatchObject({ kind: 'protocol' });
});

test('R12, R10, B11: a 5xx is a passing trouble, whatever its body says', async () => {
  for (const status of [500, 502, 503, 504]) {
    authority.switches.tokenReply = json({ error: 'invalid_grant', error_codes: [700082] }, status);
    await expect(refresh()).rejects.toMatchObject({ kind: 'transient', code: 'microsoft_unavailable' });
  }
});

test('R10: a cut connection is a passing trouble', async () => {
  authority.switches.tokenReply = { drop: true };
  await expect(refresh()).rejects.toMatchObject({ kind: 'transient', code: 'microsoft_unreachable' });
});

test('R08: a token endpoint that hangs frees its caller', async () => {
  authority.switches.tokenReply = { hang: true };
  const attempt = refreshConnection(authority.app(), OLD, { timeoutMs: 50 });
  await expect(attempt).rejects.toMatchObject({ kind: 'transient', code: 'microsoft_timed_out' });
});

test('R11: throttling says until when, in seconds or as a date of that answer', async () => {
  authority.switches.tokenReply = { status: 429, headers: { 'retry-after': '30' } };
  await expect(refresh()).rejects.toMatchObject({ kind: 'throttled', retryAfterSeconds: 30 });
  const date = new Date('2030-01-01T00:00:00Z');
  const until = new Date(date.getTime() + 30_000);
  authority.switches.tokenReply = {
    status: 429,
    headers: { date: date.toUTCString(), 'retry-after': until.toUTCString() },
  };
  await expect(refresh()).rejects.toMatchObject({ kind: 'throttled', retryAfterSeconds: 30 });
});

test("R13: a refused grant is the person's, with Microsoft's numbers for the administrator", async () => {
  authority.switches.tokenReply = json(
    {
      error: 'invalid_grant',
      error_description: `AADSTS700082: The refresh token ${OLD} has expired`,
      error_codes: [700082],
      timestamp: '2026-01-01 00:00:00Z',
      trace_id: 'trace',
      correlation_id: 'correlation',
    },
    400,
  );
  const error = await refresh().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    kind: 'user',
    code: 'grant_refused',
    aadsts: 700082,
    oauthError: 'invalid_grant',
    traceId: 'trace',
    correlationId: 'correlation',
    timestamp: '2026-01-01 00:00:00Z',
  });
  expect(inspect(error, { depth: 9 })).not.toContain(OLD);
});

test('R14: a claims challenge is kept for the reconnect', async () => {
  const claims = '{"access_token":{"capolids":{"essential":true,"values":["x"]}}}';
  authority.switches.tokenReply = json({ error: 'interaction_required', error_codes: [50076], claims }, 400);
  await expect(refresh()).rejects.toMatchObject({ kind: 'user', code: 'interaction_required', claims });
});

test("R15, B26: a refused client credential is the app's, and challenges in headers change nothing", async () => {
  authority.switches.tokenReply = json({ error: 'invalid_client', error_codes: [7000222] }, 401, {
    'www-authenticate': 'Bearer realm="x"',
  });
  await expect(refresh()).rejects.toMatchObject({ kind: 'app', code: 'client_credential_refused', aadsts: 7000222 });
});

test('S29: a certificate signs an assertion with PS256, x5t#S256, jti, and ten minutes at most', async () => {
  const app = authority.app({
    credential: { kind: 'certificate', certificatePem: CERTIFICATE_PEM, privateKeyPem: PRIVATE_KEY_PEM },
  });
  await refreshConnection(app, OLD);
  await refreshConnection(app, OLD);
  const [first, second] = authority.tokenRequests();
  expect(first?.has('client_secret')).toBe(false);
  expect(first?.get('client_assertion_type')).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
  const [header, payload, signature] = (first?.get('client_assertion') ?? '').split('.');
  const read = (part = '') => JSON.parse(Buffer.from(part, 'base64url').toString());
  const certificate = new X509Certificate(CERTIFICATE_PEM);
  const thumbprint = Buffer.from(certificate.fingerprint256.replaceAll(':', ''), 'hex').toString('base64url');
  expect(read(header)).toEqual({ alg: 'PS256', typ: 'JWT', 'x5t#S256': thumbprint });
  const { iss, sub, aud, jti, iat, nbf, exp } = read(payload);
  expect([iss, sub, aud]).toEqual([CLIENT_ID, CLIENT_ID, `${authority.url}/organizations/oauth2/v2.0/token`]);
  expect([exp - iat, nbf]).toEqual([300, iat]);
  const key = { key: createPublicKey(CERTIFICATE_PEM), padding: 6, saltLength: 32 };
  const signed = Buffer.from(`${header}.${payload}`);
  expect(verify('sha256', signed, key, Buffer.from(signature ?? '', 'base64url'))).toBe(true);
  const other = read((second?.get('client_assertion') ?? '').split('.')[1]);
  expect(other.jti).not.toBe(jti);
});

const pem = (key: KeyObject) => String(key.export({ format: 'pem', type: 'pkcs8' }));
const strangeKey = pem(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey);
const curveKey = pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);

test.each([
  ['the certificate is not a PEM', { certificatePem: 'no certificate' }],
  ['the private key is not an unencrypted PEM', { privateKeyPem: 'no key' }],
  ["the private key is not the certificate's", { privateKeyPem: strangeKey }],
  ["the private key is not the certificate's", { privateKeyPem: curveKey }],
])('C12: a certificate that can not be used is told before anything is sent: %s', async (reason, change) => {
  const pair = { kind: 'certificate', certificatePem: CERTIFICATE_PEM, privateKeyPem: PRIVATE_KEY_PEM } as const;
  const credential = { ...pair, ...change };
  const unusable = { kind: 'app', code: 'client_credential_invalid', message: expect.stringContaining(reason) };
  expect(() => readAppCertificate(credential)).toThrow(expect.objectContaining(unusable));
  await expect(refreshConnection(authority.app({ credential }), OLD)).rejects.toMatchObject(unusable);
  expect(authority.tokenRequests()).toHaveLength(0);
});

test('C12: a certificate says until when it is valid, and by what Entra knows it', () => {
  const pair = { kind: 'certificate', certificatePem: CERTIFICATE_PEM, privateKeyPem: PRIVATE_KEY_PEM } as const;
  const { validFrom, validUntil, thumbprint, subject } = readAppCertificate(pair);
  expect(validFrom).toEqual(new Date('2026-11-25T04:00:40Z'));
  expect(validUntil).toEqual(new Date('2126-11-01T04:00:40Z'));
  expect([thumbprint.length, subject]).toEqual([43, 'CN=loopback tests']);
});

test('S64: ending a connection revokes where the authority offers it, and sends nothing where not', async () => {
  await expect(endConnection(authority.app(), OLD)).resolves.toEqual({ revoked: false });
  expect(authority.received.some(({ method }) => method === 'POST')).toBe(false);
  authority.switches.metadata = { revocation_endpoint: `${authority.url}/revoke` };
  authority.switches.revocationReply = { status: 200 };
  await expect(endConnection(authority.app(), OLD)).resolves.toEqual({ revoked: true });
  const sent = new URLSearchParams(authority.received.find(({ url }) => url === '/revoke')?.body);
  expect(Object.fromEntries(sent)).toMatchObject({
    token: OLD,
    token_type_hint: 'refresh_token',
    client_id: CLIENT_ID,
  });
  for (const reply of [{ status: 404 }, { status: 503 }, { drop: true }]) {
    authority.switches.revocationReply = reply;
    await expect(endConnection(authority.app(), OLD)).rejects.toMatchObject({ kind: 'transient' });
  }
  expect(authority.received.map(({ url }) => url)).not.toContain('/v1.0/me/revokeSignInSessions');
});

test('a tenant that the authority does not know is a fault of the set-up', async () => {
  const server = await startLoopbackServer(() => json({ error: 'invalid_tenant', error_codes: [90002] }, 400));
  const endpoints = { loginUrl: server.url, graphUrl: server.url, fileHosts: [] };
  await expect(refreshConnection(authority.app({ endpoints }), OLD)).rejects.toMatchObject({
    kind: 'app',
    code: 'app_misconfigured',
  });
  await server.close();
});
