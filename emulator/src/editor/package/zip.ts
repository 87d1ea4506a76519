import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';
import { EditorError } from '../errors.ts';

/** One file of a zip archive, with its stored bytes left as they are. */
export interface ZipEntry {
  name: string;
  nameBytes: Uint8Array;
  versionNeeded: number;
  flags: number;
  method: number;
  dosTime: number;
  dosDate: number;
  crc: number;
  compressed: Uint8Array;
  size: number;
  externalAttributes: number;
}

const MAX_ENTRIES = 20_000;
const MAX_DECLARED_BYTES = 1024 ** 3;
const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_HEADER = 0x04034b50;
const DATA_DESCRIPTOR_FLAG = 0x0008;
const ENCRYPTED_FLAG = 0x0001;
const UTF8_FLAG = 0x0800;
const STORED = 0;
const DEFLATED = 8;

/**
 * Reads the directory of a zip archive. The parts stay compressed, so that they can be written again byte for byte.
 * Archives that claim to be larger than 1 GiB unpacked, that are encrypted, split or in zip64 form are refused.
 */
export function readZip(bytes: Uint8Array): ZipEntry[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return readDirectory(buffer);
  } catch (cause) {
    if (cause instanceof EditorError) throw cause;
    throw notAPackage('its table of contents points outside the file', cause);
  }
}

function readDirectory(buffer: Buffer): ZipEntry[] {
  const end = findEndOfDirectory(buffer);
  const count = buffer.readUInt16LE(end + 10);
  let at = buffer.readUInt32LE(end + 16);
  if (count === 0xffff || at === 0xffffffff)
    throw new EditorError('unsupported-package', 'Zip64 archives cannot be edited here.');
  if (count > MAX_ENTRIES) throw new EditorError('package-too-large', 'The file holds too many parts to be opened.');
  const entries: ZipEntry[] = [];
  let declared = 0;
  for (let index = 0; index < count; index++) {
    if (buffer.readUInt32LE(at) !== DIRECTORY_ENTRY) throw notAPackage('its table of contents is damaged');
    const entry = readDirectoryEntry(buffer, at);
    declared += entry.size;
    if (declared > MAX_DECLARED_BYTES)
      throw new EditorError('package-too-large', 'The file is too large to be opened once unpacked.');
    entries.push(entry);
    at += 46 + buffer.readUInt16LE(at + 28) + buffer.readUInt16LE(at + 30) + buffer.readUInt16LE(at + 32);
  }
  return entries;
}

function findEndOfDirectory(buffer: Buffer): number {
  const lowest = Math.max(0, buffer.length - 22 - 0xffff);
  for (let at = buffer.length - 22; at >= lowest; at--) {
    if (buffer.readUInt32LE(at) === END_OF_DIRECTORY) return at;
  }
  throw notAPackage('it is not a zip archive');
}

function readDirectoryEntry(buffer: Buffer, at: number): ZipEntry {
  const flags = buffer.readUInt16LE(at + 8);
  const method = buffer.readUInt16LE(at + 10);
  if (flags & ENCRYPTED_FLAG) throw new EditorError('unsupported-package', 'Encrypted files cannot be edited here.');
  if (method !== STORED && method !== DEFLATED)
    throw new EditorError('unsupported-package', 'A part of the file is compressed in a way that is not supported.');
  const compressedSize = buffer.readUInt32LE(at + 20);
  const nameBytes = buffer.subarray(at + 46, at + 46 + buffer.readUInt16LE(at + 28));
  const local = buffer.readUInt32LE(at + 42);
  if (buffer.readUInt32LE(local) !== LOCAL_HEADER) throw notAPackage('a part does not lie where it should');
  const dataStart = local + 30 + buffer.readUInt16LE(local + 26) + buffer.readUInt16LE(local + 28);
  if (dataStart + compressedSize > buffer.length) throw notAPackage('it ends too early');
  return {
    name: nameBytes.toString(flags & UTF8_FLAG ? 'utf8' : 'latin1'),
    nameBytes,
    versionNeeded: buffer.readUInt16LE(at + 6),
    flags,
    method,
    dosTime: buffer.readUInt16LE(at + 12),
    dosDate: buffer.readUInt16LE(at + 14),
    crc: buffer.readUInt32LE(at + 16),
    compressed: buffer.subarray(dataStart, dataStart + compressedSize),
    size: buffer.readUInt32LE(at + 24),
    externalAttributes: buffer.readUInt32LE(at + 38),
  };
}

/** Unpacks one part; a part that unpacks to more than `limit` bytes is refused, whatever size it declares. */
export function inflateEntry(entry: ZipEntry, limit: number): Uint8Array {
  if (entry.size > limit || (entry.method === STORED && entry.compressed.length > limit))
    throw new EditorError('package-too-large', `The part ${entry.name} is too large to be edited.`);
  if (entry.method === STORED) return entry.compressed;
  try {
    return inflateRawSync(entry.compressed, { maxOutputLength: limit });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw new EditorError('package-too-large', `The part ${entry.name} is too large to be edited.`);
    throw notAPackage(`its part ${entry.name} cannot be unpacked`, cause);
  }
}

/** The same entry with other content. */
export function replaceContent(entry: ZipEntry, content: Uint8Array): ZipEntry {
  return { ...entry, method: DEFLATED, crc: crc32(content), compressed: deflateRawSync(content), size: content.length };
}

/** Writes an archive; stored bytes of the entries are copied, not packed again. */
export function writeZip(entries: ZipEntry[]): Uint8Array {
  const chunks: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const entry of entries) {
    const header = localHeader(entry);
    directory.push(directoryHeader(entry, offset), entry.nameBytes);
    chunks.push(header, entry.nameBytes, entry.compressed);
    offset += header.length + entry.nameBytes.length + entry.compressed.length;
  }
  const directorySize = directory.reduce((sum, chunk) => sum + chunk.length, 0);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(END_OF_DIRECTORY, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directorySize, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...chunks, ...directory, end]);
}

function localHeader(entry: ZipEntry): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(LOCAL_HEADER, 0);
  writeCommonFields(header, 4, entry);
  return header;
}

function directoryHeader(entry: ZipEntry, localOffset: number): Buffer {
  const header = Buffer.alloc(46);
  header.writeUInt32LE(DIRECTORY_ENTRY, 0);
  header.writeUInt16LE(20, 4);
  writeCommonFields(header, 6, entry);
  header.writeUInt32LE(entry.externalAttributes, 38);
  header.writeUInt32LE(localOffset, 42);
  return header;
}

// Local and directory headers share these fields in the same order. Sizes are always written in the header,
// so the flag that announces a data descriptor behind the data must go.
function writeCommonFields(header: Buffer, at: number, entry: ZipEntry): void {
  header.writeUInt16LE(entry.versionNeeded, at);
  header.writeUInt16LE(entry.flags & ~DATA_DESCRIPTOR_FLAG, at + 2);
  header.writeUInt16LE(entry.method, at + 4);
  header.writeUInt16LE(entry.dosTime, at + 6);
  header.writeUInt16LE(entry.dosDate, at + 8);
  header.writeUInt32LE(entry.crc, at + 10);
  header.writeUInt32LE(entry.compressed.length, at + 14);
  header.writeUInt32LE(entry.size, at + 18);
  header.writeUInt16LE(entry.nameBytes.length, at + 22);
}

function notAPackage(reason: string, cause?: unknown): EditorError {
  return new EditorError('not-a-word-package', `This is not a Word document that can be opened: ${reason}.`, { cause });
}
