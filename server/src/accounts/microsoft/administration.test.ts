import { DEMO_CLIENT_ID } from '@megdocs/fixtures';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestClient } from '../../../test/client.ts';
import { type ConnectingScene, connectingScene } from '../../../test/connecting-scene.ts';
import { startTestServer } from '../../../test/harness.ts';
import { selfSigned } from '../../../test/self-signed.ts';
import { credentialExpiry, daysLeft, dueWarning } from './credential-expiry.ts';

const PAGE = '/api/administration/microsoft';
const CONSENT = '/administration/microsoft/consent';
const CALLBACK = '/auth/oauth2/microsoft/callback/';

let scene: ConnectingScene;
beforeAll(async () => {
  const inTwentyDays = new Date(Date.now() + 20.5 * 86_400_000).toISOString().slice(0, 10);
  scene = await connectingScene({
    MICROSOFT_CLIENT_SECRET_EXPIRES: inTwentyDays,
    MICROSOFT_FILES_SCOPE: 'Files.ReadWrite',
  });
});
afterAll(() => scene.close());

async function warnings(client: TestClient): Promise<string[]> {
  const { notifications } = (await client.get('/api/me/notifications')).json();
  return notifications.map(({ text }: { text: string }) => text).filter((text: string) => text.includes('expire'));
}

describe('what administrators see', () => {
  it('C13, C14: all that IT needs, and to nobody else', async () => {
    const admin = await scene.server.signIn('controller');
    const shown = (await admin.get(PAGE)).json();
    expect(shown).toMatchObject({
      configured: true,
      clientId: DEMO_CLIENT_ID,
      redirectUri: 'http://localhost:3000/auth/oauth2/microsoft/callback/',
      permissions: [{ scope: 'User.Read' }, { scope: 'Files.ReadWrite' }],
      credential: { kind: 'secret' },
      personalAccountsPossible: false,
    });
    const url = new URL(shown.consentUrl);
    expect(url.pathname).toBe('/organizations/v2.0/adminconsent');
    expect(url.searchParams.get('scope')).toBe('User.Read Files.ReadWrite');
    expect(shown.hosts).toContain(new URL(scene.emulator.url).host);
    expect((await (await scene.server.signIn('author')).get(PAGE)).statusCode).toBe(403);
  });

  it('C13: least-privilege mode says what is off, to administrators and to everybody', async () => {
    const admin = await scene.server.signIn('controller');
    const { leastPrivilege } = (await admin.get(PAGE)).json();
    expect(leastPrivilege).toHaveLength(2);
    const author = await scene.server.signIn('author');
    expect((await author.get('/api/integrations/microsoft')).json().leastPrivilege).toEqual(leastPrivilege);
    const url = await scene.press(author);
    expect(url.searchParams.get('scope')).toBe('openid profile offline_access User.Read Files.ReadWrite');
  });

  it('C14: before anything is configured the redirect URI to register is there', async () => {
    const server = await startTestServer();
    const admin = await server.signIn('controller');
    const shown = (await admin.get(PAGE)).json();
    expect(shown).toMatchObject({ configured: false, clientId: null, credential: null, consentUrl: null });
    expect(shown.redirectUri).toBe('http://localhost:3000/auth/oauth2/microsoft/callback/');
    await server.close();
  });
});

describe('C12: the credential’s end', () => {
  it('is warned of 30, 14, 7 and 1 day before, once each, however often it is looked at', async () => {
    const { accounts } = scene.server.app;
    const texts = async () => warnings(await scene.server.signIn('controller'));
    await Promise.all([accounts.warnOfExpiry(), accounts.warnOfExpiry()]);
    await accounts.warnOfExpiry();
    expect(await texts()).toHaveLength(1);
    expect((await texts())[0]).toMatch(/secret .* expires in (19|20) days/);
    for (const [days, count] of [
      [6, 2],
      [7, 3],
      [6, 4],
      // Entra ends a secret at some time of its last day: only afterwards it is called expired.
      [3, 5],
    ] as const) {
      await scene.server.clock.advance(days * 86_400);
      await accounts.warnOfExpiry();
      await accounts.warnOfExpiry();
      expect(await texts()).toHaveLength(count);
    }
    expect((await texts())[0]).toMatch(/has expired/);
    const author = await scene.server.signIn('author');
    expect(await warnings(author)).toEqual([]);
  });

  it('a certificate says it by itself, a secret only by the configuration', async () => {
    const { key: privateKeyPem, cert: certificatePem } = selfSigned(10);
    const { microsoft } = scene.server.config;
    if (!microsoft) throw new Error('not configured');
    const credential = { kind: 'certificate' as const, certificatePem, privateKeyPem };
    const { expiresAt, name } = credentialExpiry({ ...microsoft, credential, secretExpires: undefined });
    expect(daysLeft(expiresAt ?? new Date(0), new Date())).toBe(9);
    expect(name).toMatch(/^certificate [0-9a-f]{16}$/);
    expect(credentialExpiry({ ...microsoft, secretExpires: undefined }).expiresAt).toBeUndefined();
    expect([31, 30, 15, 14, 8, 7, 2, 1, 0, -3].map(dueWarning)).toEqual([undefined, 30, 30, 14, 14, 7, 7, 1, 0, 0]);
  });
});

describe('C13: approval for a whole tenant', () => {
  async function start(client: TestClient): Promise<URL> {
    const answer = await client.postForm(CONSENT);
    expect(answer.statusCode).toBe(303);
    return new URL(String(answer.headers.location));
  }
  async function comeBack(client: TestClient, parameters: Record<string, string>) {
    const answer = await client.get(`${CALLBACK}?${new URLSearchParams(parameters)}`);
    expect(answer.statusCode).toBe(303);
    const page = String(answer.headers.location);
    const id = /outcome\/([^/]+)\//.exec(page)?.[1] ?? '';
    return { page, outcome: id ? (await client.get(`/api/integrations/microsoft/outcomes/${id}`)).json() : undefined };
  }

  it('has its own state, single use, and ends on a page; no token call is made', async () => {
    const admin = await scene.server.signIn('controller');
    const url = await start(admin);
    const state = url.searchParams.get('state') ?? '';
    expect(state).toMatch(/^[\w-]{43}$/);
    const before = scene.tokenCalls();
    const given = { admin_consent: 'True', tenant: crypto.randomUUID(), state };
    expect((await comeBack(admin, given)).outcome).toMatchObject({ result: 'approved' });
    expect((await scene.audit('controller')).at(-1)?.kind).toBe('microsoft_consent_given');
    await comeBack(admin, given);
    expect((await scene.audit('controller')).filter(({ kind }) => kind === 'microsoft_consent_given')).toHaveLength(1);
    expect(scene.tokenCalls()).toBe(before);
  });

  it('an error counts, though Microsoft sends admin_consent=True with it', async () => {
    const admin = await scene.server.signIn('controller');
    const state = (await start(admin)).searchParams.get('state') ?? '';
    const { outcome } = await comeBack(admin, {
      ...{ admin_consent: 'True', state, error: 'access_denied' },
      error_description: 'AADSTS65004: <b>declined</b>',
    });
    expect(outcome).toMatchObject({ result: 'failed', problem: { code: 'AADSTS65004' } });
    expect(JSON.stringify(outcome)).not.toContain('<b>');
    expect((await scene.audit('controller')).at(-1)?.kind).toBe('microsoft_consent_failed');
  });

  it('a state that is not known, or another browser’s, is no approval', async () => {
    const admin = await scene.server.signIn('controller');
    const state = (await start(admin)).searchParams.get('state') ?? '';
    const stranger = await scene.server.signIn('controller');
    for (const [client, said] of [
      [stranger, state],
      [admin, 'x'.repeat(43)],
    ] as const)
      expect((await comeBack(client, { admin_consent: 'True', state: said })).outcome).toMatchObject({
        problem: { code: 'flow_not_known' },
      });
  });

  it('a link that was passed on ends on a page for anybody, which believes nothing', async () => {
    const { page } = await comeBack(scene.server.browser(), { admin_consent: 'True', tenant: crypto.randomUUID() });
    expect(page).toBe('/microsoft-approval/');
    const declined = { admin_consent: 'True', error: 'access_denied' };
    expect((await comeBack(scene.server.browser(), declined)).page).toBe('/microsoft-approval/?declined');
  });

  it('is begun by administrators alone', async () => {
    const author = await scene.server.signIn('author');
    expect((await author.postForm(CONSENT)).statusCode).toBe(403);
  });
});
