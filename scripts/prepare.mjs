// What every command of the root needs before it runs: packages, built pages, the right Node.
// Runs on Node 20 too, before anything is installed, hence plain JavaScript.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const NODE_MAJOR = 24;

/** Installs what the lock file names, when it is not installed yet. */
export function ensureInstalled() {
  const installed = modifiedAt(join(root, 'node_modules/.package-lock.json'));
  if (installed >= modifiedAt(join(root, 'package-lock.json'))) return;
  say('Installing packages (once, about half a minute)…');
  if (!runNpm(['ci', '--no-audit', '--no-fund', '--loglevel=error']))
    fail('The packages could not be installed: see above. Check the network and run it again.');
}

const PAGES = [
  { workspace: '@megdocs/web', sources: ['web', 'contract/src'], built: 'web/dist/index.html' },
  {
    workspace: 'microsoft365-emulator',
    sources: ['emulator/src/editor/page'],
    built: 'emulator/dist/editor-page/index.html',
  },
];

/** Builds the pages whose sources changed since they were built. */
export function ensureBuilt() {
  for (const { workspace, sources, built } of PAGES) {
    const builtAt = modifiedAt(join(root, built));
    if (sources.every((source) => newestIn(join(root, source)) <= builtAt)) continue;
    say(`Building the pages of ${workspace}…`);
    const args = ['run', 'build', '--silent', '--workspace', workspace, '--', '--logLevel', 'error'];
    if (!runNpm(args)) fail(`The pages of ${workspace} could not be built: see above.`);
  }
}

function runNpm(args) {
  const shell = process.platform === 'win32';
  return spawnSync('npm', args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], shell }).status === 0;
}

/** The system's Node when it is new enough, else the one that the packages brought. */
export function nodePath() {
  if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR) return process.execPath;
  const packaged = [
    `node_modules/node-${process.platform}-${process.arch}/bin/node`,
    `node_modules/node-win-${process.arch}/bin/node.exe`,
  ];
  const found = packaged.map((path) => join(root, path)).find(existsSync);
  if (!found)
    fail(
      `MEGDocs needs Node ${NODE_MAJOR} or newer; this is Node ${process.versions.node}, and no packaged one fits ${process.platform} ${process.arch}. Install Node ${NODE_MAJOR}.`,
    );
  return found;
}

/** Runs a TypeScript file to its end: signals are passed on, and its exit code becomes ours. */
export function runToTheEnd(script, args = [], flags = []) {
  const settings = existsSync(join(root, '.env')) ? ['--env-file=.env'] : [];
  const child = spawn(nodePath(), [...settings, ...flags, script, ...args], {
    cwd: root,
    stdio: 'inherit',
    env: withNode(process.env),
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
}

/** The environment in which `node` is the right one for whatever a command starts. */
export function withNode(environment) {
  const separator = process.platform === 'win32' ? ';' : ':';
  return {
    ...environment,
    PATH: [dirname(nodePath()), join(root, 'node_modules/.bin'), environment.PATH].join(separator),
  };
}

export function say(text) {
  process.stdout.write(`${text}\n`);
}

export function fail(text) {
  process.stderr.write(`${text}\n`);
  process.exit(1);
}

function modifiedAt(path) {
  return existsSync(path) ? statSync(path).mtimeMs : 0;
}

function newestIn(path) {
  if (!existsSync(path)) return 0;
  if (!statSync(path).isDirectory()) return modifiedAt(path);
  const inside = readdirSync(path).filter((name) => name !== 'node_modules' && name !== 'dist');
  return Math.max(0, ...inside.map((name) => newestIn(join(path, name))));
}
