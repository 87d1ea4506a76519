// npm run bench:large-files: 200 MB up and down through the product, beside a bare Node server that does no more than
// pipe the same bytes to and from a file. Prints ratios and the memory that the product's process grew by; exits 1 when
// it grew by 64 MB or more.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { people, stMarys } from '@megdocs/fixtures';

const MEGABYTES = 200;
const LIMIT_MB = 64;
const PORT = 3990;
const ORIGIN = `http://localhost:${PORT}`;
const BLOCK = randomBytes(1024 * 1024);

const folder = mkdtempSync(join(tmpdir(), 'megdocs-bench-'));
const product = await startProduct();
try {
  const cookie = await signIn();
  const folderId = await findFolder(cookie);
  const before = residentMegabytes(product);
  const peak = watchMemory(product);

  const up = await timed(() =>
    send('POST', `${ORIGIN}/api/folders/${folderId}/documents?fileName=Large.pdf`, cookie, content()),
  );
  const { id, version } = JSON.parse(up.result) as { id: string; version: string };
  const down = await timed(() =>
    send('GET', `${ORIGIN}/api/documents/${id}/versions/${version}/content`, cookie, undefined),
  );
  const grown = peak.stop() - before;
  const bare = await measureBare();

  const line = (name: string, seconds: number, bareSeconds: number) =>
    `${name.padEnd(10)} ${(MEGABYTES / seconds).toFixed(0).padStart(6)} MB/s   ${(bareSeconds / seconds).toFixed(2)} × the bare server's speed`;
  process.stdout.write(
    `${[
      `${MEGABYTES} MB, one run`,
      line('upload', up.seconds, bare.up),
      line('download', down.seconds, bare.down),
      `memory     grew by ${grown.toFixed(0)} MB at most (limit ${LIMIT_MB})`,
    ].join('\n')}\n`,
  );
  process.exitCode = grown < LIMIT_MB ? 0 : 1;
} finally {
  product.kill('SIGTERM');
  await new Promise((done) => product.on('exit', done));
  rmSync(folder, { recursive: true, force: true });
}

/** Begins as a PDF does; the rest is never looked at. */
function content(): Readable {
  return Readable.from(
    (function* () {
      yield Buffer.from('%PDF-1.7\n');
      for (let sent = 0; sent < MEGABYTES; sent++) yield BLOCK;
    })(),
  );
}

async function startProduct(): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['demo/src/main.ts'], {
    cwd: join(import.meta.dirname, '../..'),
    env: {
      ...process.env,
      PORT: String(PORT),
      EMULATOR_PORT: '4990',
      DATA_DIR: join(folder, 'data'),
      MAX_DOCUMENT_MB: '250',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  await new Promise<void>((ready, reject) => {
    child.stdout?.on('data', (chunk) => {
      output += chunk;
      if (output.includes('MEGDocs is ready')) ready();
    });
    child.on('exit', () => reject(new Error('The product did not start')));
  });
  return child;
}

async function signIn(): Promise<string> {
  const { email, password } = people.author;
  const answer = await fetch(`${ORIGIN}/api/session`, {
    method: 'POST',
    headers: { origin: ORIGIN, 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}

async function findFolder(cookie: string): Promise<string> {
  const answer = await fetch(`${ORIGIN}/api/folders`, { headers: { cookie } });
  const { folders } = (await answer.json()) as { folders: { id: string; name: string; mayUpload: boolean }[] };
  const found = folders.find(({ name, mayUpload }) => mayUpload && name === stMarys.folders[0]?.name);
  if (!found) throw new Error('No folder to upload into');
  return found.id;
}

/** Answers the body when it is small; a large one is read and dropped. */
async function send(method: string, url: string, cookie: string, body: Readable | undefined): Promise<string> {
  const call = request(url, {
    method,
    headers: { cookie, origin: ORIGIN, ...(body ? { 'content-type': 'application/octet-stream' } : {}) },
  });
  const answered = new Promise<string>((done, reject) => {
    call.on('error', reject);
    call.on('response', (answer) => {
      let text = '';
      answer.on('data', (chunk: Buffer) => {
        if (text.length < 4096 && body) text += chunk;
      });
      answer.on('end', () =>
        (answer.statusCode ?? 500) < 300 ? done(text) : reject(new Error(`${answer.statusCode} ${text}`)),
      );
    });
  });
  if (body) await pipeline(body, call);
  else call.end();
  return answered;
}

async function measureBare(): Promise<{ up: number; down: number }> {
  const path = join(folder, 'bare');
  const server = createServer((incoming, answer) => {
    const work =
      incoming.method === 'POST'
        ? pipeline(incoming, createWriteStream(path, { flush: true })).then(() => answer.end())
        : pipeline(createReadStream(path), answer);
    work.catch(() => answer.destroy());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/`;
  const up = await timed(() => send('POST', url, '', content()));
  const down = await timed(() => send('GET', url, '', undefined));
  server.close();
  return { up: up.seconds, down: down.seconds };
}

async function timed<T>(work: () => Promise<T>): Promise<{ seconds: number; result: T }> {
  const start = performance.now();
  const result = await work();
  return { seconds: (performance.now() - start) / 1000, result };
}

function residentMegabytes(child: ChildProcess): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}

function watchMemory(child: ChildProcess): { stop(): number } {
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, residentMegabytes(child));
  }, 20);
  return {
    stop() {
      clearInterval(timer);
      return peak;
    },
  };
}
