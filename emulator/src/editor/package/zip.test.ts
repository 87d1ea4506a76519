import { deflateRawSync } from 'node:zlib';
import { unzipSync, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { emptyEntry } from '../testing/word-files.ts';
import { inflateEntry, readZip, replaceContent, writeZip } from './zip.ts';

const text = (value: string) => new TextEncoder().encode(value);

test('one part is exchanged and the stored bytes of the others stay the same', () => {
  const before = zipSync({
    'a.xml': text('<a/>'.repeat(100)),
    'word/b.xml': text('old'),
    'c/ü.png': [text('x'), { level: 0 }],
  });
  const entries = readZip(before);

  const after = writeZip(
    entries.map((entry) => (entry.name === 'word/b.xml' ? replaceContent(entry, text('new')) : entry)),
  );

  expect(readZip(after).map(({ name }) => name)).toEqual(['a.xml', 'word/b.xml', 'c/ü.png']);
  expect(readZip(after)[0]?.compressed).toEqual(entries[0]?.compressed);
  const unpacked = unzipSync(after);
  expect(new TextDecoder().decode(unpacked['word/b.xml'])).toBe('new');
  expect(unpacked['c/ü.png']).toEqual(text('x'));
});

test('an archive whose sizes stand behind the data is written with sizes in front', () => {
  const entry = { ...replaceContent(emptyEntry('a.xml'), text('hello')), flags: 0x0008 };

  const written = writeZip([entry]);

  expect(readZip(written)[0]?.flags).toBe(0);
  expect(new TextDecoder().decode(unzipSync(written)['a.xml'])).toBe('hello');
});

test('a part that unpacks to more than it says is refused before memory runs out', () => {
  const bomb = { ...emptyEntry('bomb.xml'), method: 8, compressed: deflateRawSync(Buffer.alloc(5_000_000)), size: 10 };

  expect(() => inflateEntry(bomb, 1_000_000)).toThrow('too large');
});

test('an archive that claims more than a gibibyte is refused', () => {
  const entry = { ...emptyEntry('a.xml'), size: 0xfffffff0 };

  expect(() => readZip(writeZip([entry]))).toThrow('too large');
});

test('something that is no archive, or ends too early, is refused in words', () => {
  const whole = zipSync({ 'a.xml': text('hello '.repeat(1000)) });

  expect(() => readZip(text('this is no archive at all, only words'))).toThrow('not a zip archive');
  expect(() => readZip(whole.subarray(0, whole.length - 30))).toThrow('not a Word document');
  expect(() => readZip(new Uint8Array())).toThrow('not a Word document');
});
