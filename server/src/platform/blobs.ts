import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { access, mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { sql } from 'kysely';
import { type Db, inTransaction, sqlNow } from './database.ts';
import type { Random } from './random.ts';

/** A file on its way in: on disk under a temporary name, never whole in memory. */
export interface ReceivedFile {
  path: string;
  sha256: string;
  size: number;
  /** Removes the temporary file; harmless after `keep`. */
  discard(): Promise<void>;
}

/** Content-addressed files. A blob is never overwritten; what nothing refers to is swept after a day. */
export interface Blobs {
  /** Takes a stream to disk. Throws `FileTooLarge` beyond `maxBytes`, and leaves nothing behind when it throws. */
  receive(stream: Readable, limit: { maxBytes: number }): Promise<ReceivedFile>;
  /** Makes the content durable. From then on the caller has 24 hours to refer to it by a row. */
  keep(file: ReceivedFile): Promise<void>;
  /** `range`: a part of it, both ends included. */
  open(sha256: string, range?: { start: number; end: number }): Promise<Readable>;
  /** In bytes. */
  sizeOf(sha256: string): Promise<number>;
  /** Lends the content as a local file while `work` runs. */
  asFile<T>(sha256: string, work: (path: string) => Promise<T>): Promise<T>;
  /** Removes blobs that no row has referred to for a day. Returns how many. */
  sweep(): Promise<number>;
}

export class FileTooLarge extends Error {
  readonly maxBytes: number;
  constructor(maxBytes: number) {
    super(`The file is larger than ${maxBytes} bytes`);
    this.name = 'FileTooLarge';
    this.maxBytes = maxBytes;
  }
}

const REFERENCES = [
  'select 1 from version r where r.sha256 = blob.sha256',
  'select 1 from edit_session r where r.source_sha256 = blob.sha256',
  'select 1 from edit_checkpoint r where r.sha256 = blob.sha256',
  'select 1 from follow_up_draft r where r.sha256 = blob.sha256',
  'select 1 from edit_upload r where r.sha256 = blob.sha256',
  'select 1 from edit_preparation r where r.prepared_sha256 = blob.sha256',
];

export async function openBlobFolder(folder: string, db: Db, random: Random): Promise<Blobs> {
  const incoming = join(folder, 'incoming');
  await mkdir(incoming, { recursive: true, mode: 0o700 });
  await removeForsaken(incoming, random);
  const pathOf = (sha256: string) => join(folder, sha256.slice(0, 2), sha256);

  return {
    receive: (stream, { maxBytes }) => receive(stream, join(incoming, random.uuid()), maxBytes),

    async keep(file) {
      // Row first: a sweep that runs meanwhile sees a fresh row, or has removed the old file and row together.
      await db
        .insertInto('blob')
        .values({ sha256: file.sha256, size: file.size })
        .onConflict((conflict) => conflict.column('sha256').doUpdateSet({ stored_at: sqlNow }))
        .execute();
      const path = pathOf(file.sha256);
      if (await exists(path)) return rm(file.path, { force: true });
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await rename(file.path, path);
      await syncFolder(dirname(path));
    },

    async open(sha256, range) {
      const path = pathOf(sha256);
      await access(path);
      return createReadStream(path, range);
    },

    async sizeOf(sha256) {
      return (await stat(pathOf(sha256))).size;
    },

    asFile: (sha256, work) => work(pathOf(sha256)),

    async sweep() {
      await removeForsaken(incoming, random);
      return inTransaction(db, async (tx) => {
        const unused = sql.join(
          REFERENCES.map((query) => sql`not exists (${sql.raw(query)})`),
          sql` and `,
        );
        const swept = await sql<{ sha256: string }>`delete from blob
          where stored_at < app_now() - interval '24 hours' and ${unused} returning sha256`.execute(tx);
        for (const { sha256 } of swept.rows) await rm(pathOf(sha256), { force: true });
        return swept.rows.length;
      });
    },
  };
}

const FORSAKEN_AFTER_MS = 3_600_000;

/**
 * What a killed process was receiving belongs to nobody. Another process on the same folder may be receiving now:
 * its file was written to within the last hour, by the clock of the disk.
 */
async function removeForsaken(incoming: string, random: Random): Promise<void> {
  const probe = join(incoming, random.uuid());
  await writeFile(probe, '');
  const now = (await stat(probe)).mtimeMs;
  await rm(probe);
  for (const name of await readdir(incoming)) {
    const path = join(incoming, name);
    const found = await stat(path).catch(() => undefined);
    if (found && now - found.mtimeMs > FORSAKEN_AFTER_MS) await rm(path, { recursive: true, force: true });
  }
}

async function receive(stream: Readable, path: string, maxBytes: number): Promise<ReceivedFile> {
  const hash = createHash('sha256');
  let size = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size > maxBytes) return done(new FileTooLarge(maxBytes));
      hash.update(chunk);
      done(null, chunk);
    },
  });
  const discard = () => rm(path, { force: true });
  try {
    await pipeline(stream, measure, createWriteStream(path, { mode: 0o600, flush: true }));
  } catch (error) {
    await discard();
    throw error;
  }
  return { path, sha256: hash.digest('hex'), size, discard };
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** A rename is durable only when its folder is. */
async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
