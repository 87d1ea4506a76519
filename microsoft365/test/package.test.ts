import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as door from '../src/index.ts';

const run = promisify(execFile);
const packageFolder = join(import.meta.dirname, '..');
const resolveFrom = createRequire(import.meta.url);
const modules = join(dirname(resolveFrom.resolve('vitest/package.json')), '..');

interface Packed {
  filename: string;
  files: { path: string }[];
}

let folder: string;
let copy: string;
let packed: Packed;

/** Packs a copy: the manifest is swapped while it lasts, and others are reading the one in the workspace. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'package-'));
  copy = join(folder, 'microsoft365');
  await cp(packageFolder, copy, { recursive: true, filter: (path) => !/node_modules|[/\\](dist|test)$/.test(path) });
  await cp(join(packageFolder, '../tsconfig.base.json'), join(folder, 'tsconfig.base.json'));
  await symlink(modules, join(folder, 'node_modules'));
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: copy });
  [packed] = JSON.parse(stdout);
});
afterAll(() => rm(folder, { recursive: true }));

test('what is published is built code, its types, README and LICENSE, and nothing else', async () => {
  const paths = packed.files.map(({ path }) => path);
  const built = paths.filter((path) => /^dist\/.+\.(js|d\.ts)$/.test(path) && !/test/.test(path));
  expect(built).toContain('dist/index.js');
  expect(built).toContain('dist/index.d.ts');
  expect(paths.filter((path) => !built.includes(path)).sort()).toEqual(['LICENSE', 'README.md', 'package.json']);
});

test('a pack leaves the manifest of the workspace as it was', async () => {
  const read = (where: string) => readFile(join(where, 'package.json'), 'utf8');
  expect(await read(copy)).toBe(await read(packageFolder));
});

test('installed in an empty folder, without a network, it gives all that it promises, and types to build on', async () => {
  const empty = join(folder, 'empty');
  await mkdir(empty);
  const { dependencies } = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8'));
  const local = Object.keys(dependencies).map((name) => [name, `file:${join(modules, name)}`]);
  const manifest = {
    type: 'module',
    dependencies: { ...Object.fromEntries(local), '@megdocs/microsoft365': `file:../${packed.filename}` },
  };
  await writeFile(join(empty, 'package.json'), JSON.stringify(manifest));
  await run('npm', ['install', '--offline', '--ignore-scripts', '--no-package-lock'], { cwd: empty });

  const installed = JSON.parse(await readFile(join(empty, 'node_modules/@megdocs/microsoft365/package.json'), 'utf8'));
  expect(Object.keys(installed)).not.toContain('devDependencies');
  const code = "import * as m from '@megdocs/microsoft365'; console.log(JSON.stringify(Object.keys(m)));";
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', code], { cwd: empty });
  expect(JSON.parse(stdout).sort()).toEqual(Object.keys(door).sort());

  await writeFile(join(empty, 'host.ts'), HOST);
  const compiler = join(dirname(resolveFrom.resolve('typescript/package.json')), 'bin/tsc');
  const strict = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2024', '--types', 'node'];
  const roots = ['--typeRoots', join(modules, '@types')];
  await run(process.execPath, [compiler, ...strict, ...roots, 'host.ts'], { cwd: empty });
});

/** Types that are lost on the way become `any`, and then the line below `@ts-expect-error` is no error. */
const HOST = `
import { AADSTS_CODES, createGraph, microsoftEndpoints, type TokenSource } from '@megdocs/microsoft365';
const tokens: TokenSource = { accessToken: async () => 'token' };
export const graph = createGraph({ endpoints: microsoftEndpoints('global'), tokens });
export const code: 'client_credential_refused' = AADSTS_CODES[7000222].code;
// @ts-expect-error a path is a string
export const never = graph.request('GET', 1);
`;
