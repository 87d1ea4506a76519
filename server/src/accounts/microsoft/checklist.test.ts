import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { people } from '@megdocs/fixtures';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ConnectingScene, connectingScene } from '../../../test/connecting-scene.ts';
import { selfSigned } from '../../../test/self-signed.ts';
import { readConfig } from '../../config.ts';

const { author, author2 } = people;
const ACCOUNT_PAGE = '/accounts/account/microsoft/';

let scene: ConnectingScene;
beforeAll(async () => {
  scene = await connectingScene();
});
afterAll(() => scene.close());

describe('the way to Microsoft', () => {
  it('S07: it is taken by 303, with no secret in any address', async () => {
    const client = await scene.server.signIn('author');
    const started = await client.postForm('/accounts/account/microsoft/connect');
    expect(started.statusCode).toBe(303);
    const back = await client.get(await scene.atMicrosoft(new URL(String(started.headers.location)), author));
    expect(back.statusCode).toBe(303);
    const credential = scene.server.config.microsoft?.credential;
    const secret = credential?.kind === 'secret' ? credential.secret : '';
    for (const address of [started.headers.location, back.headers.location]) {
      expect(address).not.toContain(secret);
      expect(address).not.toMatch(/code_verifier|access_token|refresh_token|client_secret|[?&]code=/);
    }
  });

  it('S21: no configuration makes two issuers; a flow of another one is refused without a token call', async () => {
    const twice = {
      MICROSOFT_TENANT: 'organizations,common',
      MICROSOFT_LOGIN_URL: 'https://a.example https://b.example',
    };
    const base = {
      PUBLIC_URL: 'http://localhost:3000',
      TOKEN_KEYS: `k1:${'A'.repeat(43)}=`,
      MICROSOFT_CLIENT_ID: crypto.randomUUID(),
    };
    for (const [name, value] of Object.entries(twice))
      expect(() => readConfig({ ...base, MICROSOFT_CLIENT_SECRET: 'x', [name]: value }, { demo: false })).toThrow(name);
    const client = await scene.server.signIn('author');
    const callback = await scene.atMicrosoft(await scene.press(client), author);
    await scene.server.db.updateTable('pending_authorization').set({ issuer: 'https://other.example/v2.0' }).execute();
    const before = scene.tokenCalls();
    const page = String((await client.get(callback)).headers.location);
    expect(await scene.problem(client, page)).toMatchObject({ code: 'flow_too_old' });
    expect(scene.tokenCalls()).toBe(before);
  });

  it('S30: an endpoint whose certificate nobody vouches for is refused, whatever the environment says', async () => {
    const { key, cert } = selfSigned();
    let asked = 0;
    const impostor = createServer({ key, cert }, (_request, answer) => {
      asked += 1;
      answer.end('{}');
    });
    await new Promise<void>((ready) => impostor.listen(0, '127.0.0.1', ready));
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    const { port } = impostor.address() as AddressInfo;
    const other = await connectingScene({ MICROSOFT_LOGIN_URL: `https://localhost:${port}` });
    const client = await other.server.signIn('author');
    const page = await other.press(client);
    expect(await other.problem(client, page.pathname)).toMatchObject({ whoseTurn: 'nobody' });
    expect(asked).toBe(0);
    vi.unstubAllEnvs();
    await other.close();
    await new Promise((closed) => impostor.close(closed));
  });

  it('S58: no window is opened for it and no message passed between windows', async () => {
    const folder = join(import.meta.dirname, '../../../../web/src/accounts');
    for (const file of await readdir(folder))
      expect(await readFile(join(folder, file), 'utf8'), file).not.toMatch(/window\.open|\.opener|postMessage/);
    const client = await scene.server.signIn('author');
    const answer = await client.get(ACCOUNT_PAGE, { accept: 'text/html' });
    expect(answer.headers['cross-origin-opener-policy']).toBe('same-origin');
  });

  it('S66: neither the implicit nor the password grant is asked for, ever', async () => {
    const client = await scene.server.signIn('author');
    expect((await scene.press(client)).searchParams.get('response_type')).toBe('code');
    for (const part of ['server/src', 'microsoft365/src'])
      for (const text of await sourcesUnder(join(import.meta.dirname, '../../../..', part)))
        expect(text).not.toMatch(/response_type['"]?\s*[:=,]\s*['"](id_)?token|grant_type['"]?\s*[:=,]\s*['"]password/);
  });
});

async function sourcesUnder(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  const sources = names.filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  return Promise.all(sources.map((name) => readFile(join(folder, name), 'utf8')));
}

describe('coming back under difficulties', () => {
  it('R25: while the database is away the code is not spent, and loading the page again connects', async () => {
    const client = await scene.server.signIn('author');
    const callback = await scene.atMicrosoft(await scene.press(client), author);
    const before = scene.tokenCalls();
    await sql`alter table pending_authorization rename to pending_authorization_away`.execute(scene.server.db);
    const refused = await client.get(callback);
    expect(refused.statusCode).toBe(503);
    expect(refused.headers['retry-after']).toBeTruthy();
    expect(scene.tokenCalls()).toBe(before);
    await sql`alter table pending_authorization_away rename to pending_authorization`.execute(scene.server.db);
    expect((await client.get(callback)).headers.location).toBe(ACCOUNT_PAGE);
  });

  it('R31: another person who signed in meanwhile in the same browser is refused', async () => {
    const client = await scene.server.signIn('author2');
    const callback = await scene.atMicrosoft(await scene.press(client), author2);
    await client.delete('/api/session');
    await client.signIn(author.email, author.password);
    const before = scene.tokenCalls();
    expect(await scene.problem(client, String((await client.get(callback)).headers.location))).toMatchObject({
      code: 'flow_not_known',
    });
    expect(scene.tokenCalls()).toBe(before);
  });

  it('R32: a browser without cookies is told at the sign-in, before anything begins at Microsoft', async () => {
    const client = await scene.server.signIn('author');
    client.cookies.clear();
    const count = () => scene.server.db.selectFrom('pending_authorization').select('id').execute();
    const before = (await count()).length;
    const answer = await client.postForm('/accounts/account/microsoft/connect');
    expect(answer.headers.location).toBe('/sign-in/?returnTo=%2Faccounts%2Faccount%2Fmicrosoft%2F');
    expect(await count()).toHaveLength(before);
    const page = join(import.meta.dirname, '../../../../web/src/accounts/sign-in-page.tsx');
    expect(await readFile(page, 'utf8')).toContain('navigator.cookieEnabled');
  });

  it.each([
    ['without the final slash', (path: string) => path.replace('/callback/?', '/callback?')],
    [
      'in capitals',
      (path: string) => path.replace('/auth/oauth2/microsoft/callback/', '/AUTH/OAuth2/Microsoft/Callback/'),
    ],
    ['with more parameters', (path: string) => `${path}&utm_source=mail`],
  ])('R33: %s it works, and the redirect URI of the token call is the one that was sent', async (_, written) => {
    const client = await scene.server.signIn('author');
    const callback = written(await scene.atMicrosoft(await scene.press(client), author));
    // Microsoft compares the two redirect URIs byte for byte and would refuse the code.
    expect((await client.get(callback)).headers.location).toBe(ACCOUNT_PAGE);
  });

  it('R33: behind a proxy that ends TLS the configured address is sent, not the one that was asked', async () => {
    const client = await scene.server.signIn('author');
    const callback = await scene.atMicrosoft(await scene.press(client), author);
    const headers = { host: '10.0.0.7:8080', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http' };
    expect((await client.get(callback, headers)).headers.location).toBe(ACCOUNT_PAGE);
  });
});

describe('what others can read', () => {
  it('S38: no list and no administration query has a token column', async () => {
    const admin = await scene.server.signIn('controller');
    const answers = await Promise.all(['/api/people', '/api/administration/microsoft'].map((url) => admin.get(url)));
    for (const { statusCode, body } of answers) {
      expect(statusCode).toBe(200);
      expect(body).not.toMatch(/sealed|access_?token|refresh_?token/i);
    }
  });

  it('C8, R14, R22: what a challenge demands is asked for at the next reconnect, once', async () => {
    const { db } = scene.server;
    const claims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';
    const error = {
      kind: 'user',
      code: 'interaction_required',
      aadsts: 50076,
      claims,
      reference: 'R1',
      at: new Date(),
    };
    await db
      .updateTable('oauth2_integration')
      .set({ status: 'reconnect_needed', last_error: JSON.stringify(error) })
      .execute();
    const client = await scene.server.signIn('author');
    const shown = await client.get('/api/integrations/microsoft');
    expect(shown.json()).toMatchObject({ status: 'reconnect-needed', problem: { code: 'AADSTS50076' } });
    expect(shown.body).not.toContain('acrs');
    const url = await scene.press(client);
    expect(JSON.parse(url.searchParams.get('claims') ?? '{}')).toMatchObject(JSON.parse(claims));
    await client.get(await scene.atMicrosoft(url, author));
    expect((await scene.press(client)).searchParams.get('claims') ?? '').not.toContain('acrs');
  });
});
