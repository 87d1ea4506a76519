import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { PackageUnreadable } from './package-unreadable.ts';
import { isIgnoredPart, isPartList, readPartList } from './part-lists.ts';

export { PackageUnreadable } from './package-unreadable.ts';

const PART_LIMIT = 10_000;
const INFLATED_LIMIT_BYTES = 1024 ** 3;
const RATIO_LIMIT = 250;
/** Small files may be as empty as they like: a package of blank pages packs very well. */
const RATIO_FREE_BYTES = 64 * 1024 ** 2;
const CONTENT_TYPES = '[Content_Types].xml';

/**
 * What counts as a file's content: for an Office package a hash over its parts (name and content, sorted), without
 * `docProps/*`, `customXml/*` and the relationships to them, which SharePoint rewrites; for other files a hash of the
 * bytes. Streams; no part is held in memory but the small lists of relationships.
 * @throws PackageUnreadable for a damaged package and for one that unpacks to too much
 */
export async function packageFingerprint(filePath: string): Promise<string> {
  if (!(await looksLikeZip(filePath))) return `bytes-${await hashStream(createReadStream(filePath))}`;
  const zip = await openZip(filePath);
  try {
    const entries = await listEntries(zip);
    // A zip that is no package has no parts that may be left out.
    if (!entries.some(({ fileName }) => fileName === CONTENT_TYPES)) {
      return `bytes-${await hashStream(createReadStream(filePath))}`;
    }
    return `package-${await hashParts(zip, entries)}`;
  } catch (error) {
    throw asUnreadable(error);
  } finally {
    zip.close();
  }
}

async function looksLikeZip(filePath: string): Promise<boolean> {
  const file = await open(filePath);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return bytesRead === 4 && buffer.toString('latin1') === 'PK\x03\x04';
  } finally {
    await file.close();
  }
}

async function openZip(filePath: string): Promise<ZipFile> {
  try {
    return await openPromise(filePath, { lazyEntries: true, autoClose: false, validateEntrySizes: true });
  } catch (error) {
    throw asUnreadable(error);
  }
}

async function listEntries(zip: ZipFile): Promise<Entry[]> {
  const entries: Entry[] = [];
  const names = new Set<string>();
  let packed = 0;
  let inflated = 0;
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName.endsWith('/')) continue;
    // Readers differ in which of two equal names they take (in any case): what one checks, another opens.
    if (names.has(entry.fileName.toLowerCase()))
      throw new PackageUnreadable('damaged', 'It has two parts of one name.');
    names.add(entry.fileName.toLowerCase());
    packed += entry.compressedSize;
    inflated += entry.uncompressedSize;
    if (names.size > PART_LIMIT || isTooMuch(packed, inflated)) throw bomb();
    entries.push(entry);
  }
  return entries;
}

function isTooMuch(packed: number, inflated: number): boolean {
  return inflated > INFLATED_LIMIT_BYTES || (inflated > RATIO_FREE_BYTES && inflated > packed * RATIO_LIMIT);
}

/** The stated sizes were summed before; yauzl fails a part that turns out longer or shorter than stated. */
async function hashParts(zip: ZipFile, entries: Entry[]): Promise<string> {
  const parts: [name: string, hash: string][] = [];
  for (const entry of entries) {
    if (isIgnoredPart(entry.fileName)) continue;
    const content = checkedContent(await zip.openReadStreamPromise(entry), entry.crc32);
    const hash = isPartList(entry.fileName)
      ? hashText(await readPartList(entry.fileName, content))
      : await hashStream(content);
    if (hash !== undefined) parts.push([entry.fileName, hash]);
  }
  parts.sort(([one], [other]) => (one < other ? -1 : 1));
  return hashText(JSON.stringify(parts)) ?? '';
}

/** The zip reader compares lengths only; a part whose bytes changed on the way must not pass for an edit. */
async function* checkedContent(stream: Readable, expected: number): AsyncGenerator<Buffer> {
  let sum = 0;
  for await (const chunk of stream) {
    sum = crc32(chunk, sum);
    yield chunk;
  }
  if (sum !== expected) throw new PackageUnreadable('damaged', 'A part does not fit its checksum.');
}

async function hashStream(stream: AsyncIterable<Buffer>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of stream) hash.update(chunk);
  return hash.digest('hex');
}

function hashText(text: string | undefined): string | undefined {
  return text === undefined ? undefined : createHash('sha256').update(text).digest('hex');
}

function bomb(): PackageUnreadable {
  return new PackageUnreadable('too_large', 'It unpacks to more than a document may.');
}

/** A missing file is its caller's error; whatever the zip reader dislikes is the package's. */
function asUnreadable(error: unknown): unknown {
  if (error instanceof PackageUnreadable) return error;
  const system = error instanceof Error && 'syscall' in error;
  return system ? error : new PackageUnreadable('damaged', 'Its zip structure is damaged.', { cause: error });
}
