// npm's prepack and postpack in the packages that others install. Here they run as TypeScript; Node doesn't strip
// types under node_modules, so what is published is built to `lib/`, and the fields of `publishConfig` (exports, bin)
// take the place of those that point at sources. pnpm and Yarn do the latter by themselves; npm does not.
//
//     node ../scripts/pack-workspace.mjs prepare|restore
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, nodePath, root } from './prepare.mjs';

const SET_ASIDE = 'package.workspace.json';
const step = process.argv[2];

if (step === 'prepare') prepare();
else if (step === 'restore') restore();
else fail('Usage: node pack-workspace.mjs prepare|restore');

function prepare() {
  restore();
  rmSync('lib', { recursive: true, force: true });
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const built = spawnSync(nodePath(), [tsc, '-p', 'tsconfig.publish.json'], { stdio: 'inherit' });
  if (built.status !== 0) fail('The package could not be built: see above.');
  copyFileSync(join(root, 'LICENSE'), 'LICENSE');
  const {
    publishConfig,
    scripts: _,
    devDependencies: __,
    ...manifest
  } = JSON.parse(readFileSync('package.json', 'utf8'));
  renameSync('package.json', SET_ASIDE);
  writeFileSync('package.json', `${JSON.stringify({ ...manifest, ...publishConfig }, null, 2)}\n`);
}

/** Also mends what an interrupted packing left. */
function restore() {
  if (!existsSync(SET_ASIDE)) return;
  renameSync(SET_ASIDE, 'package.json');
  rmSync('LICENSE', { force: true });
}
