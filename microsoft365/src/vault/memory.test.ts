import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { startLoopbackAuthority } from '../../test/loopback-authority.ts';
import { json, startLoopbackServer } from '../../test/loopback-server.ts';

const run = promisify(execFile);
const door = new URL('../index.ts', import.meta.url).href;

/** Connects nothing, renews a stored token, calls Graph with it, and then shows its whole memory. */
const HOST = `
  import { randomBytes } from 'node:crypto';
  import { writeHeapSnapshot } from 'node:v8';
  import * as m365 from ${JSON.stringify(door)};
  const { LOGIN, GRAPH, REFRESH, FILE, KEEP } = process.env;
  process.env.REFRESH = '';
  const now = () => new Date();
  const endpoints = { loginUrl: LOGIN, graphUrl: GRAPH, fileHosts: [] };
  const app = { clientId: 'c', credential: { kind: 'secret', secret: 's' }, tenant: 'organizations', redirectUri: 'x',
    filesScope: 'Files.ReadWrite', endpoints, now };
  const row = { table: 't', id: 'c1' };
  const sealing = m365.createSealing([{ id: 'k1', key: randomBytes(32) }]);
  const store = m365.createMemoryStore({ now });
  await store.connect(row.id, m365.sealTokens(sealing, row,
    { accessToken: 'old', refreshToken: REFRESH, expiresInSeconds: 0, scopes: [] }));
  const vault = m365.createTokenVault({ store, sealing, table: row.table, randomId: () => 'me',
    refresh: (token, signal) => m365.refreshConnection(app, token, { signal }) });
  const graph = m365.createGraph({ endpoints, tokens: vault.tokensOf(row.id) });
  for (let call = 0; call < 3; call++) await (await graph.request('GET', '/me')).json();
  if (KEEP) globalThis.kept = await vault.accessToken(row.id);
  await new Promise((resume) => setTimeout(resume, 5000));
  writeHeapSnapshot(FILE);
  process.exit(0);`;

test('S48: five seconds after the last call no token is left in memory', { timeout: 120_000 }, async () => {
  const access = `canary-access-${randomBytes(16).toString('hex')}`;
  const refreshed = `canary-refreshed-${randomBytes(16).toString('hex')}`;
  const authority = await startLoopbackAuthority();
  authority.switches.tokens = { access_token: access, refresh_token: refreshed };
  const graph = await startLoopbackServer(() => json({ ok: true }));
  const folder = await mkdtemp(join(tmpdir(), 'heap-'));
  const memoryOf = async (more: Record<string, string>) => {
    const FILE = join(folder, 'heap');
    const environment = { LOGIN: authority.url, GRAPH: graph.url, REFRESH: 'canary-first', FILE, ...more };
    await run(process.execPath, ['--input-type=module', '-e', HOST], { env: { ...process.env, ...environment } });
    return readFile(FILE, 'utf8');
  };
  const memory = await memoryOf({});
  expect(graph.received.at(-1)?.headers.authorization).toBe(`Bearer ${access}`);
  expect([memory.includes(access), memory.includes(refreshed)]).toEqual([false, false]);
  // The look itself is good: who keeps a token is seen.
  expect((await memoryOf({ KEEP: 'yes' })).includes(access)).toBe(true);
  await Promise.all([authority.close(), graph.close(), rm(folder, { recursive: true })]);
});
