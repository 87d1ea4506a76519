import { X509Certificate } from 'node:crypto';
import { compactVerify, createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet } from 'jose';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Emulator } from '../src/index.ts';
import { connect, paramsOf, redeem, startTestEmulator, TENANT_ID } from './cast.ts';

let emulator: Emulator;
beforeEach(async () => {
  emulator = await startTestEmulator();
});
afterEach(() => emulator.close());

const DAY = 86_400;

const read = async (path: string) => {
  const response = await fetch(`${emulator.url}${path}`);
  // biome-ignore lint/suspicious/noExplicitAny: the tests look into an answer of another protocol
  return { status: response.status, headers: response.headers, body: (await response.json()) as any };
};
const keySet = async () => (await read('/common/discovery/v2.0/keys')).body as JSONWebKeySet;
const newIdToken = async () => (await redeem(emulator, paramsOf(await connect(emulator)).get('code'))).body.id_token;
const verify = (token: string, keys: JSONWebKeySet) => compactVerify(token, createLocalJWKSet(keys));

test('the key set shows the key that signs and the next one, each with its certificate', async () => {
  const { keys } = await keySet();
  expect(keys).toHaveLength(2);
  for (const key of keys) {
    const certificate = new X509Certificate(Buffer.from(key.x5c?.[0] ?? '', 'base64'));
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.publicKey.export({ format: 'jwk' })).toMatchObject({ n: key.n, e: key.e });
    const thumbprint = Buffer.from(certificate.fingerprint.replaceAll(':', ''), 'hex').toString('base64url');
    expect([key.kid, key.x5t]).toEqual([thumbprint, thumbprint]);
  }
  expect(decodeProtectedHeader(await newIdToken()).kid).toBe(keys[0]?.kid);
});

test('a moved clock rolls to the key that was published before, and the old one stays for its tokens', async () => {
  const before = await keySet();
  const old = await newIdToken();
  emulator.control.advanceClock(45 * DAY);
  const token = await newIdToken();
  expect(decodeProtectedHeader(token).kid).toBe(before.keys[1]?.kid);
  await verify(token, before);
  const after = await keySet();
  expect(after.keys).toHaveLength(3);
  await verify(old, after);
  emulator.control.advanceClock(3 * DAY);
  const later = (await keySet()).keys.map(({ kid }) => kid);
  expect(later).not.toContain(before.keys[0]?.kid);
  expect(later[0]).toBe(before.keys[1]?.kid);
});

test('discovery of a tenant, of consumers and of many tenants differ in issuer and addresses', async () => {
  const of = async (tenant: string) => (await read(`/${tenant}/v2.0/.well-known/openid-configuration`)).body;
  const tenant = await of('hospital.example');
  expect(tenant).toMatchObject({
    issuer: `${emulator.url}/${TENANT_ID}/v2.0`,
    device_authorization_endpoint: `${emulator.url}/${TENANT_ID}/oauth2/v2.0/devicecode`,
    kerberos_endpoint: `${emulator.url}/${TENANT_ID}/kerberos`,
    tenant_region_scope: 'EU',
    request_uri_parameter_supported: false,
  });
  expect((await of('organizations')).issuer).toBe(`${emulator.url}/{tenantid}/v2.0`);
  expect((await of('consumers')).issuer).toBe(`${emulator.url}/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0`);
  for (const absent of ['revocation_endpoint', 'introspection_endpoint', 'code_challenge_methods_supported']) {
    expect(tenant).not.toHaveProperty(absent);
  }
});

test('discovery of an unknown tenant is refused with 90002, and can be read across origins', async () => {
  const { status, body, headers } = await read('/nowhere.example/v2.0/.well-known/openid-configuration');
  expect([status, body.error, body.error_codes]).toEqual([400, 'invalid_request', [90002]]);
  expect(headers.get('access-control-allow-origin')).toBe('*');
});

test('instance discovery knows its own host alone, and misses its parameter', async () => {
  const ask = (endpoint: string) =>
    read(`/common/discovery/instance?api-version=1.1&authorization_endpoint=${encodeURIComponent(endpoint)}`);
  const known = await ask(`${emulator.url}/hospital.example/oauth2/v2.0/authorize`);
  expect(known.body.tenant_discovery_endpoint).toContain('/hospital.example/v2.0/.well-known/openid-configuration');
  expect(known.body.metadata).toEqual([expect.objectContaining({ preferred_network: new URL(emulator.url).host })]);
  const other = await ask('https://login.elsewhere.example/common/oauth2/v2.0/authorize');
  expect([other.status, other.body.error]).toEqual([400, 'invalid_instance']);
  expect((await read('/common/discovery/instance')).body.error_codes).toEqual([900144]);
});
