import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { type Emulator, startEmulator } from 'microsoft365-emulator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signIn } from './sign-in.ts';

const packageFolder = join(import.meta.dirname, '..');
const resolveFrom = createRequire(import.meta.url);
const modules = join(dirname(resolveFrom.resolve('vitest/package.json')), '..');

let folder: string;
let emulator: Emulator;
let host: ChildProcessByStdio<null, Readable, Readable> | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'readme-'));
  await mkdir(join(folder, 'node_modules/@megdocs'), { recursive: true });
  await symlink(packageFolder, join(folder, 'node_modules/@megdocs/microsoft365'));
  await symlink(join(modules, '@types'), join(folder, 'node_modules/@types'));
  const block = /```ts\n(.*?)```/s.exec(await readFile(join(packageFolder, 'README.md'), 'utf8'));
  await writeFile(join(folder, 'host.mts'), block?.[1] ?? '');
  emulator = await startEmulator({ port: 0 });
});
afterAll(async () => {
  host?.kill();
  await emulator.close();
  await rm(folder, { recursive: true });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

test('the lines of the README connect an account and read who it is', async () => {
  const port = await freePort();
  const environment = { ...process.env, EMULATOR_URL: emulator.url, PORT: String(port) };
  host = spawn(process.execPath, ['host.mts'], { cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  const { stdout, stderr } = host;
  const failed = text(stderr).then((words) => Promise.reject(new Error(words)));
  failed.catch(() => undefined);
  const said = await Promise.race([once(stdout, 'data').then(String), failed]);
  const address = new URL(said.replace('Open ', '').trim());
  const redirectUri = `http://localhost:${port}/callback`;
  const callback = await signIn(address, redirectUri, { address: 'ada@demo.example', password: 'demo' });
  const answer = await fetch(`${redirectUri}?${callback}`);
  expect(await answer.json()).toMatchObject({ address: 'ada@demo.example' });
  // People load pages again; the code is spent by then, and the process lives on.
  expect((await fetch(`${redirectUri}?${callback}`)).status).toBe(400);
  expect((await fetch(`http://localhost:${port}/elsewhere`)).status).toBe(404);
});

test('and they are sound TypeScript', async () => {
  const compiler = join(dirname(resolveFrom.resolve('typescript/package.json')), 'bin/tsc');
  const options = [
    '--strict',
    '--noEmit',
    '--module',
    'nodenext',
    '--target',
    'es2024',
    '--lib',
    'es2024',
    '--types',
    'node',
  ];
  const sources = ['--allowImportingTsExtensions', '--erasableSyntaxOnly', '--skipLibCheck'];
  await promisify(execFile)(process.execPath, [compiler, ...options, ...sources, 'host.mts'], { cwd: folder });
});
