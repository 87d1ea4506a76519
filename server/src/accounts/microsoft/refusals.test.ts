import { DEMO_CLIENT_ID, people, personalMicrosoftAccount } from '@megdocs/fixtures';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ConnectingScene, connectingScene } from '../../../test/connecting-scene.ts';

let scene: ConnectingScene;
beforeAll(async () => {
  scene = await connectingScene();
});
afterEach(() => scene.emulator.control.clearFaults());
afterAll(() => scene.close());

const { author, approver } = people;

/** Connects `approver`, whom nothing connects in this file, while something is wrong; answers what the page shows. */
async function refusedBy(fault: { aadsts: number } | { status: number; body?: unknown }, path: string) {
  scene.emulator.control.addFault({ match: { path }, fault });
  const client = await scene.server.signIn('approver');
  return scene.problem(client, await scene.connect(client, approver));
}
const atToken = (aadsts: number) => refusedBy({ aadsts }, '/oauth2/v2.0/token$');

describe('C4: every refusal ends on a page in words', () => {
  it('S23: a person who declines reads a calm page, without what Microsoft wrote', async () => {
    const client = await scene.server.signIn('approver');
    const callback = await scene.atMicrosoft(await scene.press(client), approver, 'cancel');
    const hostile = `${callback}&error_description=${encodeURIComponent('<script>alert(1)</script>')}`.replace(
      /error_description=[^&]*&/,
      '',
    );
    const answer = await client.get(hostile);
    const problem = await scene.problem(client, String(answer.headers.location));
    expect(problem).toMatchObject({ whoseTurn: 'you', tryAgain: true });
    expect(problem.title).toBe('You did not accept the permissions');
    expect(JSON.stringify(problem)).not.toContain('script');
    expect(await scene.audit('approver')).toMatchObject([{ kind: 'microsoft_connect_failed' }]);
  });

  it.each([
    [7000222, 'your-administrator', /expired/],
    [7000215, 'your-administrator', /wrong secret/],
    [53003, 'your-administrator', /security policy/],
    [50076, 'you', /multi-factor/],
    [50173, 'you', /revoked/],
    [65001, 'you', /consent/i],
  ])('AADSTS%i says whose turn it is: %s', async (aadsts, whoseTurn, title) => {
    const problem = await atToken(aadsts);
    expect(problem).toMatchObject({ code: `AADSTS${aadsts}`, whoseTurn });
    expect(problem.title).toMatch(title);
    if (whoseTurn === 'your-administrator') expect(problem.noteForAdministrator).toContain(`AADSTS${aadsts}`);
  });

  it('an outage is nobody’s fault', async () => {
    expect(await refusedBy({ status: 503 }, '/oauth2/v2.0/token$')).toMatchObject({ whoseTurn: 'nobody' });
  });

  it('S26: an answer that is none stores nothing', async () => {
    for (const body of ['<html>', { token_type: 'mac', access_token: 'x', expires_in: 3600 }, { token_type: 'Bearer' }])
      expect(await refusedBy({ status: 200, body }, '/oauth2/v2.0/token$')).toMatchObject({ tryAgain: true });
    expect(await scene.server.db.selectFrom('oauth2_integration').selectAll().execute()).toEqual([]);
  });

  it('C11: a private account is refused where work accounts are asked for', async () => {
    const client = await scene.server.signIn('approver');
    const start = await scene.press(client);
    await expect(scene.atMicrosoft(start, personalMicrosoftAccount)).rejects.toThrow();
  });

  it('Microsoft can not be reached at the start: the page says so', async () => {
    scene.emulator.control.addFault({
      match: { path: 'openid-configuration' },
      fault: { status: 503 },
      times: 5,
    });
    await scene.server.clock.advance(3601);
    const client = await scene.server.signIn('approver');
    const page = await scene.press(client);
    expect(await scene.problem(client, page.pathname)).toMatchObject({ whoseTurn: 'nobody' });
  });
});

describe('accounts that may not', () => {
  it('S63: an account that somebody else connected is refused without naming them', async () => {
    await scene.connect(await scene.server.signIn('author'), author);
    const client = await scene.server.signIn('approver');
    const problem = await scene.problem(client, await scene.connect(client, author));
    expect(problem).toMatchObject({ code: 'account_in_use' });
    expect(JSON.stringify(problem)).not.toMatch(/Clare|author@/);
  });
});

describe('C8: when Microsoft refuses later', () => {
  it('a revoked grant becomes "reconnect needed" once, with a notification, and a reconnect mends it', async () => {
    const client = await scene.server.signIn('author');
    const { integrationOf, graphFor } = scene.server.app.accounts;
    const personId = (await client.get('/api/me')).json().id;
    const integration = await integrationOf(scene.server.db, personId);
    const graph = graphFor(integration?.id ?? '');
    scene.emulator.control.changeUser(author.email, { revokeSessions: true });
    await scene.server.clock.advance(5400);
    const signedIn = await scene.server.signIn('author');
    const before = scene.tokenCalls();
    const failed = await Promise.allSettled([graph.request('GET', '/me'), graph.request('GET', '/me')]);
    expect(failed.map((one) => one.status)).toEqual(['rejected', 'rejected']);
    await expect(graph.request('GET', '/me')).rejects.toMatchObject({ reason: 'reconnect_needed' });
    expect(scene.tokenCalls()).toBe(before + 1);
    const shown = (await signedIn.get('/api/integrations/microsoft')).json();
    expect(shown).toMatchObject({ status: 'reconnect-needed', problem: { whoseTurn: 'you' } });
    const { notifications } = (await signedIn.get('/api/me/notifications')).json();
    const told = notifications.filter((one: { text: string }) => one.text.includes('connect your account again'));
    expect(told).toMatchObject([{ link: '/accounts/account/microsoft/' }]);
    expect((await scene.audit('author')).filter(({ kind }) => kind === 'microsoft_reconnect_needed')).toHaveLength(1);
    expect(await scene.connect(signedIn, author)).toBe('/accounts/account/microsoft/');
    expect((await signedIn.get('/api/integrations/microsoft')).json()).toMatchObject({
      status: 'connected',
      problem: null,
    });
    await graph.request('GET', '/me');
  });

  it('R13: a rule of the tenant is told once to the person and once to the administrators', async () => {
    const client = await scene.server.signIn('author');
    const admin = await scene.server.signIn('controller');
    const personId = (await client.get('/api/me')).json().id;
    const { integrationOf, graphFor } = scene.server.app.accounts;
    const graph = graphFor((await integrationOf(scene.server.db, personId))?.id ?? '');
    const texts = async (one: typeof client, part: string) => {
      const { notifications } = (await one.get('/api/me/notifications')).json();
      return notifications.filter(({ text }: { text: string }) => text.includes(part));
    };
    const before = (await texts(client, 'connect your account again')).length;
    await scene.server.db
      .updateTable('oauth2_integration')
      .set({ access_token_expires_at: scene.server.clock.now() })
      .execute();
    scene.emulator.control.addFault({ match: { path: '/oauth2/v2.0/token$' }, fault: { aadsts: 53003 } });
    for (let attempt = 0; attempt < 3; attempt++)
      await expect(graph.request('GET', '/me')).rejects.toMatchObject({ reason: 'reconnect_needed' });
    expect(await texts(client, 'connect your account again')).toHaveLength(before + 1);
    expect(await texts(admin, 'A rule of your Microsoft tenant')).toHaveLength(1);
    await scene.connect(client, author);
  });

  it('the app’s own fault blames nobody: no connection changes, and the administrators are told once', async () => {
    const client = await scene.server.signIn('author');
    const personId = (await client.get('/api/me')).json().id;
    const { integrationOf, graphFor } = scene.server.app.accounts;
    const graph = graphFor((await integrationOf(scene.server.db, personId))?.id ?? '');
    scene.emulator.control.changeApplication(DEMO_CLIENT_ID, { expireSecrets: true });
    await scene.server.clock.advance(5400);
    await expect(graph.request('GET', '/me')).rejects.toMatchObject({ reason: 'app_misconfigured' });
    await expect(graph.request('GET', '/me')).rejects.toMatchObject({ reason: 'app_misconfigured' });
    expect((await client.get('/api/integrations/microsoft')).json().status).toBe('connected');
    const admin = await scene.server.signIn('controller');
    const { notifications } = (await admin.get('/api/me/notifications')).json();
    const told = notifications.filter(({ text }: { text: string }) => text.includes('system administrator'));
    expect(told).toHaveLength(1);
    scene.emulator.control.changeApplication(DEMO_CLIENT_ID, { expireSecrets: false });
    await scene.server.clock.advance(600);
    await graph.request('GET', '/me');
  });
});
