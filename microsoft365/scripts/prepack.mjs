// Before `npm pack` and `npm publish`: JavaScript and declarations into dist/, and the manifest that names them.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { folder, publishManifest } from './manifest.mjs';

const compiler = join(createRequire(import.meta.url).resolve('typescript/package.json'), '../bin/tsc');
rmSync(join(folder, 'dist'), { recursive: true, force: true });
const built = spawnSync(process.execPath, [compiler, '-p', join(folder, 'tsconfig.build.json')], { stdio: 'inherit' });
if (built.status !== 0) process.exit(1);
publishManifest();
