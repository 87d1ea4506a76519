// npm run soak:editing -- --seed N --steps N: people, Microsoft, the network and this machine at random, for as long
// as you like. What it finds is repeated with the same seed.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { ensureInstalled, nodePath, root, say, withNode } from './prepare.mjs';

const { values } = parseArgs({ options: { seed: { type: 'string' }, steps: { type: 'string', default: '10000' } } });
const seed = values.seed ?? String(Math.floor(Math.random() * 2 ** 31));
ensureInstalled();
say(`Seed ${seed}, ${values.steps} steps`);
const { status } = spawnSync(nodePath(), ['node_modules/vitest/vitest.mjs', 'run', '--root', 'server', 'test/soak'], {
  cwd: root,
  stdio: 'inherit',
  env: { ...withNode(process.env), NODE_ENV: 'test', SOAK_SEED: seed, SOAK_STEPS: values.steps },
});
process.exit(status ?? 1);
