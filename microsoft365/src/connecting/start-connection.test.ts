import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  CLIENT_ID,
  type LoopbackAuthority,
  SECRET,
  startLoopbackAuthority,
  TENANT,
} from '../../test/loopback-authority.ts';
import { startConnection } from '../index.ts';

let authority: LoopbackAuthority;
beforeEach(async () => {
  authority = await startLoopbackAuthority();
});
afterEach(() => authority.close());

const PICK = { prompt: 'select_account' } as const;

test('C2, S02, S05: the browser is sent to the authority with exactly the documented parameters', async () => {
  const app = authority.app();
  const { url, state, nonce, scopes } = await startConnection(app, PICK);
  expect(url.origin + url.pathname).toBe(`${authority.url}/organizations/oauth2/v2.0/authorize`);
  const { code_challenge, ...sent } = Object.fromEntries(url.searchParams);
  expect(code_challenge).toMatch(/^[\w-]{43}$/);
  expect(sent).toEqual({
    client_id: CLIENT_ID,
    response_type: 'code',
    response_mode: 'query',
    redirect_uri: app.redirectUri,
    scope: 'openid profile offline_access User.Read Files.ReadWrite.All',
    state,
    nonce,
    code_challenge_method: 'S256',
    prompt: 'select_account',
  });
  expect(scopes).toEqual(sent.scope?.split(' '));
  expect(url.href).not.toContain(SECRET);
});

test('C2: a reconnect names the account, never together with the picker, and passes claims on', async () => {
  const claims = '{"access_token":{"nbf":{"essential":true}}}';
  const { url } = await startConnection(authority.app(), { loginHint: 'author@stmarys.example', claims });
  expect(url.searchParams.get('login_hint')).toBe('author@stmarys.example');
  expect(url.searchParams.get('claims')).toBe(claims);
  expect(url.searchParams.has('prompt')).toBe(false);
});

test('S03: 10,000 starts repeat no state, nonce or challenge', { timeout: 60_000 }, async () => {
  const app = authority.app();
  const seen = new Set<string>();
  for (let round = 0; round < 10_000; round++) {
    const { url, state, nonce } = await startConnection(app, PICK);
    for (const value of [state, nonce, url.searchParams.get('code_challenge') ?? '']) {
      expect(value.length).toBeGreaterThanOrEqual(43);
      seen.add(value);
    }
  }
  expect(seen.size).toBe(30_000);
});

test('S04: the verifier is 256 random bits and hashes to the challenge', async () => {
  const { url, codeVerifier } = await startConnection(authority.app(), PICK);
  expect(codeVerifier).toMatch(/^[A-Za-z0-9._~-]{43,128}$/);
  expect(url.searchParams.get('code_challenge')).toBe(createHash('sha256').update(codeVerifier).digest('base64url'));
});

test('the discovery document is read once an hour', async () => {
  let now = new Date();
  const app = authority.app({ now: () => now });
  await Promise.all([startConnection(app, PICK), startConnection(app, PICK)]);
  await startConnection(app, PICK);
  expect(authority.received).toHaveLength(1);
  now = new Date(now.getTime() + 3601_000);
  await startConnection(app, PICK);
  expect(authority.received).toHaveLength(2);
});

test('S09: metadata of another issuer is refused, and read again next time', async () => {
  const app = authority.app();
  for (const issuer of [
    'https://login.microsoftonline.com/{tenantid}/v2.0',
    `${authority.url}/${TENANT}/v2.0`,
    `${authority.url}/{tenantid}/v2.0/more`,
    `${authority.url}.evil.example/{tenantid}/v2.0`,
  ]) {
    authority.switches.metadata = { issuer };
    await expect(startConnection(app, PICK)).rejects.toMatchObject({ kind: 'protocol', code: 'response_untrusted' });
  }
  authority.switches.metadata = {};
  await expect(startConnection(app, PICK)).resolves.toBeDefined();
});

test("S09: a single tenant's issuer must name that tenant", async () => {
  const app = authority.app({ tenant: TENANT });
  await expect(startConnection(app, PICK)).resolves.toBeDefined();
  authority.switches.metadata = { issuer: `${authority.url}/99999999-2f7d-4a53-9c61-2b8f5a0d1e11/v2.0` };
  await expect(startConnection(authority.app({ tenant: TENANT }), PICK)).rejects.toMatchObject({ kind: 'protocol' });
});

test('S02: endpoints on another host are refused', async () => {
  for (const endpoint of ['authorization_endpoint', 'token_endpoint', 'jwks_uri']) {
    authority.switches.metadata = { [endpoint]: 'http://127.0.0.1:1/steal' };
    await expect(startConnection(authority.app(), PICK)).rejects.toMatchObject({ code: 'response_untrusted' });
  }
});

test('S10: an authority that lists challenge methods without S256 is refused', async () => {
  authority.switches.metadata = { code_challenge_methods_supported: ['plain'] };
  await expect(startConnection(authority.app(), PICK)).rejects.toMatchObject({ code: 'response_untrusted' });
  authority.switches.metadata = { code_challenge_methods_supported: ['plain', 'S256'] };
  await expect(startConnection(authority.app(), PICK)).resolves.toBeDefined();
});

test('plain http is refused off loopback before anything is sent', async () => {
  const endpoints = { loginUrl: 'http://login.example', graphUrl: 'http://graph.example', fileHosts: [] };
  await expect(startConnection(authority.app({ endpoints }), PICK)).rejects.toMatchObject({
    code: 'response_untrusted',
  });
});

test('an authority that does not answer is a passing trouble', async () => {
  await authority.close();
  await expect(startConnection(authority.app(), PICK)).rejects.toMatchObject({
    kind: 'transient',
    code: 'microsoft_unreachable',
  });
});
