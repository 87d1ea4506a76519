import { crc32 } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { Failure } from '../../platform/failures.ts';
import { refusals } from './refusals.ts';

const MEBIBYTE = 1024 * 1024;
/** Far beyond what people write, far below what hurts. */
export const PACKAGE_LIMITS = {
  parts: 10_000,
  inflatedBytes: 1024 * MEBIBYTE,
  xmlPartBytes: 256 * MEBIBYTE,
  /** Deflate can reach 1032; text and tables of real documents stay under 100. */
  ratio: 300,
  ratioCountsFromBytes: 8 * MEBIBYTE,
};

/** The parts of an Office file (a zip), read one after another and never whole in memory. */
export interface OfficePackage {
  /** By their names as the package has them, in its order. */
  names: readonly string[];
  /** Names are the same whatever their case. */
  has(name: string): boolean;
  /** The content, inflated; checked against its size and checksum when read to the end. */
  read(name: string): AsyncIterable<Uint8Array>;
}

/** Opens the package while `work` runs. Throws `Failure` 422 for what is damaged, encrypted or a bomb. */
export async function withPackage<T>(path: string, work: (opened: OfficePackage) => Promise<T>): Promise<T> {
  let zip: ZipFile | undefined;
  try {
    // Names are checked below, where a bad one can be told from a damaged file.
    zip = await openPromise(path, { autoClose: false, decodeStrings: false });
    const entries = await listEntries(zip);
    return await work(packageOf(zip, entries));
  } catch (error) {
    // A disk that fails is no fault of the file.
    if (error instanceof Failure || (error instanceof Error && 'syscall' in error)) throw error;
    throw refusals.damaged(error);
  } finally {
    zip?.close();
  }
}

interface NamedEntry {
  name: string;
  entry: Entry;
}

async function listEntries(zip: ZipFile): Promise<Map<string, NamedEntry>> {
  const entries = new Map<string, NamedEntry>();
  let inflated = 0;
  if (zip.entryCount > PACKAGE_LIMITS.parts) throw refusals.unsafe('it has too many parts');
  for await (const entry of zip.eachEntry()) {
    const name = entry.fileNameRaw.toString('utf8').replaceAll('\\', '/');
    if (entry.isEncrypted()) throw refusals.encrypted();
    if (isTraversal(name)) throw refusals.unsafe('a part of it has a name that leads out of the document');
    inflated += entry.uncompressedSize;
    assertNoBomb(entry, inflated);
    if (name.endsWith('/')) continue;
    // Two parts of one name: programs differ in which of them they show.
    if (entries.has(name.toLowerCase())) throw refusals.unsafe('two of its parts have the same name');
    entries.set(name.toLowerCase(), { name, entry });
  }
  return entries;
}

function isTraversal(name: string): boolean {
  return name.startsWith('/') || /^[A-Za-z]:/.test(name) || name.includes('\0') || name.split('/').includes('..');
}

function assertNoBomb(entry: Entry, inflatedSoFar: number): void {
  const { uncompressedSize, compressedSize } = entry;
  const ratio = uncompressedSize / Math.max(1, compressedSize);
  if (uncompressedSize >= PACKAGE_LIMITS.ratioCountsFromBytes && ratio > PACKAGE_LIMITS.ratio)
    throw refusals.unsafe('a part of it unpacks to far more than any document holds');
  if (inflatedSoFar > PACKAGE_LIMITS.inflatedBytes)
    throw refusals.unsafe('it unpacks to more than 1 GB, far more than any document holds');
}

function packageOf(zip: ZipFile, entries: Map<string, NamedEntry>): OfficePackage {
  return {
    names: [...entries.values()].map(({ name }) => name),
    has: (name) => entries.has(name.toLowerCase()),
    async *read(name) {
      const found = entries.get(name.toLowerCase());
      if (!found) throw refusals.damaged();
      let checksum = 0;
      // yauzl ends with an error as soon as a part is longer or shorter than it was said to be.
      for await (const chunk of await zip.openReadStreamPromise(found.entry)) {
        checksum = crc32(chunk, checksum);
        yield chunk;
      }
      if (checksum !== found.entry.crc32) throw refusals.damaged();
    },
  };
}
