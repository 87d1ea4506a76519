/**
 * How long the command `microsoft365-emulator` takes from its start to the line that says that it listens:
 * `node bench/start.ts`. It prints, and judges nothing.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const TIMES = 7;
const COMMAND = fileURLToPath(new URL('../src/command.ts', import.meta.url));

const times: number[] = [];
for (let i = 0; i < TIMES; i++) times.push(await measureStart());
times.sort((a, b) => a - b);
const [quickest = 0, middle = 0, slowest = 0] = [times[0], times[TIMES >> 1], times.at(-1)];
process.stdout.write(`${TIMES} starts: ${quickest} ms at best, ${middle} ms in the middle, ${slowest} ms at worst\n`);

async function measureStart(): Promise<number> {
  const start = performance.now();
  const child = spawn(process.execPath, [COMMAND, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  const took = performance.now() - start;
  child.kill('SIGTERM');
  await once(child, 'exit');
  return Math.round(took);
}
