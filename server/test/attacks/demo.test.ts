import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { people } from '@megdocs/fixtures';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO, freePort, INSTITUTION, isOneMessage, start } from './process.ts';

let folder: string;
let environment: Record<string, string>;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'megdocs-demo-'));
  environment = {
    DATA_DIR: join(folder, 'data'),
    PORT: String(await freePort()),
    EMULATOR_PORT: String(await twoFreePorts()),
  };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const READY = /MEGDocs is ready: (\S+)/;

// Real processes, on a machine that may be busy.
describe('npm start', { timeout: 120_000 }, () => {
  it('starts, makes institutions, ends on SIGTERM with all it started, and keeps its data', async () => {
    const demo = start(DEMO, environment);
    const [, address = ''] = await demo.says(READY);
    expect((await signIn(address)).status).toBe(200);
    const second = await start(DEMO, { ...environment, PORT: String(await freePort()) }).ended;
    expect(second).toMatchObject({ code: 1 });
    expect(second.text).toContain(`in use by process ${demo.child.pid}`);
    const made = await start(INSTITUTION, environment, ['create', 'New', '--slug', 'new', '--admin', 'a@new.example'])
      .ended;
    expect(made, made.text).toMatchObject({ code: 0 });
    demo.child.kill('SIGTERM');
    expect(await demo.ended).toMatchObject({ code: 0 });
    await expect(fetch(address)).rejects.toThrow();
    await expect(fetch(`http://localhost:${environment.EMULATOR_PORT}/`)).rejects.toThrow();
    expect(readdirSync(join(folder, 'data'))).not.toContain('owner.sock');
  });

  it('names the port that the emulator does not get', async () => {
    const port = Number(environment.EMULATOR_PORT);
    const taken = createServer().listen(port, '127.0.0.1');
    await new Promise((done) => taken.once('listening', done));
    const ended = await start(DEMO, environment).ended;
    taken.close();
    expect(ended.text).toMatch(new RegExp(`[Pp]ort ${port} is taken by another program`));
    expect(ended).toMatchObject({ code: 1 });
    expect(isOneMessage(ended.text), ended.text).toBe(true);
    expect(existsSync(join(folder, 'data', 'owner.sock'))).toBe(false);
  });
});

function signIn(address: string): Promise<Response> {
  const { email, password } = people.author;
  return fetch(`${address}/api/session`, {
    method: 'POST',
    headers: { origin: address, 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
}

/** The emulator takes the next one too. */
async function twoFreePorts(): Promise<number> {
  for (;;) {
    const port = await freePort();
    const next = createServer();
    const free = await new Promise<boolean>((done) => {
      next.once('error', () => done(false));
      next.listen(port + 1, '127.0.0.1', () => done(true));
    });
    next.close();
    if (free) return port;
  }
}
