import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, INSTITUTION, isOneMessage, SERVER, type Started, start } from './process.ts';

const KEY = Buffer.from('0123456789abcdef0123456789abcdef').toString('base64');
let folder: string;
let port: number;
let environment: Record<string, string>;
let server: Started;

/** Real processes, on a machine that may be busy. */
const PATIENCE = { timeout: 120_000 };
const READY = /MEGDocs listens on (\S+)/;
const institution = (slug: string, more: Record<string, string> = environment) =>
  start(INSTITUTION, more, ['create', `Hospital ${slug}`, '--slug', slug, '--admin', `admin@${slug}.example`]).ended;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'megdocs-processes-'));
  port = await freePort();
  environment = { DATA_DIR: join(folder, 'data'), PORT: String(port), TOKEN_KEYS: `k1:${KEY}`, LOG_LEVEL: 'warn' };
  server = start(SERVER, environment);
  await server.says(READY);
}, 120_000);
afterAll(async () => {
  server?.child.kill('SIGKILL');
  await server?.ended;
  rmSync(folder, { recursive: true, force: true });
});

const lock = () => join(folder, 'data', 'owner.sock');

describe('the embedded database has one owner', PATIENCE, () => {
  it('an empty database answers: pages, health, and nobody signed in', async () => {
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
    expect((await fetch(`http://127.0.0.1:${port}/api/me`)).status).toBe(401);
    expect(statSync(lock()).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'data')).mode & 0o777).toBe(0o700);
  });

  it('a second process on the folder says who holds it, and touches nothing', async () => {
    const second = await start(SERVER, { ...environment, PORT: '0' }).ended;
    expect(second).toMatchObject({ code: 1 });
    expect(second.text).toContain(`in use by process ${server.child.pid}`);
    expect(second.text).toContain('DATA_DIR');
    expect(isOneMessage(second.text), second.text).toBe(true);
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
  });

  it('A1: an institution is made by the running server, which alone needs the keys', async () => {
    const made = await institution('first', { DATA_DIR: environment.DATA_DIR ?? '' });
    expect(made, made.text).toMatchObject({ code: 0 });
    const token = /\/welcome\/([\w-]{43})\//.exec(made.text)?.[1];
    expect((await fetch(`http://127.0.0.1:${port}/api/links/${token}`)).status).toBe(200);
    const again = await institution('first');
    expect(again).toMatchObject({ code: 1 });
    expect(again.text).toMatch(/slug "first" already/);
    expect(isOneMessage(again.text), again.text).toBe(true);
  });

  it('one that lives but does not answer is no stale lock', async () => {
    server.child.kill('SIGSTOP');
    try {
      const second = await start(SERVER, { ...environment, PORT: '0' }).ended;
      expect(second).toMatchObject({ code: 1 });
      expect(second.text).toContain(`in use by process ${server.child.pid}, which does not answer`);
    } finally {
      server.child.kill('SIGCONT');
    }
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
  });

  it('after SIGKILL the lock is stale, and of two that start at once, one does', async () => {
    server.child.kill('SIGKILL');
    await server.ended;
    expect(existsSync(lock())).toBe(true);
    const two = [start(SERVER, environment), start(SERVER, { ...environment, PORT: '0' })];
    const first = await Promise.race(
      two.map((each) =>
        each.says(READY).then(
          () => each,
          () => new Promise<never>(() => {}),
        ),
      ),
    );
    const loser = two.find((each) => each !== first);
    server = first;
    expect((await loser?.ended)?.text).toContain(`in use by process ${first.child.pid}`);
    const again = await institution('first');
    expect(again.text).toMatch(/slug "first" already/);
  });
});

describe('the end', PATIENCE, () => {
  it('SIGINT, twice as a terminal sends it through npm, ends with 0 and leaves no lock', async () => {
    server.child.kill('SIGINT');
    server.child.kill('SIGINT');
    expect(await server.ended).toMatchObject({ code: 0, signal: null });
    expect(existsSync(lock())).toBe(false);
  });

  it('A1: without a server, the command takes the folder for a moment', async () => {
    const made = await institution('second');
    expect(made, made.text).toMatchObject({ code: 0 });
    expect(made.text).toMatch(/\/welcome\/[\w-]{43}\//);
    expect(existsSync(lock())).toBe(false);
    const usage = await start(INSTITUTION, environment, ['create']).ended;
    expect(usage).toMatchObject({ code: 1 });
    expect(usage.text).toMatch(/^Usage: npm run institution/);
  });
});

describe('what a start refuses', PATIENCE, () => {
  const REFUSED: [string, Record<string, string>, RegExp][] = [
    [
      'a folder that can not be made',
      { DATA_DIR: '/dev/null/data' },
      /data folder \/dev\/null\/data can't be made.*DATA_DIR/,
    ],
    [
      'files that can not be kept',
      { BLOB_STORE: '/dev/null/files' },
      /\/dev\/null\/files can't be written to.*BLOB_STORE/,
    ],
    ['several settings at once', { PORT: 'x', TOKEN_KEYS: '' }, /- PORT [^\n]*\n {2}- TOKEN_KEYS/],
    ['S48: a debugger', { NODE_OPTIONS: '--inspect=0' }, /--inspect=0: through it tokens could be read/],
    [
      'an address of another machine',
      { HOST: '192.0.2.1', PUBLIC_URL: 'https://a.example' },
      /has no address 192\.0\.2\.1/,
    ],
    [
      'a database that is not there',
      { DATABASE_URL: 'postgres://u:hunter2@127.0.0.1:1/x' },
      /DATABASE_URL names can't be reached/,
    ],
  ];
  it.each(REFUSED)('%s, in one message and with exit code 1', async (_, variables, words) => {
    const ended = await start(SERVER, { ...environment, PORT: '0', ...variables }).ended;
    expect(ended.text).toMatch(words);
    expect(ended).toMatchObject({ code: 1 });
    expect(isOneMessage(ended.text), ended.text).toBe(true);
    expect(ended.text).not.toMatch(/hunter2/);
    expect(existsSync(lock())).toBe(false);
  });

  it('a taken port, by its number', async () => {
    const taken = createServer().listen(port, '127.0.0.1');
    await once(taken, 'listening');
    const ended = await start(SERVER, environment).ended;
    taken.close();
    expect(ended.text).toMatch(new RegExp(`^Port ${port} is taken .* PORT\\.\n$`));
    expect(ended).toMatchObject({ code: 1 });
    expect(existsSync(lock())).toBe(false);
  });
});
