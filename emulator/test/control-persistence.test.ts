import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Emulator } from '../src/index.ts';
import { aConfig, graphFor, startTestEmulator, tokensFor } from './cast.ts';

const COMMAND = fileURLToPath(new URL('../src/command.ts', import.meta.url));
const WRITERS = 4;
const ROUNDS = 6;

type Content = ReadonlyMap<string, string>;
type Graph = ReturnType<typeof graphFor>;

/** One folder, what is certainly in it, and what is in it if the call that was cut off took effect. */
interface Writer {
  folder: string;
  certain: Content;
  possible: Content;
}

let directory: string;
let running: ChildProcess | undefined;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'emulator-kill-'));
  writeFileSync(join(directory, 'config.json'), JSON.stringify(aConfig()));
});

afterAll(() => {
  running?.kill('SIGKILL');
  rmSync(directory, { recursive: true });
});

/** Numbers that are the same at every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

async function startProcess(): Promise<{ child: ChildProcess; url: string }> {
  const args = ['--port', '0', '--data', join(directory, 'data'), '--config', join(directory, 'config.json')];
  const child = spawn(process.execPath, [COMMAND, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  running = child;
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  while (!out.includes('\n')) {
    expect(child.exitCode).toBeNull();
    await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  }
  return { child, url: out.split('\n')[0]?.split(' ').at(-1) ?? '' };
}

/** Changes one folder, call by call, until the connection is gone. */
async function write(graph: Graph, writer: Writer, random: () => number): Promise<void> {
  for (;;) {
    const names = [...writer.certain.keys()];
    const name = `file ${Math.floor(random() * 5)}.txt`;
    const existing = names[Math.floor(random() * names.length)];
    const kind = random();
    const next = new Map(writer.certain);
    let change: () => Promise<number>;
    const at = (file: string) => `/me/drive/root:/${writer.folder}/${file}`;
    if (existing !== undefined && kind < 0.15) {
      next.delete(existing);
      change = async () => (await graph('DELETE', at(existing))).status;
    } else if (existing !== undefined && kind < 0.35 && !writer.certain.has(name)) {
      next.delete(existing);
      next.set(name, writer.certain.get(existing) ?? '');
      change = async () => (await graph('PATCH', at(existing), { name })).status;
    } else {
      const content = `${random()} `.repeat(1 + Math.floor(random() * 4_000));
      next.set(name, content);
      change = () =>
        kind < 0.7 ? putAtOnce(graph, `${at(name)}:`, content) : putInParts(graph, `${at(name)}:`, content);
    }
    writer.possible = next;
    const status = await change();
    expect(status).toBeLessThan(300);
    writer.certain = next;
  }
}

async function putAtOnce(graph: Graph, path: string, content: string): Promise<number> {
  return (await graph('PUT', `${path}/content`, content)).status;
}

async function putInParts(graph: Graph, path: string, content: string): Promise<number> {
  const item = { '@microsoft.graph.conflictBehavior': 'replace' };
  const { uploadUrl } = (await graph('POST', `${path}/createUploadSession`, { item })).body;
  const range = `bytes 0-${content.length - 1}/${content.length}`;
  const headers = { 'content-range': range, 'content-type': 'application/octet-stream' };
  return (await fetch(uploadUrl, { method: 'PUT', body: content, headers })).status;
}

async function read(graph: Graph, folder: string): Promise<Content> {
  const { status, body } = await graph('GET', `/me/drive/root:/${folder}:/children`);
  if (status === 404) return new Map();
  const found = new Map<string, string>();
  for (const item of body.value) {
    const text = await (await fetch(item['@microsoft.graph.downloadUrl'])).text();
    expect(item.size).toBe(text.length);
    found.set(item.name, text);
  }
  return found;
}

const sorted = (content: Content) => [...content].sort();

/** Everything that delta lists must be what the folders hold. */
async function deltaNames(graph: Graph): Promise<string[]> {
  const { value } = (await graph('GET', '/me/drive/root/delta?$top=1000')).body;
  return value.filter((item: { file?: object }) => item.file).map((item: { name: string }) => item.name);
}

test('a process killed at any moment has kept all that it acknowledged, and nothing is half there', async () => {
  const random = seeded(7);
  const writers = Array.from({ length: WRITERS }, (_, n): Writer => {
    return { folder: `folder ${n}`, certain: new Map(), possible: new Map() };
  });
  let token: string | undefined;
  for (let round = 0; round < ROUNDS; round++) {
    const { child, url } = await startProcess();
    const emulator = { url } as Emulator;
    token ??= (await tokensFor(emulator)).access;
    const graph = graphFor(emulator, token);
    for (const writer of writers) {
      const found = await read(graph, writer.folder);
      // One of the two, in full.
      const expected = sorted(writer.possible).join() === sorted(found).join() ? writer.possible : writer.certain;
      expect(sorted(found)).toEqual(sorted(expected));
      writer.certain = found;
    }
    const names = writers.flatMap(({ certain }) => [...certain.keys()]);
    expect((await deltaNames(graph)).sort()).toEqual(names.sort());
    const writing = writers.map((writer, n) => write(graph, writer, seeded(round * 100 + n)).catch((error) => error));
    await new Promise((resolve) => setTimeout(resolve, 150 + random() * 400));
    child.kill('SIGKILL');
    await once(child, 'exit');
    for (const error of await Promise.all(writing)) expect(error).toBeInstanceOf(TypeError);
  }
  expect(writers.some(({ certain }) => certain.size > 0)).toBe(true);
});

test('a reset in the middle of traffic leaves nothing of it, and no call fails for a reason of the emulator’s own', async () => {
  const emulator = await startTestEmulator();
  let isOver = false;
  const work = async (n: number) => {
    for (let i = 0; !isOver; i++) {
      const graph = graphFor(emulator, (await tokensFor(emulator)).access);
      const put = await graph('PUT', `/me/drive/root:/f${n}/${i}.txt:/content`, 'x'.repeat(100_000));
      const url = put.body.error ? undefined : put.body['@microsoft.graph.downloadUrl'];
      if (url !== undefined) await (await fetch(url)).text();
      await graph('POST', `/me/drive/root:/f${n}/s${i}.txt:/createUploadSession`, {});
      await graph('DELETE', `/me/drive/root:/f${n}`);
    }
  };
  // A call that a reset cuts, or whose token or page it forgot, simply begins anew.
  const workers = Array.from({ length: 4 }, async (_, n) => {
    while (!isOver) await work(n).catch(() => {});
  });
  const statuses: (number | undefined)[] = [];
  for (let round = 0; round < 8; round++) {
    await new Promise((resolve) => setTimeout(resolve, 60));
    statuses.push(...emulator.control.requests().map(({ status }) => status));
    await emulator.control.reset();
  }
  isOver = true;
  await Promise.all(workers);
  await emulator.control.reset();
  expect(statuses.filter((status) => status !== undefined && status >= 500)).toEqual([]);
  const graph = graphFor(emulator, (await tokensFor(emulator)).access);
  expect((await graph('GET', '/me/drive/root/delta')).body.value).toHaveLength(1);
  expect((await graph('PUT', '/me/drive/root:/x.txt:/content', 'x')).status).toBe(201);
  await emulator.close();
});
