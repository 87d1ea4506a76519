// In the workspace the package runs from its sources; Node strips no types under node_modules, so what is published
// is built, and its manifest names the built files. npm reads the manifest from disk, hence the swap around a pack.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const folder = join(import.meta.dirname, '..');
const manifest = join(folder, 'package.json');
const kept = join(folder, 'package.json.workspace');

export function publishManifest() {
  restoreManifest();
  const {
    scripts: _scripts,
    devDependencies: _devDependencies,
    ...published
  } = JSON.parse(readFileSync(manifest, 'utf8'));
  published.exports = { '.': { types: './dist/index.d.ts', default: './dist/index.js' } };
  renameSync(manifest, kept);
  writeFileSync(manifest, `${JSON.stringify(published, null, 2)}\n`);
}

/** Also after a pack that was cut off. */
export function restoreManifest() {
  if (existsSync(kept)) renameSync(kept, manifest);
}
