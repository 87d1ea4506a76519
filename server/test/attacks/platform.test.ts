import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Blobs, FileTooLarge, openBlobFolder } from '../../src/platform/blobs.ts';
import { type Database, isDatabaseGone, openEmbedded, openPostgres } from '../../src/platform/database.ts';
import { createJobs } from '../../src/platform/jobs.ts';
import { createLog } from '../../src/platform/log.ts';
import { migrate } from '../../src/platform/migrate.ts';
import { askOwner, FolderIsOwned, takeOwnership } from '../../src/platform/owner.ts';
import { systemRandom } from '../../src/platform/random.ts';
import { databaseUrl } from '../database-template.ts';

let folder: string;
let database: Database;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'megdocs-platform-'));
  database = await openEmbedded({});
  await migrate(database);
});
afterAll(async () => {
  await database?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('one owner', () => {
  it('of many that start at once on a stale lock, exactly one owns it', async () => {
    const data = join(folder, 'crowd');
    mkdirSync(data);
    await leaveStaleSocket(join(data, 'owner.sock'));
    const all = await Promise.allSettled(Array.from({ length: 6 }, () => takeOwnership(data, {})));
    const owners = all.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    expect(owners).toHaveLength(1);
    expect(
      all
        .filter(({ status }) => status === 'rejected')
        .every((each) => 'reason' in each && each.reason instanceof FolderIsOwned),
    ).toBe(true);
    expect(await askOwner(data, 'who', {})).toBe(`process ${process.pid}`);
    await owners[0]?.release();
    await (await takeOwnership(data, {})).release();
    expect(readdirSync(data)).toEqual([]);
  });

  it('whoever hangs on to its connection, or speaks no JSON, keeps nobody from ending', async () => {
    const data = join(folder, 'hanging');
    const ownership = await takeOwnership(data, {});
    const sockets = ['', 'no json at all', `${'x'.repeat(2 * 1024 * 1024)}`].map((text) => {
      const socket = connect(join(data, 'owner.sock'));
      socket.on('error', () => {});
      socket.write(text);
      return socket;
    });
    await expect(askOwner(data, '__proto__', {})).rejects.toThrow(/does not know the command/);
    await expect(askOwner(data, 'constructor', {})).rejects.toThrow(/does not know the command/);
    await ownership.release();
    for (const socket of sockets) socket.destroy();
  });

  it('a folder too deep for a socket has its lock where this user alone may write', async () => {
    const data = join(folder, 'deep'.repeat(30));
    const ownership = await takeOwnership(data, {});
    await expect(takeOwnership(data, {})).rejects.toThrow(FolderIsOwned);
    const shared = join(tmpdir(), `megdocs-${process.getuid?.()}`);
    expect(statSync(shared).mode & 0o077).toBe(0);
    await ownership.release();
  });
});

describe('files', () => {
  let blobs: Blobs;
  const incoming = () => readdirSync(join(folder, 'blobs', 'incoming'));
  beforeAll(async () => {
    blobs = await openBlobFolder(join(folder, 'blobs'), database.db, systemRandom);
  });

  it('what breaks off or is too long leaves nothing on disk', async () => {
    const broken = Readable.from(
      (async function* () {
        yield Buffer.alloc(1000);
        throw new Error('the line went dead');
      })(),
    );
    await expect(blobs.receive(broken, { maxBytes: 10_000 })).rejects.toThrow('the line went dead');
    await expect(blobs.receive(Readable.from([Buffer.alloc(101)]), { maxBytes: 100 })).rejects.toThrow(FileTooLarge);
    expect(incoming()).toEqual([]);
  });

  it('another process on the same folder does not lose what it is receiving', async () => {
    const { promise: rest, resolve: goOn } = Promise.withResolvers<void>();
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const receiving = blobs.receive(
      Readable.from(
        (async function* () {
          yield Buffer.from('first half, ');
          begin();
          await rest;
          yield Buffer.from('second half');
        })(),
      ),
      { maxBytes: 1000 },
    );
    await begun;
    await openBlobFolder(join(folder, 'blobs'), database.db, systemRandom);
    goOn();
    const file = await receiving;
    await blobs.keep(file);
    expect(await blobs.sizeOf(file.sha256)).toBe(23);
  });

  it('what a killed process was receiving goes after an hour', async () => {
    const forsaken = join(folder, 'blobs', 'incoming', 'forsaken');
    writeFileSync(forsaken, 'half a file');
    const longAgo = new Date(statSync(forsaken).mtimeMs - 2 * 3600 * 1000);
    utimesSync(forsaken, longAgo, longAgo);
    await blobs.sweep();
    expect(incoming()).toEqual([]);
  });

  it('the same content twice is one file, and a file is readable for its owner alone', async () => {
    const content = randomBytes(100);
    const [one, two] = [
      await blobs.receive(Readable.from([content]), { maxBytes: 1000 }),
      await blobs.receive(Readable.from([content]), { maxBytes: 1000 }),
    ];
    await Promise.all([blobs.keep(one), blobs.keep(two)]);
    expect(two.sha256).toBe(one.sha256);
    expect(incoming()).toEqual([]);
    const path = join(folder, 'blobs', one.sha256.slice(0, 2), one.sha256);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('what no row refers to is swept after a day, not before', async () => {
    const file = await blobs.receive(Readable.from(['nobody refers to it']), { maxBytes: 1000 });
    await blobs.keep(file);
    expect(await blobs.sweep()).toBe(0);
    await sql`update blob set stored_at = app_now() - interval '25 hours' where sha256 = ${file.sha256}`.execute(
      database.db,
    );
    expect(await blobs.sweep()).toBe(1);
    await expect(blobs.open(file.sha256)).rejects.toThrow();
  });
});

describe('the database', () => {
  it('migrations run once, one process after the other, and an edited one is refused by name', async () => {
    await withEmptyDatabase(async (open) => {
      const two = [open(), open()];
      const done = await Promise.all(two.map((each) => migrate(each)));
      const [first] = done.flat();
      expect(first).toBeDefined();
      expect(new Set(done.flat()).size).toBe(done.flat().length);
      expect(await Promise.all(two.map((each) => migrate(each)))).toEqual([[], []]);
      await sql`update migration set sha256 = 'another' where name = ${first}`.execute(open().db);
      await expect(migrate(open())).rejects.toThrow(`The migration ${first} was changed`);
    });
  });

  it('that is gone is told from a wrong question', async () => {
    const nobody = openPostgres('postgres://u:p@127.0.0.1:1/x');
    const refused = await sql`select 1`.execute(nobody.db).catch((error: Error) => error);
    await nobody.close();
    expect(isDatabaseGone(refused as Error)).toBe(true);
    const wrong = await sql`select nothing`.execute(database.db).catch((error: Error) => error);
    expect(isDatabaseGone(wrong as Error)).toBe(false);
  });

  it('a job that fails comes round again', async () => {
    const lines: string[] = [];
    const jobs = createJobs(database, createLog('warn', { write: (line) => lines.push(line) }));
    const { promise: twice, resolve } = Promise.withResolvers<void>();
    let runs = 0;
    jobs.every('fails', 1, async () => {
      runs += 1;
      if (runs === 2) resolve();
      throw new Error('not this time');
    });
    await jobs.start();
    await twice;
    await jobs.stop();
    expect(lines.join('')).toContain('a job failed; it comes round again');
  });
});

/** A socket file that nobody listens on any more, as a killed process leaves it. */
async function leaveStaleSocket(path: string): Promise<void> {
  const server: Server = createServer();
  const elsewhere = `${path}.before`;
  await new Promise<void>((done) => server.listen(elsewhere, done));
  renameSync(elsewhere, path);
  await new Promise((done) => server.close(done));
}

/** On PostgreSQL a database of its own, as often opened as asked; PGlite has one connection, and one opening. */
async function withEmptyDatabase(work: (open: () => Database) => Promise<void>): Promise<void> {
  const template = inject('template');
  const opened: Database[] = [];
  if (template.kind === 'pglite') {
    const database = await openEmbedded({});
    await work(() => database).finally(() => database.close());
    return;
  }
  const server = openPostgres(template.url);
  const name = `megdocs_test_${randomBytes(6).toString('hex')}`;
  await sql`create database ${sql.id(name)}`.execute(server.db);
  try {
    await work(() => {
      const database = openPostgres(databaseUrl(template.url, name));
      opened.push(database);
      return database;
    });
  } finally {
    for (const database of opened) await database.close();
    await sql`drop database ${sql.id(name)} with (force)`.execute(server.db);
    await server.close();
  }
}
