// npm run check: format, lint, boundaries, types, unused code.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled, nodePath, root, say, withNode } from './prepare.mjs';

ensureInstalled();

const bin = (path) => join(root, 'node_modules', path);
const typed = [
  'contract',
  'microsoft365',
  'emulator',
  'emulator/src/editor/page',
  'server',
  'web',
  'fixtures',
  'demo',
  'e2e',
  'bench',
];
const checks = [
  ['Format, lint, imports', [bin('@biomejs/biome/bin/biome'), 'ci', '--error-on-warnings', '--colors=off', '.']],
  ['Boundaries', [join(root, 'scripts/check-boundaries.mjs')]],
  ['Connection lines without a test', [join(root, 'scripts/list-unproven.mjs')]],
  ...typed.map((folder) => [`Types in ${folder}`, [bin('typescript/bin/tsc'), '-p', folder]]),
  ['Unused code', [bin('knip/bin/knip.js'), '--no-progress']],
];

let failed = 0;
for (const [name, args] of checks) {
  const result = spawnSync(nodePath(), args, { cwd: root, encoding: 'utf8', env: withNode(process.env) });
  if (result.status === 0) {
    say(`ok    ${name}`);
    continue;
  }
  failed += 1;
  say(`FAIL  ${name}\n${result.stdout}${result.stderr}`);
}
process.exit(failed === 0 ? 0 : 1);
