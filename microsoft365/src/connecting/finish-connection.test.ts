import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  ACCESS_TOKEN,
  CODE,
  type LoopbackAuthority,
  OID,
  REFRESH_TOKEN,
  SECRET,
  startLoopbackAuthority,
  TENANT,
} from '../../test/loopback-authority.ts';
import { json } from '../../test/loopback-server.ts';
import { ConnectionError, finishConnection, type MicrosoftApp, startConnection } from '../index.ts';

let authority: LoopbackAuthority;
beforeEach(async () => {
  authority = await startLoopbackAuthority();
});
afterEach(() => authority.close());

/** Starts, lets the test change the callback, finishes. */
async function connect(given: { app?: MicrosoftApp; callback?: (state: string) => [string, string][] } = {}) {
  const app = given.app ?? authority.app();
  const started = await startConnection(app, { prompt: 'select_account' });
  authority.nonce = started.nonce;
  const callback: [string, string][] = given.callback?.(started.state) ?? [
    ['code', CODE],
    ['state', started.state],
    ['session_state', 'any'],
  ];
  const { state, nonce, codeVerifier } = started;
  return finishConnection(app, new URLSearchParams(callback), {
    state,
    nonce,
    codeVerifier,
    redirectUri: app.redirectUri,
  });
}

async function refusal(attempt: Promise<unknown>): Promise<ConnectionError> {
  const error = await attempt.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ConnectionError)) throw new Error('expected a ConnectionError', { cause: error });
  return error;
}

test('C5, S25: a good callback gives the account by tid and oid, its tokens and scopes', async () => {
  const app = authority.app();
  await expect(connect({ app })).resolves.toEqual({
    tid: TENANT,
    oid: OID,
    name: 'Ada Author',
    address: 'author@stmarys.example',
    missingScopes: [],
    tokens: {
      accessToken: ACCESS_TOKEN,
      refreshToken: REFRESH_TOKEN,
      expiresInSeconds: 3599,
      scopes: ['Files.ReadWrite.All', 'openid', 'User.Read', 'profile'],
    },
  });
  const [sent] = authority.tokenRequests();
  expect(sent?.get('redirect_uri')).toBe(app.redirectUri);
  expect(sent?.get('client_secret')).toBe(SECRET);
  expect(sent?.get('code_verifier')).toMatch(/^[\w-]{43}$/);
});

describe('no token call is made for a callback that', () => {
  const refused: [name: string, callback: (state: string) => [string, string][]][] = [
    [
      'S13: has another state',
      () => [
        ['code', CODE],
        ['state', 'other'],
      ],
    ],
    [
      'S13: has an empty state',
      () => [
        ['code', CODE],
        ['state', ''],
      ],
    ],
    ['S13: has no state', () => [['code', CODE]]],
    [
      'S22: has code and error',
      (state) => [
        ['code', CODE],
        ['error', 'access_denied'],
        ['state', state],
      ],
    ],
    ['S22: has neither code nor error', (state) => [['state', state]]],
    [
      'S22: repeats the code',
      (state) => [
        ['code', CODE],
        ['code', CODE],
        ['state', state],
      ],
    ],
    [
      'S22: repeats the state',
      (state) => [
        ['code', CODE],
        ['state', state],
        ['state', state],
      ],
    ],
    [
      'S22: repeats a parameter that nobody reads',
      (state) => [
        ['code', CODE],
        ['state', state],
        ['x', '1'],
        ['x', '1'],
      ],
    ],
    [
      'S22: has an over-long value',
      (state) => [
        ['code', 'c'.repeat(8193)],
        ['state', state],
      ],
    ],
    [
      'S20: names another issuer',
      (state) => [
        ['code', CODE],
        ['state', state],
        ['iss', 'https://evil.example'],
      ],
    ],
    [
      'S20: names another issuer with an error',
      (state) => [
        ['error', 'access_denied'],
        ['state', state],
        ['iss', 'x'],
      ],
    ],
    [
      'implicit: brings a token',
      (state) => [
        ['code', CODE],
        ['state', state],
        ['id_token', 'a.b.c'],
      ],
    ],
  ];
  test.each(refused)('%s', async (_name, callback) => {
    expect(await refusal(connect({ callback }))).toMatchObject({ kind: 'protocol', code: 'response_untrusted' });
    expect(authority.tokenRequests()).toHaveLength(0);
  });
});

test('S20: a promised issuer that is missing is refused', async () => {
  authority.switches.metadata = { authorization_response_iss_parameter_supported: true };
  expect(await refusal(connect())).toMatchObject({ code: 'response_untrusted' });
  expect(authority.tokenRequests()).toHaveLength(0);
});

test("S20: the redirect's issuer must be that of the id token", async () => {
  const withIss =
    (tid: string) =>
    (state: string): [string, string][] => [
      ['code', CODE],
      ['state', state],
      ['iss', `${authority.url}/${tid}/v2.0`],
    ];
  await expect(connect({ callback: withIss(TENANT) })).resolves.toBeDefined();
  const other = withIss('99999999-2f7d-4a53-9c61-2b8f5a0d1e11');
  expect(await refusal(connect({ callback: other }))).toMatchObject({ code: 'response_untrusted' });
});

test('S23: declining is its own kind, and the description is not repeated', async () => {
  const error = await refusal(
    connect({
      callback: (state) => [
        ['error', 'access_denied'],
        ['error_description', 'AADSTS65004: User declined <img src=x onerror=alert(1)>'],
        ['state', state],
      ],
    }),
  );
  expect(error).toMatchObject({ kind: 'declined', code: 'consent_declined', aadsts: 65004 });
  expect(inspect(error)).not.toContain('onerror');
  expect(authority.tokenRequests()).toHaveLength(0);
});

test('C13: "need admin approval" is told apart from declining', async () => {
  const error = await refusal(
    connect({
      callback: (state) => [
        ['error', 'access_denied'],
        ['error_description', 'AADSTS90094: An administrator must…'],
        ['state', state],
      ],
    }),
  );
  expect(error).toMatchObject({ kind: 'admin', code: 'admin_approval_needed', aadsts: 90094 });
});

describe('S24: nothing comes of an id token', () => {
  const wrong: [name: string, change: () => LoopbackAuthority['switches']][] = [
    ['with another nonce', () => ({ claims: { nonce: 'other' } })],
    ['without nonce', () => ({ claims: { nonce: undefined } })],
    ['for another app', () => ({ claims: { aud: 'other' } })],
    ['for several apps', () => ({ claims: { aud: ['0f0f0f0f-1111-4222-8333-444444444444', 'other'] } })],
    ['of another issuer', () => ({ claims: { iss: `https://login.microsoftonline.com/${TENANT}/v2.0` } })],
    ["of another tenant's issuer", () => ({ claims: { tid: '99999999-2f7d-4a53-9c61-2b8f5a0d1e11' } })],
    ['without tid', () => ({ claims: { tid: undefined } })],
    ['with the template itself as tid', () => ({ claims: { tid: '{tenantid}' } })],
    ['without oid', () => ({ claims: { oid: undefined } })],
    ['signed by a stranger', () => ({ signedByStranger: true })],
    ['with alg none', () => ({ alg: 'none' })],
    ['with alg HS256', () => ({ alg: 'HS256' })],
    ['with alg PS256', () => ({ alg: 'PS256' })],
    ['that is missing', () => ({ tokens: { id_token: undefined } })],
    ['that is no token', () => ({ tokens: { id_token: 'abc' } })],
  ];
  test.each(wrong)('%s', async (_name, change) => {
    authority.switches = change();
    expect(await refusal(connect())).toMatchObject({ kind: 'protocol', code: 'response_untrusted' });
  });
});

test('R35, B23: an identity platform 50 s ahead is accepted', async () => {
  authority.switches.claims = { nbf: Math.floor(Date.now() / 1000) + 50 };
  await expect(connect()).resolves.toBeDefined();
});

test('R35, S24: at ten minutes it is refused, and the clock is named, whichever of the two is wrong', async () => {
  const wrongClock = { kind: 'app', code: 'clock_wrong' };
  const now = Math.floor(Date.now() / 1000);
  authority.switches.claims = { nbf: now + 600 };
  expect(await refusal(connect())).toMatchObject(wrongClock);
  authority.switches.claims = { exp: now - 120 };
  expect(await refusal(connect())).toMatchObject(wrongClock);
  authority.switches.claims = {};
  for (const minutes of [-600, 120]) {
    const app = authority.app({ now: () => new Date(Date.now() + minutes * 60_000) });
    expect(await refusal(connect({ app }))).toMatchObject(wrongClock);
  }
});

describe('S26: nothing comes of a token answer', () => {
  const wrong: [name: string, change: LoopbackAuthority['switches']][] = [
    ['of another token type', { tokens: { token_type: 'mac' } }],
    ['without access token', { tokens: { access_token: undefined } }],
    ['with an empty access token', { tokens: { access_token: '' } }],
    ['with a lifetime in words', { tokens: { expires_in: 'abc' } }],
    ['with a negative lifetime', { tokens: { expires_in: -1 } }],
    ['with a broken lifetime', { tokens: { expires_in: 12.5 } }],
    [
      'of another content type',
      { tokenReply: { ...json({ access_token: 'a' }), headers: { 'content-type': 'text/html' } } },
    ],
    ['that is truncated', { tokenReply: { ...json({}), body: '{"access_token":"canary' } }],
    ['that is empty', { tokenReply: { ...json({}), body: '' } }],
  ];
  test.each(wrong)('%s', async (_name, change) => {
    authority.switches = change;
    expect(await refusal(connect())).toMatchObject({ kind: 'protocol', code: 'response_untrusted' });
  });
});

test('S27: the token endpoint is not followed to another place', async () => {
  authority.switches.tokenReply = { status: 307, headers: { location: `${authority.url}/elsewhere` } };
  expect(await refusal(connect())).toMatchObject({ code: 'response_untrusted' });
  expect(authority.received.some(({ url }) => url === '/elsewhere')).toBe(false);
});

test('S28: scopes that were not granted are named', async () => {
  authority.switches.tokens = { scope: 'openid profile https://graph.microsoft.com/user.read' };
  await expect(connect()).resolves.toMatchObject({ missingScopes: ['Files.ReadWrite.All'] });
});

test('B10: a lifetime in a string is a number; a missing one counts as due', async () => {
  authority.switches.tokens = { expires_in: '3600' };
  await expect(connect()).resolves.toMatchObject({ tokens: { expiresInSeconds: 3600 } });
  authority.switches.tokens = { expires_in: undefined };
  await expect(connect()).resolves.toMatchObject({ tokens: { expiresInSeconds: 0 } });
});

test('without a refresh token the app is told to ask for offline_access', async () => {
  authority.switches.tokens = { refresh_token: undefined };
  expect(await refusal(connect())).toMatchObject({ kind: 'app', code: 'missing_refresh_token' });
});

test('C11: a tenant that the host does not allow is refused after its token was verified', async () => {
  const asked: string[] = [];
  const app = authority.app({ isTenantAllowed: (tid) => asked.push(tid) === 0 });
  expect(await refusal(connect({ app }))).toMatchObject({ kind: 'user', code: 'tenant_not_allowed' });
  expect(asked).toEqual([TENANT]);
});

test('C11: a personal account does not pass at an authority for organisations', async () => {
  const tid = '9188040d-6c67-4c5b-b112-36a304b66dad';
  authority.switches.claims = { tid, iss: `${authority.url}/${tid}/v2.0` };
  expect(await refusal(connect())).toMatchObject({ code: 'tenant_not_allowed' });
  await expect(connect({ app: authority.app({ tenant: 'common' }) })).resolves.toMatchObject({ tid });
});

test('B20: a code that was redeemed before is for the person to start again', async () => {
  authority.switches.tokenReply = json({ error: 'invalid_grant', error_codes: [70002, 54005] }, 400);
  expect(await refusal(connect())).toMatchObject({ kind: 'user', code: 'grant_refused', aadsts: 54005 });
});

test('S44: no error shows a token, code, verifier or secret, however it is printed', async () => {
  const answers: LoopbackAuthority['switches'][] = [
    { claims: { nonce: 'other' } },
    { tokens: { token_type: 'mac' } },
    { signedByStranger: true },
    { tokenReply: json({ error: 'invalid_grant', error_description: `${CODE} ${SECRET}` }, 400) },
    { tokenReply: { drop: true } },
  ];
  for (const change of answers) {
    authority.switches = change;
    const { cause, ...shown } = await refusal(connect());
    const error = await refusal(connect());
    const printed = [
      JSON.stringify(shown),
      JSON.stringify(error),
      String(error.stack),
      inspect(error, { depth: 9 }),
    ].join();
    expect(printed).not.toMatch(/canary/);
    expect(cause === undefined || !/canary/.test(inspect(cause, { depth: 9 }))).toBe(true);
  }
});
