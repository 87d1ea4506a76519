import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { endingOf } from '../file-kinds.ts';
import { refusals } from './refusals.ts';

const START_BYTES = 4096;

export async function readStart(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(START_BYTES), 0, START_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

const PROGRAMS = ['7f454c46', 'feedface', 'feedfacf', 'cefaedfe', 'cffaedfe', 'cafebabe', '2321'];

/** Windows, Linux and macOS programs, Java classes, scripts with an interpreter line. */
export function isProgram(start: Buffer): boolean {
  // A text may well begin with the letters MZ, but holds no zero bytes.
  return startsWithOneOf(start, PROGRAMS) || (startsWithOneOf(start, ['4d5a']) && start.includes(0));
}

export function isZip(start: Buffer): boolean {
  return startsWithOneOf(start, ['504b0304', '504b0506']);
}

/** The container of Office 97–2003, and of every Office file with a password. */
export function isCompoundFile(start: Buffer): boolean {
  return startsWithOneOf(start, ['d0cf11e0a1b11ae1']);
}

export function isPdf(start: Buffer): boolean {
  return start.subarray(0, 1024).includes('%PDF-');
}

/** How files of these endings begin, in hexadecimal; a text only must not hold a zero byte. */
const BEGINNINGS: Record<string, string[]> = {
  png: ['89504e470d0a1a0a'],
  jpg: ['ffd8ff'],
  jpeg: ['ffd8ff'],
  gif: ['474946383761', '474946383961'],
  webp: ['52494646'],
  tif: ['49492a00', '4d4d002a'],
  tiff: ['49492a00', '4d4d002a'],
  rtf: ['7b5c727466'],
  odt: ['504b0304'],
  ods: ['504b0304'],
  odp: ['504b0304'],
};

/** For what can only be downloaded it is enough that the name does not lie. */
export function assertBeginsAsNamed(start: Buffer, fileName: string): void {
  const ending = endingOf(fileName);
  const beginnings = BEGINNINGS[ending];
  const fits = ending === 'pdf' ? isPdf(start) : beginnings ? startsWithOneOf(start, beginnings) : isText(start);
  if (!fits)
    throw refusals.liesAboutItself(
      ending,
      'something else',
      'Open it in its program, save it again as what it is, and upload that.',
    );
}

/** UTF-16 has zero bytes too, but says so at its beginning. */
function isText(start: Buffer): boolean {
  return startsWithOneOf(start, ['fffe', 'feff']) || !start.includes(0);
}

function startsWithOneOf(start: Buffer, beginnings: readonly string[]): boolean {
  return beginnings.some((hex) => start.subarray(0, hex.length / 2).equals(Buffer.from(hex, 'hex')));
}

/** Tells a password from rights management from the old format, by the streams' names that the container holds. */
export async function refuseCompoundFile(path: string, saveAs: string): Promise<never> {
  const names = ['EncryptedPackage', 'DRMEncrypted'].map((name) => Buffer.from(name, 'utf16le'));
  const found = new Set<Buffer>();
  let tail: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    const seen = Buffer.concat([tail, chunk]);
    for (const name of names) if (seen.includes(name)) found.add(name);
    tail = seen.subarray(-64);
  }
  const [encrypted, managed] = names.map((name) => found.has(name));
  if (managed) throw refusals.rightsManaged();
  throw encrypted ? refusals.encrypted() : refusals.olderOffice(saveAs);
}
