import { people } from '@megdocs/fixtures';
import { createSealing, parseTokenKeys } from '@megdocs/microsoft365';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TestClient } from '../client.ts';
import { type EditingScene, editingScene } from '../editing-scene.ts';
import { signInAtMicrosoft } from '../microsoft-pages.ts';
import { addressOf, probesOf } from './every-route.ts';
import { everythingThatExists } from './things.ts';

const ORIGIN = 'http://localhost:3000/';
let scene: EditingScene;
/** Everything that was secret in the run, by what it is. */
const secrets = new Map<string, string>();
/** Every answer that anybody got. */
const answers: string[] = [];

beforeAll(async () => {
  scene = await editingScene();
  await useEverything();
});
afterAll(() => scene?.close());

async function useEverything(): Promise<void> {
  const { server, author } = scene;
  const things = await everythingThatExists(scene);
  await scene.save('A sentence.');
  await scene.pass(90);
  await keepTokens();
  await connectAnother();
  await useLink(await server.signIn('controller'));
  const wrong = await author.post('/api/session', { email: people.author.email, password: 'the-wrong-password-1' });
  secrets.set('a mistyped password', 'the-wrong-password-1');
  answers.push(wrong.body);
  for (const who of ['author', 'controller'] as const) {
    const client = await server.signIn(who);
    secrets.set(`session of ${who}`, client.cookies.get('session') ?? '');
    for (const probe of probesOf(things).filter(({ method }) => method === 'GET')) {
      const answer = await client.get(addressOf(probe));
      answers.push(JSON.stringify(answer.headers) + answer.body);
    }
    for (const page of ['/documents/', '/accounts/account/microsoft/', '/viewer.html', '/api/openapi.json'])
      answers.push((await client.get(page)).body);
  }
  secrets.set('session', author.cookies.get('session') ?? '');
  secrets.set('browser', author.cookies.get('browser') ?? '');
  secrets.set('client secret', clientSecret());
  for (const { id, key } of parseTokenKeys(server.config.tokenKeys))
    secrets.set(`token key ${id}`, Buffer.from(key).toString('base64'));
  secrets.set('password', people.author.password);
}

function clientSecret(): string {
  const credential = scene.server.config.microsoft?.credential;
  return credential?.kind === 'secret' ? credential.secret : '';
}

/** The tokens as they are inside their sealed columns. */
async function keepTokens(): Promise<void> {
  const row = await scene.server.db.selectFrom('oauth2_integration').selectAll().executeTakeFirstOrThrow();
  for (const column of ['sealed_access_token', 'sealed_refresh_token'] as const)
    secrets.set(column, open(row[column], 'oauth2_integration', row.id, column));
}

function open(sealed: Uint8Array | null, table: string, id: string, column: string): string {
  if (!sealed) throw new Error(`${column} is empty`);
  return createSealing(parseTokenKeys(scene.server.config.tokenKeys)).open(sealed, { table, id, column });
}

/** A flow whose verifier and nonce are read while it is open, and which is then refused for its state. */
async function connectAnother(): Promise<void> {
  const { server } = scene;
  const client = await server.signIn('author2');
  const start = await client.postForm('/accounts/account/microsoft/connect');
  const url = new URL(String(start.headers.location));
  const row = await server.db
    .selectFrom('pending_authorization')
    .selectAll()
    .where('state', '=', 'open')
    .executeTakeFirstOrThrow();
  for (const column of ['sealed_verifier', 'sealed_nonce'] as const)
    secrets.set(column, open(row[column], 'pending_authorization', row.id, column));
  const back = await signInAtMicrosoft(url.href, people.author2, ORIGIN);
  secrets.set('state', url.searchParams.get('state') ?? '');
  secrets.set('code', back.searchParams.get('code') ?? '');
  const forged = new URL(back);
  forged.searchParams.set('state', 'F'.repeat(43));
  answers.push(JSON.stringify((await client.get(forged.pathname + forged.search)).headers));
  const done = await client.get(back.pathname + back.search);
  answers.push(JSON.stringify({ ...done.headers, 'set-cookie': '' }) + done.body);
  secrets.set('browser of the flow', client.cookies.get('browser') ?? '');
}

async function useLink(controller: TestClient): Promise<void> {
  const invitation = { name: 'New Person', email: 'new@stmarys.example' };
  const { link } = (await controller.post('/api/invitations', invitation)).json();
  const token = /welcome\/([\w-]{43})\//.exec(link)?.[1] ?? '';
  secrets.set('link', token);
  const client = scene.server.browser();
  answers.push((await client.get(`/api/links/${token}`)).body);
  const password = 'a-password-of-their-own';
  secrets.set('chosen password', password);
  answers.push((await client.post(`/api/links/${token}`, { password })).body);
  secrets.set('session of the invited', client.cookies.get('session') ?? '');
}

/** Pieces of twelve characters, one after the other: what a careless cut would leave. */
function piecesOf(secret: string): string[] {
  const pieces: string[] = [];
  for (let at = 0; at + 12 <= secret.length; at += 12) pieces.push(secret.slice(at, at + 12));
  return pieces;
}

function found(text: string): string[] {
  return [...secrets]
    .filter(([, secret]) => piecesOf(secret).some((piece) => text.includes(piece)))
    .map(([what]) => what);
}

it('S43: every secret of the run was really seen', () => {
  expect(secrets.size).toBeGreaterThan(14);
  for (const [what, secret] of secrets) expect(secret.length, what).toBeGreaterThanOrEqual(12);
  expect(found(`x${[...secrets.values()].join(' ')}`)).toHaveLength(secrets.size);
});

it('S31: a raw dump of every table holds none of them, plain, hexadecimal or base64', async () => {
  const { db } = scene.server;
  const tables = await sql<{ name: string }>`
    select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables
    where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`.execute(db);
  expect(tables.rows.length).toBeGreaterThan(25);
  let dump = '';
  for (const { name } of tables.rows) {
    const rows = await sql<{ row: string }>`select t::text as row from ${sql.raw(name)} t`.execute(db);
    dump += `${rows.rows.map(({ row }) => row).join('\n')}\n`;
  }
  expect(dump).toContain(people.author.email);
  expect(found(dump)).toEqual([]);
  for (const [what, secret] of secrets) {
    expect(dump.includes(Buffer.from(secret.slice(0, 18)).toString('hex')), `${what} as bytes`).toBe(false);
    expect(dump.includes(Buffer.from(secret.slice(0, 18)).toString('base64')), `${what} in base64`).toBe(false);
  }
});

it('S43, S44: the log at its most verbose holds none of them', () => {
  const logged = scene.server.logged();
  expect(logged.split('\n').length).toBeGreaterThan(50);
  expect(found(logged)).toEqual([]);
  expect(logged).not.toMatch(/eyJ[\w-]{10}|[?&](code|state)=/);
});

it('S40, S45: no answer, page or header holds one, nor a stack or SQL', () => {
  const text = answers.join('\n');
  expect(text.length).toBeGreaterThan(10_000);
  expect(found(text)).toEqual([]);
  expect(text).not.toMatch(/\.ts:\d+:\d+|select .* from |insert into|node_modules/i);
});

it('S37, S61: after disconnecting no sealed token is left, and the trail tells of it', async () => {
  await scene.author.postForm('/accounts/account/microsoft/disconnect', { when: 'now' });
  const rows = await scene.server.db
    .selectFrom('oauth2_integration')
    .select(['status', 'sealed_access_token', 'sealed_refresh_token'])
    .where('account_address', '=', people.author.email)
    .execute();
  expect(rows).toEqual([{ status: 'ended', sealed_access_token: null, sealed_refresh_token: null }]);
  expect(found(scene.server.logged())).toEqual([]);
});
