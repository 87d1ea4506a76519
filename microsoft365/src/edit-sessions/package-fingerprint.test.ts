import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  afterSharePoint,
  contentTypes,
  type Parts,
  relationships,
  wordParts,
  writePackage,
} from '../../test/write-package.ts';
import { PackageUnreadable, packageFingerprint } from '../index.ts';

// Files are written and read by the hundred: seconds on a busy machine.
const SLOW = { timeout: 60_000 };

let folder: string;
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fingerprint-'));
});
afterAll(() => rm(folder, { recursive: true }));

const newPath = () => join(folder, `${++count}.docx`);
async function fingerprintOf(parts: Parts, options?: { compress: boolean }): Promise<string> {
  const path = newPath();
  await writePackage(path, parts, options);
  return packageFingerprint(path);
}
async function fingerprintOfBytes(bytes: Uint8Array): Promise<string> {
  const path = newPath();
  await writeFile(path, bytes);
  return packageFingerprint(path);
}

test('order and compression of the parts change nothing', async () => {
  const parts = wordParts();
  const reversed = Object.fromEntries(Object.entries(parts).reverse());
  const plain = await fingerprintOf(parts);
  expect(plain).toMatch(/^package-[0-9a-f]{64}$/);
  expect(await fingerprintOf(reversed, { compress: false })).toBe(plain);
});

test('what SharePoint puts in changes nothing', async () => {
  expect(await fingerprintOf(afterSharePoint(wordParts()))).toBe(await fingerprintOf(wordParts()));
});

test('every change of content changes it', async () => {
  const parts = wordParts();
  const changed: Parts[] = [
    wordParts('Wash your hand.'),
    { ...parts, 'word/media/a.png': Buffer.from([137, 80, 78, 72]) },
    { ...parts, 'word/comments.xml': '<c/>' },
    { ...parts, 'word/docProps/app.xml': '<c/>' },
    { ...parts, 'word/_rels/document.xml.rels': relationships(['rId1', 'image', 'media/b.png']) },
    { ...parts, 'word/_rels/document.xml.rels': relationships(['rId2', 'image', 'media/a.png']) },
    { ...parts, '[Content_Types].xml': contentTypes('<Override PartName="/word/document.xml" ContentType="macro"/>') },
  ];
  const prints = await Promise.all([parts, ...changed].map((version) => fingerprintOf(version)));
  expect(new Set(prints).size).toBe(prints.length);
});

test('parts are kept apart: text moved from one to the next is a change', async () => {
  const one = { ...wordParts(), 'word/a.xml': 'ab', 'word/b.xml': 'c' };
  const other = { ...wordParts(), 'word/a.xml': 'a', 'word/b.xml': 'bc' };
  expect(await fingerprintOf(one)).not.toBe(await fingerprintOf(other));
});

test('other files are compared by their bytes', async () => {
  const one = await fingerprintOfBytes(Buffer.from('%PDF-1.7 one'));
  expect(one).toMatch(/^bytes-/);
  expect(await fingerprintOfBytes(Buffer.from('%PDF-1.7 two'))).not.toBe(one);
  expect(await fingerprintOfBytes(new Uint8Array())).toMatch(/^bytes-/);
  expect(await fingerprintOf({ 'readme.txt': 'a zip that is no package' })).toMatch(/^bytes-/);
});

test('a missing file is said to be missing', async () => {
  await expect(packageFingerprint(join(folder, 'nothing'))).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a damaged package fails with a typed error, wherever it is cut or changed', SLOW, async () => {
  const path = newPath();
  await writePackage(path, wordParts());
  const good = await readFile(path);
  const print = await packageFingerprint(path);
  const damage = fc.oneof(
    fc.nat(good.length - 5).map((end) => good.subarray(0, end + 4)),
    fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 })).map(([at, mask]) => {
      const bytes = Buffer.from(good);
      bytes[at] = (bytes[at] ?? 0) ^ mask;
      return bytes;
    }),
  );
  await fc.assert(
    fc.asyncProperty(damage, async (bytes) => {
      const outcome = await fingerprintOfBytes(bytes).catch((error: unknown) => error);
      if (typeof outcome === 'string') return; // A changed date or flag that no reader looks at.
      expect(outcome).toBeInstanceOf(PackageUnreadable);
    }),
    { numRuns: 300 },
  );
  expect(await packageFingerprint(path)).toBe(print);
});

test('content that no longer fits its checksum is damaged', async () => {
  const path = newPath();
  await writePackage(path, wordParts(), { compress: false });
  const bytes = await readFile(path);
  const at = bytes.indexOf('Wash your hands');
  bytes.write('Bash', at);
  await expect(fingerprintOfBytes(bytes)).rejects.toMatchObject({ name: 'PackageUnreadable', code: 'damaged' });
});

test('two parts of one name are damage: readers differ in which they take', async () => {
  const twice = { ...wordParts(), 'Word/Document.xml': '<other/>' };
  await expect(fingerprintOf(twice)).rejects.toMatchObject({ code: 'damaged' });
});

test('a zip bomb is refused before it is unpacked', SLOW, async () => {
  const bomb = { ...wordParts(), 'word/big.xml': Buffer.alloc(80 * 1024 ** 2) };
  await expect(fingerprintOf(bomb)).rejects.toMatchObject({ code: 'too_large' });
});

test('a bomb that understates its size is stopped at the stated size', SLOW, async () => {
  const path = newPath();
  await writePackage(path, { ...wordParts(), 'word/big.xml': Buffer.alloc(50 * 1024 ** 2) });
  const bytes = await readFile(path);
  const central = bytes.lastIndexOf('PK\x01\x02', bytes.lastIndexOf('word/big.xml'));
  bytes.writeUInt32LE(1000, central + 24);
  await expect(fingerprintOfBytes(bytes)).rejects.toMatchObject({ code: 'damaged' });
});

test('a package of too many parts is refused', SLOW, async () => {
  const many = Object.fromEntries(Array.from({ length: 10_001 }, (_, n) => [`word/${n}.xml`, '']));
  await expect(fingerprintOf({ ...wordParts(), ...many }, { compress: false })).rejects.toMatchObject({
    code: 'too_large',
  });
});

test('lists of parts that declare entities or are no XML are damage', async () => {
  const laughs = '<!DOCTYPE x [<!ENTITY a "aaaa">]><Types>&a;</Types>';
  for (const list of [laughs, 'no xml', '<Types>', '']) {
    const attempt = fingerprintOf({ ...wordParts(), '[Content_Types].xml': list });
    await expect(attempt).rejects.toMatchObject({ code: 'damaged' });
  }
});
