import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const COMMAND = fileURLToPath(new URL('../src/command.ts', import.meta.url));

let directory: string;
let running: ChildProcess[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'command-'));
});

afterEach(async () => {
  for (const child of running) {
    if (child.exitCode !== null || !child.kill('SIGTERM')) continue;
    await once(child, 'exit');
  }
  running = [];
  rmSync(directory, { recursive: true });
});

function run(...args: string[]) {
  const child = spawn(process.execPath, [COMMAND, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  running.push(child);
  const output = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    output.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output.err += chunk;
  });
  const ready = async () => {
    while (!output.out.includes('\n')) await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
    return output.out.split('\n')[0] ?? '';
  };
  const ended = async () => {
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    return child.exitCode;
  };
  return { child, output, ready, ended };
}

test('says where it listens on its first line, and ends cleanly on SIGTERM', async () => {
  const { child, ready, ended } = run('--port', '0');
  const line = await ready();
  expect(line).toMatch(/^microsoft365-emulator listening on http:\/\/127\.0\.0\.1:\d+$/);
  const url = line.split(' ').at(-1) ?? '';
  expect((await fetch(`${url}/common/v2.0/.well-known/openid-configuration`)).status).toBe(200);
  child.kill('SIGTERM');
  expect(await ended()).toBe(0);
});

test('a taken port gives one sentence and exit code 1', async () => {
  const first = run('--port', '0');
  const port = new URL((await first.ready()).split(' ').at(-1) ?? '').port;
  const second = run('--port', port);
  expect(await second.ended()).toBe(1);
  expect(second.output.err).toBe(
    `microsoft365-emulator: Port ${port} is taken; choose another with --port, or end what listens there.\n`,
  );
});

test('a config that can not be used is refused with all that is wrong', async () => {
  const file = join(directory, 'config.json');
  writeFileSync(file, JSON.stringify({ tenants: [{ id: 'x', domain: 'y' }], extra: 1 }));
  const { output, ended } = run('--port', '0', '--config', file);
  expect(await ended()).toBe(1);
  expect(output.err).toContain('tenants[0].id');
  expect(output.err).toContain('extra');
});

test('unknown options, bad ports and missing files are refused in words', async () => {
  for (const args of [['--colour'], ['--port', 'x'], ['--config', join(directory, 'nothing.json')]]) {
    const { output, ended } = run(...args);
    expect(await ended()).toBe(1);
    expect(output.err).toMatch(/^microsoft365-emulator: /);
  }
});

test('serves both origins from one port with --content-port same', async () => {
  const { output, ready } = run('--port', '0', '--content-port', 'same');
  const url = (await ready()).split(' ').at(-1);
  while (!output.out.includes('Content origin')) await new Promise((resolve) => setImmediate(resolve));
  expect(output.out).toContain(`Content origin: ${url}\n`);
});
