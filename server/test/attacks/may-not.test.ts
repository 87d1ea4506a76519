import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestClient } from '../client.ts';
import { type EditingScene, editingScene } from '../editing-scene.ts';
import { addressOf, OTHER_ROUTES, type Probe, probesOf, routesOf } from './every-route.ts';
import { everythingThatExists } from './things.ts';

let scene: EditingScene;
let probes: Probe[];
beforeAll(async () => {
  scene = await editingScene();
  probes = probesOf(await everythingThatExists(scene));
});
afterAll(() => scene?.close());

type Answer = Awaited<ReturnType<TestClient['send']>>;

function send(client: TestClient, probe: Probe, headers: Record<string, string> = {}): Promise<Answer> {
  const { method, body } = probe;
  const url = addressOf(probe);
  if (body === 'file')
    return client.send({
      method,
      url,
      payload: Buffer.from('not even a file'),
      headers: { 'content-type': 'application/octet-stream', ...headers },
    });
  return client.send({ method, url, headers, ...(body ? { payload: body } : {}) });
}

/** The same request about something that does not exist. */
function aboutNothing(probe: Probe): Probe {
  const names = Object.entries(probe.names ?? {}).map(([name, value]) => [
    name,
    /^[0-9a-f]{8}-/.test(value) ? randomUUID() : value,
  ]);
  return { ...probe, names: Object.fromEntries(names) };
}

/** What an answer says, without what is different in every one; of editing, without the noun of what is not there. */
function said(answer: Answer, probe: Probe): string {
  const text = `${answer.statusCode} ${answer.body.replace(/"reference":"[A-Z0-9]+"/, '')}`;
  return /edit-sessions|follow-up-drafts/.test(probe.route)
    ? text.replace(/This [a-z ]+ does not/, 'It does not')
    : text;
}

const isPublic = ({ method, route }: Probe) =>
  route.includes('/api/links/') || `${method} ${route}` === 'POST /api/session';

it('every route that the server has is attacked here', () => {
  const known = new Set([...probes.map(({ method, route }) => `${method} ${route}`), ...OTHER_ROUTES]);
  expect(routesOf(scene.server.app.http).filter((route) => !known.has(route))).toEqual([]);
  expect(routesOf(scene.server.app.http).length).toBe(known.size);
});

describe('A2: without a session of one’s own', () => {
  const cookies: [string, () => Promise<string | undefined>][] = [
    ['signed out', async () => undefined],
    ['a forged session', async () => randomBytes(32).toString('base64url')],
    ['a session that was signed out', signedOut],
    ['a session of somebody deactivated', deactivated],
    ['the hash that the database holds', hashInDatabase],
    ['SQL in the cookie', async () => "x' or '1'='1"],
  ];
  it.each(cookies)('%s: 401 everywhere, and nothing changes', async (_, cookie) => {
    const client = scene.server.browser();
    const value = await cookie();
    const before = await snapshot();
    for (const probe of probes.filter((probe) => !isPublic(probe))) {
      const headers: Record<string, string> = value ? { cookie: `session=${encodeURIComponent(value)}` } : {};
      const answer = await send(client, probe, headers);
      expect(answer.statusCode, `${probe.method} ${probe.route} ${answer.body}`).toBe(401);
      expect(answer.json().error.code).toBe('not_signed_in');
    }
    expect(await snapshot()).toEqual(before);
  });

  it('an expired one: 401 everywhere', async () => {
    const client = await scene.server.signIn('reader');
    await scene.server.db
      .updateTable('sign_in_session')
      .set({ expires_at: new Date(0) })
      .where('id', 'in', (from) =>
        from
          .selectFrom('sign_in_session as s')
          .innerJoin('person as p', 'p.id', 's.person_id')
          .select('s.id')
          .where('p.email', 'like', 'reader@%'),
      )
      .execute();
    for (const probe of probes.filter((probe) => !isPublic(probe)))
      expect((await send(client, probe)).statusCode, `${probe.method} ${probe.route}`).toBe(401);
  });
});

describe('D2: somebody of another institution', () => {
  it('can not tell what exists from what does not, on any route, and changes nothing', async () => {
    for (const who of ['riversideAuthor', 'riversideController'] as const) {
      const client = await scene.server.signIn(who);
      const before = await snapshot();
      for (const probe of probes.filter(({ names }) => names)) {
        const real = await send(client, probe);
        const none = await send(client, aboutNothing(probe));
        expect(said(real, probe), `${who} ${probe.method} ${probe.route}`).toBe(said(none, probe));
        expect([403, 404], `${who} ${probe.method} ${probe.route} ${real.body}`).toContain(real.statusCode);
      }
      expect(await snapshot()).toEqual(before);
    }
  });
});

describe('D2: a reader of the same institution', () => {
  it('is told nothing of a draft, its editing and its people, and changes nothing', async () => {
    const client = await scene.server.signIn('reader');
    const before = await snapshot();
    for (const probe of probes.filter(({ names, route }) => names && !route.startsWith('/api/folders'))) {
      const real = await send(client, probe);
      expect([403, 404], `${probe.method} ${probe.route} ${real.body}`).toContain(real.statusCode);
      const none = await send(client, aboutNothing(probe));
      expect(said(real, probe), `${probe.method} ${probe.route}`).toBe(said(none, probe));
    }
    expect(await snapshot()).toEqual(before);
  });

  it('changes no folder, people, teams or sessions of others', async () => {
    const client = await scene.server.signIn('reader');
    const before = await snapshot();
    const folders = probes.filter(({ route, method }) => /folders/.test(route) && method !== 'GET');
    const admin = probes.filter(({ route }) => /^\/api\/(invitations|people\/|teams$)/.test(route));
    for (const probe of [...folders, ...admin.filter(({ method }) => method !== 'GET')])
      expect([403, 404], `${probe.method} ${probe.route}`).toContain((await send(client, probe)).statusCode);
    expect((await client.get('/api/edit-sessions?scope=all')).statusCode).toBe(403);
    expect((await client.get('/api/edit-sessions?scope=decisions')).statusCode).toBe(403);
    expect(await snapshot()).toEqual(before);
  });
});

describe('Bad input: what names nothing', () => {
  const WRONG = [
    'nonsense',
    '..%2f..%2fetc%2fpasswd',
    '%00',
    "'%20or%201=1--",
    '1e9',
    'x'.repeat(150),
    '__proto__',
    '%f0%28',
  ];
  it.each(WRONG)('%s as an id is a clear 4xx on every route', async (wrong) => {
    const client = await scene.server.signIn('controller');
    for (const probe of probes.filter(({ names }) => names)) {
      const url = probe.route.replace(/:[A-Za-z]+/g, wrong) + (probe.query ?? '');
      const payload = probe.body && probe.body !== 'file' ? { payload: probe.body } : {};
      const answer = await client.send({ method: probe.method, url, ...payload });
      expect([400, 404], `${probe.method} ${url} ${answer.statusCode} ${answer.body}`).toContain(answer.statusCode);
    }
  });
});

async function signedOut(): Promise<string | undefined> {
  const client = await scene.server.signIn('controller');
  const token = client.cookies.get('session');
  await client.delete('/api/session');
  return token;
}

async function deactivated(): Promise<string | undefined> {
  const client = await scene.server.signIn('approver');
  await scene.server.db
    .updateTable('person')
    .set({ deactivated_at: new Date() })
    .where('email', 'like', 'approver@stmarys%')
    .execute();
  return client.cookies.get('session');
}

async function hashInDatabase(): Promise<string | undefined> {
  const row = await scene.server.db.selectFrom('sign_in_session').select('token_hash').executeTakeFirstOrThrow();
  return Buffer.from(row.token_hash).toString('base64url');
}

/** Everything that an attacker could have changed; times of last use are no change. */
async function snapshot(): Promise<unknown> {
  const { db } = scene.server;
  return {
    people: await db
      .selectFrom('person')
      .select(['id', 'name', 'email', 'roles', 'password_hash'])
      .orderBy('id')
      .execute(),
    teams: await db.selectFrom('team').selectAll().orderBy('id').execute(),
    folders: await db.selectFrom('folder').selectAll().orderBy('id').execute(),
    rules: await db.selectFrom('folder_rule').selectAll().orderBy('folder_id').orderBy('right').execute(),
    documents: await db.selectFrom('document').selectAll().orderBy('id').execute(),
    versions: await db.selectFrom('version').select('id').orderBy('id').execute(),
    links: await db.selectFrom('one_time_link').select('id').orderBy('id').execute(),
    roles: await db.selectFrom('document_role').selectAll().execute(),
    sessions: await db.selectFrom('edit_session').select(['id', 'state']).execute(),
    drafts: await db.selectFrom('follow_up_draft').select(['id', 'state']).execute(),
    connections: await db.selectFrom('oauth2_integration').select(['id', 'status']).execute(),
  };
}
