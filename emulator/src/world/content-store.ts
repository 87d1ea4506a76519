import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, mkdirSync, rmSync } from 'node:fs';
import { copyFile, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { newGuid, type Random } from './ids.ts';
import { QuickXorHash } from './quick-xor-hash.ts';

export interface StoredContent {
  contentId: string;
  size: number;
  quickXorHash: string;
  /** The others are what personal drives tell too. */
  sha1Hash?: string;
  sha256Hash?: string;
  crc32Hash?: string;
}

/** Thrown when more bytes come than are allowed. */
export class ContentTooLarge extends Error {
  override name = 'ContentTooLarge';
}

/** File contents in a folder, never in memory as a whole. A stored content never changes. */
export class ContentStore {
  readonly #directory: string;
  readonly #random: Random;

  constructor(directory: string, random: Random) {
    mkdirSync(directory, { recursive: true });
    this.#directory = directory;
    this.#random = random;
  }

  async store(source: Readable, limitBytes = Number.POSITIVE_INFINITY): Promise<StoredContent> {
    const contentId = newGuid(this.#random);
    const measure = new Measure(limitBytes);
    const partial = `${this.pathOf(contentId)}.part`;
    try {
      await pipeline(source, measure, createWriteStream(partial));
      await rename(partial, this.pathOf(contentId));
    } catch (error) {
      await rm(partial, { force: true });
      throw error;
    }
    return { contentId, ...measure.result() };
  }

  /** Makes a file that grows by fragments, for an upload session. */
  async begin(): Promise<string> {
    const contentId = newGuid(this.#random);
    await (await open(this.pathOf(contentId), 'w')).close();
    return contentId;
  }

  /** Writes one fragment at its place; if it does not come whole, none of it stays. */
  async append(contentId: string, at: number, length: number, source: Readable): Promise<void> {
    const path = this.pathOf(contentId);
    const measure = new Measure(length);
    try {
      await pipeline(source, measure, createWriteStream(path, { flags: 'r+', start: at }));
      if (measure.size !== length) throw new ContentTooLarge('The body is shorter than its Content-Range says.');
    } catch (error) {
      const file = await open(path, 'r+');
      await file.truncate(at);
      await file.close();
      throw error;
    }
  }

  async finish(contentId: string): Promise<StoredContent> {
    const measure = new Measure(Number.POSITIVE_INFINITY);
    for await (const chunk of this.read(contentId)) measure.count(chunk as Buffer);
    return { contentId, ...measure.result() };
  }

  read(contentId: string, range?: { start: number; end: number }): Readable {
    return createReadStream(this.pathOf(contentId), range);
  }

  readAll(contentId: string): Promise<Buffer> {
    return readFile(this.pathOf(contentId));
  }

  async copy(contentId: string): Promise<string> {
    const copyId = newGuid(this.#random);
    await copyFile(this.pathOf(contentId), this.pathOf(copyId));
    return copyId;
  }

  async remove(contentId: string): Promise<void> {
    // The journal writes at the end of this step: what no longer refers to the content must be on disk before it goes.
    await Promise.resolve();
    await rm(this.pathOf(contentId), { force: true });
  }

  /** Forgets every content at once. */
  clear(): void {
    rmSync(this.#directory, { recursive: true, force: true });
    mkdirSync(this.#directory, { recursive: true });
  }

  pathOf(contentId: string): string {
    return join(this.#directory, contentId);
  }
}

class Measure extends Transform {
  readonly #quickXor = new QuickXorHash();
  readonly #sha1 = createHash('sha1');
  readonly #sha256 = createHash('sha256');
  #crc32 = 0;
  readonly #limitBytes: number;
  size = 0;

  constructor(limitBytes: number) {
    super();
    this.#limitBytes = limitBytes;
  }

  count(chunk: Buffer): void {
    this.size += chunk.length;
    this.#quickXor.update(chunk);
    this.#sha1.update(chunk);
    this.#sha256.update(chunk);
    this.#crc32 = crc32(chunk, this.#crc32);
  }

  /** Upper-case digits, as Microsoft writes them; may be asked once. */
  result(): Omit<StoredContent, 'contentId'> {
    return {
      size: this.size,
      quickXorHash: this.#quickXor.digest(),
      sha1Hash: this.#sha1.digest('hex').toUpperCase(),
      sha256Hash: this.#sha256.digest('hex').toUpperCase(),
      crc32Hash: this.#crc32.toString(16).padStart(8, '0').toUpperCase(),
    };
  }

  override _transform(chunk: Buffer, _encoding: string, done: (error?: Error | null, chunk?: Buffer) => void): void {
    this.count(chunk);
    if (this.size > this.#limitBytes) done(new ContentTooLarge('More bytes came than are allowed.'));
    else done(null, chunk);
  }
}
