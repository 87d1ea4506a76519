import { people } from '@megdocs/fixtures';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { examine } from '../../test/broken-scene.ts';
import { type ConnectingScene, connectingScene } from '../../test/connecting-scene.ts';

const TOKEN = { path: '/oauth2/v2\\.0/token$' };

let scene: ConnectingScene;
let integrationId: string;

beforeAll(async () => {
  scene = await connectingScene();
  await scene.connect(await scene.server.signIn('author'), people.author);
  const row = await scene.server.db.selectFrom('oauth2_integration').select('id').executeTakeFirstOrThrow();
  integrationId = row.id;
});
afterAll(() => scene.close());

const look = () =>
  examine(
    scene.server,
    { environment: { MICROSOFT_TENANT: 'organizations' }, clock: scene.server.clock },
    scene.emulator,
  );

async function renew(): Promise<string> {
  await sql`update oauth2_integration set access_token_expires_at = app_now()`.execute(scene.server.db);
  await scene.server.clock.advance(61);
  return scene.server.app.accounts
    .graphFor(integrationId)
    .request('GET', '/me')
    .then(
      () => 'renewed',
      (error: { reason?: string }) => error.reason ?? 'unknown',
    );
}

const told = () =>
  scene.server.db.selectFrom('audit_entry').select('kind').where('kind', 'like', 'microsoft_app_%').execute();

async function eventually<T>(read: () => Promise<T>, wanted: (seen: T) => boolean): Promise<T> {
  return expect.poll(read, { timeout: 5000 }).toSatisfy(wanted).then(read);
}

it('S61: a secret that expired between two renewals is named by doctor, also where no app can sign in for itself', async () => {
  scene.emulator.control.addFault({ match: TOKEN, times: 50, fault: { aadsts: 7000222 } });
  expect(await renew()).toBe('app_misconfigured');
  const { length: institutions } = await scene.server.db.selectFrom('institution').select('id').execute();
  await eventually(told, (rows) => rows.length === institutions);
  const report = await look();
  expect(report.ok).toBe(false);
  expect(report.toDo[0]).toMatchObject({ code: 'AADSTS7000222', what: expect.stringContaining('has expired') });
  const row = await scene.server.db.selectFrom('oauth2_integration').select('status').executeTakeFirstOrThrow();
  expect(row.status).toBe('connected');
});

it('S61: an episode is told once, and its end as well', async () => {
  const before = await told();
  expect(await renew()).toBe('app_misconfigured');
  expect(await told()).toEqual(before);
  scene.emulator.control.clearFaults();
  expect(await renew()).toBe('renewed');
  await eventually(told, (rows) => rows.some(({ kind }) => kind === 'microsoft_app_accepted'));
  const report = await look();
  expect(report.toDo).toEqual([]);
});

it('S61: the log names the problem, under a key that it does not leave out', () => {
  const line = scene.server
    .logged()
    .split('\n')
    .find((text) => text.includes('Microsoft refuses the app itself'));
  expect(JSON.parse(line ?? '{}')).toMatchObject({ problem: 'client_credential_refused', aadsts: 7000222 });
});
