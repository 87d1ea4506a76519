import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base } from '@playwright/test';

/** The whole product as `npm start` runs it, on ports and data of its own. */
export interface Product {
  url: string;
  emulatorUrl: string;
  /** Calls a control door of the emulator. */
  control(method: string, path: string, body?: object): Promise<unknown>;
}

export const test = base.extend<object, { product: Product }>({
  product: [
    // biome-ignore lint/correctness/noEmptyPattern: the runner reads the names of the fixtures that it needs here
    async ({}, use) => {
      const dataDir = await mkdtemp(join(tmpdir(), 'megdocs-journeys-'));
      const [port, emulatorPort] = await freePorts();
      const child = await startProduct({ port, emulatorPort, dataDir });
      const emulatorUrl = `http://localhost:${emulatorPort}`;
      await use({ url: `http://localhost:${port}`, emulatorUrl, control: controlOf(emulatorUrl) });
      await stopProduct(child);
      await rm(dataDir, { recursive: true, force: true });
    },
    { scope: 'worker', timeout: 90_000 },
  ],
  baseURL: async ({ product }, use) => use(product.url),
});

async function startProduct(wish: { port: number; emulatorPort: number; dataDir: string }): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['demo/src/main.ts'], {
    cwd: join(import.meta.dirname, '../..'),
    env: {
      ...process.env,
      PORT: String(wish.port),
      EMULATOR_PORT: String(wish.emulatorPort),
      DATA_DIR: wish.dataDir,
      // A quarter of a minute of quiet is enough to see a copy go.
      LATE_SAVE_WATCH_MINUTES: '0.25',
      PUBLIC_URL: '',
      SUBDOMAIN: '',
      DATABASE_URL: '',
      MICROSOFT_CLIENT_ID: '',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  await new Promise<void>((ready, reject) => {
    const hear = (chunk: Buffer) => {
      output += chunk;
      if (output.includes('MEGDocs is ready')) ready();
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.on('exit', (code) => reject(new Error(`The product ended with ${code}:\n${output}`)));
  });
  return child;
}

async function stopProduct(child: ChildProcess): Promise<void> {
  const ended = new Promise((done) => child.once('exit', done));
  child.kill('SIGTERM');
  await ended;
}

function controlOf(emulatorUrl: string): Product['control'] {
  return async (method, path, body) => {
    const answer = await fetch(`${emulatorUrl}/_emulator${path}`, {
      method,
      ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    const text = await answer.text();
    return text ? JSON.parse(text) : undefined;
  };
}

/** The emulator's content origin takes the port after its own. */
async function freePorts(): Promise<[number, number]> {
  for (;;) {
    const [port, emulator] = [await freePort(0), await freePort(0)];
    const next = await freePort(emulator + 1).catch(() => undefined);
    if (next === emulator + 1 && port !== next) return [port, emulator];
  }
}

function freePort(wanted: number): Promise<number> {
  return new Promise((done, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(wanted, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (typeof address === 'object' && address ? done(address.port) : reject(new Error('no port'))));
    });
  });
}
