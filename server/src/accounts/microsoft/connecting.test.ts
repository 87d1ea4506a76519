import { createHash } from 'node:crypto';
import { people } from '@megdocs/fixtures';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConnectingScene, connectingScene } from '../../../test/connecting-scene.ts';

let scene: ConnectingScene;
beforeAll(async () => {
  scene = await connectingScene();
});
afterAll(() => scene.close());

const { author, author2 } = people;
const CONNECT = '/accounts/account/microsoft/connect';

describe('the authorization request', () => {
  it('C2, S02, S05: asks the configured issuer for a code, with exactly these parameters', async () => {
    const client = await scene.server.signIn('author');
    const url = await scene.press(client);
    expect(url.origin).toBe(scene.emulator.url);
    expect(url.pathname).toBe('/organizations/oauth2/v2.0/authorize');
    const { state, nonce, code_challenge, client_id, ...rest } = Object.fromEntries(url.searchParams);
    expect(rest).toEqual({
      response_type: 'code',
      response_mode: 'query',
      redirect_uri: 'http://localhost:3000/auth/oauth2/microsoft/callback/',
      scope: 'openid profile offline_access User.Read Files.ReadWrite.All',
      code_challenge_method: 'S256',
      prompt: 'select_account',
    });
    for (const value of [state, nonce, code_challenge]) expect(value).toMatch(/^[\w-]{43}$/);
    expect(client_id).toBe(scene.server.config.microsoft?.clientId);
  });

  it('S03: never repeats state, nonce or challenge', async () => {
    const client = await scene.server.signIn('reader');
    const seen = new Set<string>();
    for (let start = 0; start < 25; start++) {
      const { searchParams } = await scene.press(client);
      for (const name of ['state', 'nonce', 'code_challenge']) seen.add(searchParams.get(name) ?? '');
    }
    expect(seen.size).toBe(75);
  });

  it('S06, S08: no parameter and no Host changes where it goes', async () => {
    const client = await scene.server.signIn('author2');
    const answer = await client.send({
      method: 'POST',
      url: `${CONNECT}?redirect_uri=https://evil.example&client_id=evil&tenant=evil`,
      payload: 'redirect_uri=https://evil.example&scope=Mail.Read&client_id=evil&state=mine',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-forwarded-host': 'evil.example',
        'x-forwarded-proto': 'https',
      },
    });
    expect(answer.statusCode).toBe(303);
    expect(answer.headers.location).not.toMatch(/evil|Mail\.Read|state=mine/);
  });

  it('S01: GET never starts a flow, and neither does another site', async () => {
    const client = await scene.server.signIn('author');
    const get = await client.get(CONNECT, { accept: 'text/html' });
    expect(String(get.headers.location ?? '')).not.toContain('authorize');
    const payload = 'returnTo=/';
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: '' },
      { origin: 'http://localhost:3000', 'sec-fetch-site': 'cross-site' },
    ]) {
      const form = { ...headers, 'content-type': 'application/x-www-form-urlencoded' };
      const answer = await client.send({ method: 'POST', url: CONNECT, payload, headers: form });
      expect(answer.statusCode).toBe(403);
    }
  });

  it('signed out, one is sent to sign in', async () => {
    const answer = await scene.server.browser().postForm(CONNECT);
    expect(answer.headers.location).toBe('/sign-in/?returnTo=%2Faccounts%2Faccount%2Fmicrosoft%2F');
  });

  it('S57: another site may not read any of it', async () => {
    const client = await scene.server.signIn('author');
    const answer = await client.get('/api/integrations/microsoft', { origin: 'https://evil.example' });
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });
});

describe('what is kept meanwhile', () => {
  it('C3, S11, S12: hashes and sealed values, bound to person and browser, for ten minutes', async () => {
    const client = await scene.server.signIn('author');
    const url = await scene.press(client, '/documents/?sort=number');
    const state = url.searchParams.get('state') ?? '';
    const row = await scene.server.db
      .selectFrom('pending_authorization')
      .selectAll()
      .where('state_hash', '=', createHash('sha256').update(state).digest())
      .executeTakeFirstOrThrow();
    const browser = client.cookies.get('browser') ?? '';
    expect(Buffer.from(row.browser_hash)).toEqual(createHash('sha256').update(browser).digest());
    expect(row.expires_at.getTime() - row.created_at.getTime()).toBeLessThanOrEqual(600_500);
    expect(row).toMatchObject({ purpose: 'connect', state: 'open', return_to: '/documents/?sort=number' });
    const dump =
      JSON.stringify(row) + Buffer.from(row.sealed_nonce).toString() + Buffer.from(row.sealed_verifier).toString();
    for (const secret of [state, url.searchParams.get('nonce') ?? '', browser]) expect(dump).not.toContain(secret);
  });

  it('S18: twenty open flows a person at most, and all are purged within an hour', async () => {
    const count = async () => {
      const rows = await scene.server.db
        .selectFrom('pending_authorization as a')
        .innerJoin('person as p', 'p.id', 'a.person_id')
        .select('a.id')
        .where('p.email', '=', people.reader.email)
        .execute();
      return rows.length;
    };
    expect(await count()).toBe(20);
    await scene.server.clock.advance(3600);
    await scene.press(await scene.server.signIn('author2'));
    expect(await count()).toBe(0);
  });
});

describe('C5, C6: coming back', () => {
  it('C1: shows account, permissions with their reasons, and times; returns to where one came from', async () => {
    const client = await scene.server.signIn('author');
    const callback = await scene.atMicrosoft(await scene.press(client, '/documents/?q=hand'), author);
    const answer = await client.get(callback);
    expect(answer.statusCode).toBe(303);
    expect(answer.headers.location).toBe('/documents/?q=hand');
    const integration = (await client.get('/api/integrations/microsoft')).json();
    expect(integration).toMatchObject({
      status: 'connected',
      account: { name: author.name, address: author.email, organisation: "St Mary's Hospital" },
      permissions: [{ scope: 'User.Read' }, { scope: 'Files.ReadWrite.All' }],
      missingPermissions: [],
      problem: null,
      redirectUri: '',
    });
    for (const { why } of integration.permissions) expect(why.length).toBeGreaterThan(20);
    expect(await scene.audit('author')).toMatchObject([{ kind: 'microsoft_connected' }]);
  });

  it('S54: the callback passes neither code nor state on', async () => {
    const client = await scene.server.signIn('author');
    const answer = await client.get(await scene.atMicrosoft(await scene.press(client), author));
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
    expect(answer.headers.location).toBe('/accounts/account/microsoft/');
    expect(answer.body).toBe('');
  });

  it('S25, S31: the row names the account by tid and oid, and no token stands in it unsealed', async () => {
    const rows = await scene.server.db.selectFrom('oauth2_integration').selectAll().execute();
    expect(rows).toHaveLength(1);
    const [row] = rows;
    expect(row).toMatchObject({ oid: author.microsoftObjectId, status: 'connected' });
    const sealed = Buffer.from(row?.sealed_access_token ?? []);
    expect(sealed.length).toBeGreaterThan(100);
    expect(sealed.toString('latin1')).not.toMatch(/eyJ[\w-]{20}/);
    const { accounts } = scene.server.app;
    const graph = accounts.graphFor(row?.id ?? '');
    const me = await (await graph.request('GET', '/me')).json<{ userPrincipalName: string }>();
    expect(me.userPrincipalName).toBe(author.email);
    const integration = (await (await scene.server.signIn('author')).get('/api/integrations/microsoft')).json();
    expect(integration.lastUsedAt).toBeTruthy();
  });

  it('S41: the answer to pages is a list of allowed fields', async () => {
    const client = await scene.server.signIn('author');
    await scene.connect(client, author);
    const answer = await client.get('/api/integrations/microsoft');
    expect(Object.keys(answer.json()).sort()).toEqual([
      ...['account', 'cleanUpDoneAbout', 'configured', 'connectedAt', 'consentUrl', 'disconnectWhenCleanedUp', 'held'],
      ...['lastUsedAt', 'leastPrivilege', 'missingPermissions', 'notAllowed', 'permissions', 'problem', 'redirectUri'],
      ...['renewalTrouble', 'renewedAt', 'status', 'waiting'],
    ]);
    expect(answer.body).not.toMatch(/token|sealed|oid|tid"/i);
  });

  it('C14: administrators see the exact redirect URI', async () => {
    const client = await scene.server.signIn('controller');
    const { redirectUri } = (await client.get('/api/integrations/microsoft')).json();
    expect(redirectUri).toBe('http://localhost:3000/auth/oauth2/microsoft/callback/');
  });

  it('C10: a reconnect of the same account goes on in its own row, with a login hint', async () => {
    const { db } = scene.server;
    const before = await db.selectFrom('oauth2_integration').selectAll().executeTakeFirstOrThrow();
    const client = await scene.server.signIn('author');
    const url = await scene.press(client);
    expect(url.searchParams.get('login_hint')).toBe(author.email);
    expect(url.searchParams.has('prompt')).toBe(false);
    await client.get(await scene.atMicrosoft(url, author));
    const after = await db.selectFrom('oauth2_integration').selectAll().executeTakeFirstOrThrow();
    expect(after.id).toBe(before.id);
    expect(after.version).toBe(before.version + 1);
    expect((await scene.audit('author')).at(-1)?.kind).toBe('microsoft_reconnected');
  });

  it('R29, R30: two tabs connect the same account; both succeed, in either order, and one row is there', async () => {
    const client = await scene.server.signIn('author2');
    const [first, second] = [await scene.press(client), await scene.press(client)];
    const callbacks = [await scene.atMicrosoft(first, author2), await scene.atMicrosoft(second, author2)].reverse();
    for (const callback of callbacks)
      expect((await client.get(callback)).headers.location).toBe('/accounts/account/microsoft/');
    const rows = await scene.server.db
      .selectFrom('oauth2_integration')
      .select('id')
      .where('oid', '=', author2.microsoftObjectId)
      .execute();
    expect(rows).toHaveLength(1);
  });

  it('R31: signed out and in again between start and callback, the same person goes on', async () => {
    const client = await scene.server.signIn('author');
    const url = await scene.press(client);
    await client.delete('/api/session');
    const callback = await scene.atMicrosoft(url, author);
    await client.signIn(author.email, author.password);
    expect((await client.get(callback)).headers.location).toBe('/accounts/account/microsoft/');
  });

  it('C4: the callback answers without its final slash too', async () => {
    const client = await scene.server.signIn('author');
    const callback = await scene.atMicrosoft(await scene.press(client), author);
    const answer = await client.get(callback.replace('/callback/?', '/callback?'));
    expect(answer.headers.location).toBe('/accounts/account/microsoft/');
  });

  it('S31, S43: neither database nor log holds what was secret', async () => {
    const client = await scene.server.signIn('author');
    const url = await scene.press(client);
    const callback = await scene.atMicrosoft(url, author);
    await client.get(callback);
    const code = new URL(callback, 'http://x').searchParams.get('code') ?? '';
    expect(code.length).toBeGreaterThan(20);
    const tables = [
      'pending_authorization',
      'oauth2_integration',
      'audit_entry',
      'notification',
      'sign_in_session',
    ] as const;
    const dump = await Promise.all(tables.map((table) => scene.server.db.selectFrom(table).selectAll().execute()));
    const secrets = [
      code,
      url.searchParams.get('state') ?? '',
      url.searchParams.get('nonce') ?? '',
      client.cookies.get('session') ?? '',
      client.cookies.get('browser') ?? '',
    ];
    for (const place of [JSON.stringify(dump), scene.server.logged()])
      for (const secret of secrets) expect(place).not.toContain(secret.slice(0, 12));
    expect(scene.server.logged()).not.toMatch(/eyJ[\w-]{10}/);
  });
});
