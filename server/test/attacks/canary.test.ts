import { DEMO_CLIENT_ID, people } from '@megdocs/fixtures';
import { createSealing, parseTokenKeys } from '@megdocs/microsoft365';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TestClient } from '../client.ts';
import { type ConnectingScene, connectingScene } from '../connecting-scene.ts';

const { author, author2 } = people;
const PIECE = 12;

let scene: ConnectingScene;
let client: TestClient;
/** Everything that was secret in the run, by what it is. */
const canaries = new Map<string, string>();
/** Every answer that the person got on the way, cookies left out: those are theirs. */
const answers: string[] = [];
/** A dump after each step: what is erased in the end must not have stood there in between. */
const dumps: string[] = [];

beforeAll(async () => {
  scene = await connectingScene();
  client = await scene.server.signIn('author');
  const credential = scene.server.config.microsoft?.credential;
  canaries.set('client secret', credential?.kind === 'secret' ? credential.secret : '');
  await connect('connect', author);
  await refresh();
  await fail();
  await connect('reconnect', author);
  await connect('another account', author2);
  await client.postForm('/accounts/account/microsoft/disconnect', { when: 'now' });
  await look();
  for (const name of ['session', 'browser']) canaries.set(`cookie ${name}`, client.cookies.get(name) ?? '');
});
afterAll(() => scene?.close());

async function connect(step: string, account: typeof author | typeof author2): Promise<void> {
  const start = await scene.press(client);
  for (const name of ['state', 'nonce']) canaries.set(`${name} of ${step}`, start.searchParams.get(name) ?? '');
  await keep(`of ${step}`, 'pending_authorization', ['sealed_verifier']);
  start.searchParams.delete('login_hint');
  const callback = await scene.atMicrosoft(start, account);
  canaries.set(`code of ${step}`, new URL(callback, 'http://x').searchParams.get('code') ?? '');
  const answer = await client.get(callback);
  answers.push(JSON.stringify({ ...answer.headers, 'set-cookie': undefined }) + answer.body);
  await keep(`of ${step}`, 'oauth2_integration', ['sealed_access_token', 'sealed_refresh_token']);
  await keep(`of ${step}`, 'pending_authorization', ['sealed_held_access_token', 'sealed_held_refresh_token']);
  const outcome = String(answer.headers.location).replace('/accounts/account/microsoft/outcome', '');
  answers.push((await client.get(`/api/integrations/microsoft/outcomes${outcome.replace(/\/$/, '')}`)).body);
  await look();
}

async function refresh(): Promise<void> {
  await scene.server.clock.advance(5400);
  await graph().then((one) => one.request('GET', '/me'));
  await keep('of refresh', 'oauth2_integration', ['sealed_access_token', 'sealed_refresh_token']);
  client = await scene.server.signIn('author');
  await look();
}

/** First the app's own fault, then a grant that is gone. */
async function fail(): Promise<void> {
  const { control } = scene.emulator;
  control.changeApplication(DEMO_CLIENT_ID, { expireSecrets: true });
  await scene.server.clock.advance(5400);
  await graph().then((one) => expect(one.request('GET', '/me')).rejects.toThrow());
  control.changeApplication(DEMO_CLIENT_ID, { expireSecrets: false });
  control.changeUser(author.email, { revokeSessions: true });
  await scene.server.clock.advance(600);
  await graph().then((one) => expect(one.request('GET', '/me')).rejects.toThrow());
  client = await scene.server.signIn('author');
  await look();
}

async function graph() {
  const { id } = await scene.server.db.selectFrom('oauth2_integration').select('id').executeTakeFirstOrThrow();
  return scene.server.app.accounts.graphFor(id);
}

/** What is sealed in a table, as it is inside. */
async function keep(step: string, table: 'oauth2_integration' | 'pending_authorization', columns: string[]) {
  const sealing = createSealing(parseTokenKeys(scene.server.config.tokenKeys));
  for (const column of columns) {
    const { rows } = await sql<{ id: string; sealed: Uint8Array }>`
      select id, ${sql.ref(column)} as sealed from ${sql.table(table)} where length(${sql.ref(column)}) > 0`.execute(
      scene.server.db,
    );
    for (const { id, sealed } of rows)
      canaries.set(`${column} ${step} ${id}`, sealing.open(sealed, { table, id, column }));
  }
}

async function look(): Promise<void> {
  for (const url of [
    '/api/integrations/microsoft',
    '/api/me/notifications',
    '/api/me',
    '/accounts/account/microsoft/',
    '/api/openapi.json',
  ])
    answers.push((await client.get(url)).body);
  const admin = await scene.server.signIn('controller');
  for (const url of ['/api/administration/microsoft', '/api/people', '/api/me/notifications'])
    answers.push((await admin.get(url)).body);
  const { db } = scene.server;
  const tables = await sql<{ name: string }>`
    select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables
    where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`.execute(db);
  for (const { name } of tables.rows) {
    const rows = await sql<{ row: string }>`select t::text as row from ${sql.raw(name)} t`.execute(db);
    dumps.push(rows.rows.map(({ row }) => row).join('\n'));
  }
}

/** Which secrets have any twelve characters in a row in this text. */
function found(text: string): string[] {
  const pieces = new Set<string>();
  for (let at = 0; at + PIECE <= text.length; at++) pieces.add(text.slice(at, at + PIECE));
  return [...canaries]
    .filter(([, secret]) => {
      for (let at = 0; at + PIECE <= secret.length; at++) if (pieces.has(secret.slice(at, at + PIECE))) return true;
      return false;
    })
    .map(([what]) => what);
}

it('S43: the run was a whole one, and its secrets were seen', () => {
  const kinds = ['sealed_access_token of refresh', 'sealed_held_access_token of another account', 'code of reconnect'];
  for (const kind of kinds)
    expect(
      [...canaries.keys()].some((what) => what.startsWith(kind)),
      kind,
    ).toBe(true);
  for (const [what, secret] of canaries) expect(secret.length, what).toBeGreaterThanOrEqual(PIECE);
  expect(found([...canaries.values()].join(' '))).toHaveLength(canaries.size);
});

it('S43, S44: connect, refresh, fail, reconnect, disconnect leave no piece of them in the log at its most verbose', () => {
  expect(scene.server.logged().length).toBeGreaterThan(5000);
  expect(found(scene.server.logged())).toEqual([]);
});

it('S40: nor in any page or answer', () => {
  expect(answers.join('\n').length).toBeGreaterThan(10_000);
  expect(found(answers.join('\n'))).toEqual([]);
});

it('S31: nor in a dump of the database, at any step', () => {
  const dump = dumps.join('\n');
  expect(dump).toContain(author.email);
  expect(found(dump)).toEqual([]);
});

it('S61: the trail tells of each step once, with its class and its code', async () => {
  const trail = await scene.audit('author');
  expect(trail.map(({ kind }) => kind)).toEqual([
    'microsoft_connected',
    'microsoft_reconnect_needed',
    'microsoft_reconnected',
    'microsoft_account_held',
    'microsoft_disconnected',
  ]);
  expect(trail[1]?.detail).toMatchObject({ class: 'user', code: 'grant_refused', correlationId: expect.any(String) });
});
