import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/diagnosis/index.ts';
import { type ConnectProxy, startConnectProxy } from '../connect-proxy.ts';
import { startTlsServer, type TlsServer } from '../tls-server.ts';
import { DOCTOR, freePort, SERVER, start } from './process.ts';

const KEY = Buffer.from('0123456789abcdef0123456789abcdef').toString('base64');
const HOST = 'login.hospital-microsoft.test';
/** Real processes, on a machine that may be busy. */
const PATIENCE = { timeout: 120_000 };

let folder: string;
let behind: TlsServer;
let proxy: ConnectProxy;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'megdocs-doctor-'));
  behind = await startTlsServer(HOST);
  proxy = await startConnectProxy(behind.port);
});
afterAll(async () => {
  await proxy.close();
  await behind.close();
  rmSync(folder, { recursive: true, force: true });
});

const environment = () => ({ DATA_DIR: join(folder, 'data'), TOKEN_KEYS: `k1:${KEY}`, LOG_LEVEL: 'silent' });
const microsoft = {
  MICROSOFT_CLIENT_ID: '11111111-1111-4111-8111-111111111111',
  MICROSOFT_CLIENT_SECRET: 'a~secret',
  MICROSOFT_LOGIN_URL: `https://${HOST}`,
  MICROSOFT_GRAPH_URL: `https://${HOST}`,
};

async function report(more: Record<string, string>): Promise<Report & { code: number | null }> {
  const { code, text } = await start(DOCTOR, { ...environment(), ...more }, ['--json']).ended;
  return { ...JSON.parse(text), code };
}

const network = async (more: Record<string, string>) => {
  const { checks, toDo } = await report({ ...microsoft, ...more });
  return { found: toDo[0]?.code, network: checks.find(({ check }) => check === 'network')?.status };
};

describe('C15: npm run doctor as a process', PATIENCE, () => {
  it('runs with a configuration that no server starts with, and ends with 1', async () => {
    const broken = { TOKEN_KEYS: '', PUBLIC_URL: 'http://docs.hospital.example', PORT: 'x' };
    const { code, toDo } = await report(broken);
    expect(code).toBe(1);
    expect(toDo.map((entry) => entry.code).slice(0, 3)).toEqual([
      'setting_not_valid',
      'public_url_not_https',
      'token_keys_missing',
    ]);
  });

  it('says what to begin with in words, too', async () => {
    const { code, text } = await start(DOCTOR, { ...environment(), TOKEN_KEYS: '' }).ended;
    expect(code).toBe(1);
    expect(text).toMatch(/FAILED +Environment variables[\s\S]*TOKEN_KEYS is missing[\s\S]*→ Make a key/);
    expect(text).toMatch(/not tested +Test file in OneDrive/);
    expect(text.trim().split('\n').at(-1)).toMatch(/^Begin here: Make a key/);
  });

  it('ends with 2 and its usage when it is asked for something else', async () => {
    expect(await start(DOCTOR, environment(), ['--drive']).ended).toMatchObject({
      code: 2,
      text: expect.stringMatching(/^Usage/),
    });
  });
});

describe('the way out of a hospital', PATIENCE, () => {
  it('goes through HTTPS_PROXY, and tells TLS inspection from a missing proxy', async () => {
    const inspected = await network({ HTTPS_PROXY: proxy.url });
    expect(inspected).toEqual({ found: 'tls_inspection', network: 'failed' });
    expect(proxy.asked).toContain(`${HOST}:443`);
    const direct = await network({});
    expect(direct).toEqual({ found: 'host_unreachable', network: 'failed' });
  });

  it('trusts what NODE_EXTRA_CA_CERTS names', async () => {
    const trusted = { HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: behind.certificate.certificateFile };
    expect(await network(trusted)).toMatchObject({ network: 'ok' });
  });

  it('leaves out what NO_PROXY names', async () => {
    const before = proxy.asked.length;
    expect(await network({ HTTPS_PROXY: proxy.url, NO_PROXY: '.hospital-microsoft.test' })).toMatchObject({
      found: 'host_unreachable',
    });
    expect(proxy.asked).toHaveLength(before);
  });

  it('a proxy that refuses is told from one that is not there', async () => {
    proxy.refuse(407);
    expect(await network({ HTTPS_PROXY: proxy.url })).toMatchObject({ found: 'proxy_refuses' });
    proxy.refuse(undefined);
    expect(await network({ HTTPS_PROXY: `http://127.0.0.1:${await freePort()}` })).toMatchObject({
      found: 'proxy_unreachable',
    });
  });
});

describe('beside a running server on the embedded database', PATIENCE, () => {
  it('the server looks for itself, and goes on serving', async () => {
    const port = await freePort();
    const server = start(SERVER, { ...environment(), PORT: String(port) });
    await server.says(/MEGDocs listens on/);
    const told = await start(DOCTOR, { DATA_DIR: environment().DATA_DIR }).ended;
    expect(told.text).toContain('Told by the running server');
    expect(told.text).toMatch(/ok +Database/);
    expect(told.code).toBe(1);
    const unknown = await start(DOCTOR, { DATA_DIR: environment().DATA_DIR }, ['--user', 'nobody@x.example']).ended;
    expect(unknown).toMatchObject({ code: 2, text: expect.stringContaining('Nobody here has the address') });
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
    server.child.kill('SIGTERM');
    await server.ended;
  });
});
