// What others install: each published package, packed by npm and installed in an empty folder without a network.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..');
let place: string;

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'megdocs-packages-'));
});
afterAll(() => rm(place, { recursive: true, force: true }));

describe('microsoft365-emulator', () => {
  let packed: Packed;
  beforeAll(async () => {
    packed = await packAndInstall('emulator', 'microsoft365-emulator');
  });

  test('holds built code with its types, the editor’s page, its papers, and nothing else', () => {
    const others = packed.files.filter((path) => !/^lib\/.+\.(js|d\.ts)$|^dist\/editor-page\//.test(path));
    expect(others.sort()).toEqual(['LICENSE', 'README.md', 'SUPPORT.md', 'package.json']);
    expect(packed.files.filter((path) => /test|lib\/editor\/page/.test(path))).toEqual([]);
  });

  test('runs as a command, ready for a sign-in', async () => {
    const command = join(packed.home, 'node_modules/.bin/microsoft365-emulator');
    const emulator = spawn(process.execPath, [command, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = await once(emulator.stdout, 'data');
    const url = /listening on (\S+)/.exec(String(line))?.[1] ?? '';
    expect((await fetch(`${url}/common/v2.0/.well-known/openid-configuration`)).status).toBe(200);
    emulator.kill('SIGTERM');
    expect((await once(emulator, 'exit'))[0]).toBe(0);
  });

  test('starts from code, with the editor’s page beside it', async () => {
    const script = `
      import { existsSync } from 'node:fs';
      import { startEmulator } from 'microsoft365-emulator';
      const emulator = await startEmulator({ port: 0 });
      const { status } = await fetch(emulator.url + '/v1.0/me');
      await emulator.close();
      process.stdout.write(String(status));`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { cwd: packed.home });
    expect(stdout).toBe('401');
  });
});

describe('@megdocs/microsoft365', () => {
  let packed: Packed;
  beforeAll(async () => {
    packed = await packAndInstall('microsoft365', '@megdocs/microsoft365');
  });

  test('holds built code with its types, its papers, and nothing else', () => {
    const others = packed.files.filter((path) => !/^lib\/.+\.(js|d\.ts)$/.test(path));
    expect(others.sort()).toEqual(['LICENSE', 'README.md', 'package.json']);
    expect(packed.files.filter((path) => /test/.test(path))).toEqual([]);
  });

  test('gives by its door what it gives here', async () => {
    const script = "import * as door from '@megdocs/microsoft365'; console.log(JSON.stringify(Object.keys(door)));";
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { cwd: packed.home });
    const here = await import('../microsoft365/src/index.ts');
    expect(JSON.parse(stdout).sort()).toEqual(Object.keys(here).sort());
  });

  // Types that are lost on the way become `any`, and then the line below @ts-expect-error is no error.
  test('has types that a host builds on', async () => {
    const host = `
      import { AADSTS_CODES, createGraph, microsoftEndpoints, type TokenSource } from '@megdocs/microsoft365';
      const tokens: TokenSource = { accessToken: async () => 'token' };
      export const graph = createGraph({ endpoints: microsoftEndpoints('global'), tokens });
      export const code: 'client_credential_refused' = AADSTS_CODES[7000222].code;
      // @ts-expect-error a path is a string
      export const never = graph.request('GET', 1);`;
    await writeFile(join(packed.home, 'host.ts'), host);
    const options = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2024', '--types', 'node'];
    const roots = ['--typeRoots', join(root, 'node_modules/@types')];
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    await run(process.execPath, [compiler, ...options, ...roots, 'host.ts'], { cwd: packed.home });
  });
});

interface Packed {
  files: string[];
  /** The folder that it is installed in. */
  home: string;
}

/** Packs a copy: the manifest is swapped while that lasts, and others are reading the workspace's own. */
async function packAndInstall(workspace: string, name: string): Promise<Packed> {
  const stage = join(place, workspace);
  const home = join(stage, 'home');
  await mkdir(home, { recursive: true });
  const isSource = (path: string) => !/[/\\](node_modules|lib|test)$/.test(path);
  for (const part of ['LICENSE', 'package.json', 'package-lock.json', 'tsconfig.base.json', 'scripts', workspace])
    await cp(join(root, part), join(stage, part), { recursive: true, preserveTimestamps: true, filter: isSource });
  for (const modules of ['node_modules', `${workspace}/node_modules`].filter((path) => existsSync(join(root, path))))
    await symlink(join(root, modules), join(stage, modules));
  const { stdout } = await run('npm', ['pack', '--json', '--silent', '--pack-destination', stage], {
    cwd: join(stage, workspace),
  });
  const [{ filename, files }] = JSON.parse(stdout.slice(stdout.indexOf('[')));
  await install(home, name, workspace, join(stage, filename));
  return { files: files.map(({ path }: { path: string }) => path), home };
}

/** What it depends on is linked from here, so that no network is needed; what it doesn't name is not there. */
async function install(home: string, name: string, workspace: string, tarball: string): Promise<void> {
  const { dependencies } = JSON.parse(await readFile(join(root, workspace, 'package.json'), 'utf8'));
  const resolve = createRequire(join(root, workspace, 'package.json'));
  const local = Object.keys(dependencies).map((dependency) => [dependency, `file:${folderOf(resolve, dependency)}`]);
  const manifest = { type: 'module', dependencies: { ...Object.fromEntries(local), [name]: `file:${tarball}` } };
  await writeFile(join(home, 'package.json'), JSON.stringify(manifest));
  await run('npm', ['install', '--offline', '--ignore-scripts', '--no-package-lock', '--no-audit'], { cwd: home });
}

function folderOf(resolve: NodeJS.Require, dependency: string): string {
  const paths = resolve.resolve.paths(dependency) ?? [];
  const found = paths.map((path) => join(path, dependency)).find((path) => isPackage(resolve, path));
  if (found === undefined) throw new Error(`${dependency} is not installed.`);
  return found;
}

function isPackage(resolve: NodeJS.Require, path: string): boolean {
  try {
    return resolve.resolve(join(path, 'package.json')) !== '';
  } catch {
    return false;
  }
}
