import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aWordFile, aWordFileWithMarks, insertion, wordParts, wordXml, zip } from '../test/office-files.ts';
import { inspectFile } from './inspect-file.ts';

const WORD_TYPE = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml';
const COMPOUND = Buffer.from('d0cf11e0a1b11ae1', 'hex');
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'megdocs-inspect-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function inspect(fileName: string, content: Uint8Array) {
  const path = join(folder, 'file');
  await writeFile(path, content);
  return inspectFile(path, fileName);
}

async function refusal(fileName: string, content: Uint8Array) {
  const outcome = await inspect(fileName, content).catch((error: unknown) => error);
  expect(outcome).toMatchObject({ status: 422, remedy: expect.stringMatching(/\w/) });
  return (outcome as { code: string }).code;
}

describe('E13: what is taken', () => {
  it('a Word document', async () => {
    expect(await inspect('a.docx', await aWordFile())).toEqual({
      kind: 'word',
      contentType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      trackedChanges: 0,
      comments: 0,
      authorsOfChanges: [],
      protected: false,
      signed: false,
    });
  });

  it('D3: tracked changes, their authors and comments are counted, in every story of the document', async () => {
    const found = await inspect('a.docx', await aWordFileWithMarks(3, 2));
    expect(found).toMatchObject({ trackedChanges: 3, comments: 2, authorsOfChanges: ['Ann'] });
    const header = { 'word/header1.xml': wordXml('hdr', insertion('Ben')) };
    const types = String(wordParts()['[Content_Types].xml']).replace(
      '</Types>',
      '<Override PartName="/word/header1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"/></Types>',
    );
    const inHeader = await zip({ ...wordParts(), ...header, '[Content_Types].xml': types });
    expect(await inspect('a.docx', inHeader)).toMatchObject({ trackedChanges: 1, authorsOfChanges: ['Ben'] });
  });

  it('words that only look like tracked changes are none', async () => {
    const foreign = '<w:p><x:ins xmlns:x="urn:other"/><w:r><w:t>w:ins</w:t></w:r></w:p>';
    expect(await inspect('a.docx', await zip(wordParts(foreign)))).toMatchObject({ trackedChanges: 0 });
  });

  it('protection and signatures are said', async () => {
    const settings = wordXml('settings', '<w:documentProtection w:edit="readOnly" w:enforcement="1"/>');
    const file = await aWordFile('x', { 'word/settings.xml': settings, '_xmlsignatures/sig1.xml': '<s/>' });
    expect(await inspect('a.docx', file)).toMatchObject({ protected: true, signed: true });
  });

  it('ordinary files, for download only', async () => {
    expect(await inspect('a.pdf', Buffer.from('%PDF-1.7\n'))).toMatchObject({ kind: 'pdf' });
    expect(await inspect('a.TXT', Buffer.from('hello'))).toMatchObject({ kind: 'other' });
    expect(await inspect('a.csv', Buffer.from('\ufeffa;b', 'utf16le'))).toMatchObject({ kind: 'other' });
    expect(await inspect('a.png', Buffer.from('89504e470d0a1a0a', 'hex'))).toMatchObject({ kind: 'other' });
  });
});

describe('E13: what is refused, with the way out', () => {
  it('an empty file', async () => expect(await refusal('a.docx', Buffer.alloc(0))).toBe('file_empty'));

  it('a password, and rights management', async () => {
    const withPassword = Buffer.concat([COMPOUND, Buffer.alloc(600), Buffer.from('EncryptedPackage', 'utf16le')]);
    expect(await refusal('a.docx', withPassword)).toBe('file_encrypted');
    const labelled = Buffer.concat([withPassword, Buffer.from('DRMEncryptedTransform', 'utf16le')]);
    await expect(inspect('a.xlsx', labelled)).rejects.toMatchObject({ message: expect.stringContaining('label') });
  });

  it('the format of Office 97–2003, under its own name or another', async () => {
    expect(await refusal('a.doc', COMPOUND)).toBe('file_type_not_taken');
    expect(await refusal('a.docx', COMPOUND)).toBe('file_type_not_taken');
  });

  it('a file that was cut off, and one in which a byte changed', async () => {
    const whole = await aWordFile('word '.repeat(2000), { 'word/media/a.bin': Buffer.alloc(4000, 'picture') });
    expect(await refusal('a.docx', whole.subarray(0, whole.length / 2))).toBe('file_damaged');
    expect(await refusal('a.docx', whole.subarray(100))).toBe('file_damaged');
    const stored = await zip({ ...wordParts(), 'word/media/a.bin': Buffer.from('picture that is short') });
    const at = stored.indexOf('word/media/a.bin') + 'word/media/a.bin'.length + 4;
    stored[at] = (stored[at] ?? 0) ^ 0xff;
    expect(await refusal('a.docx', stored)).toBe('file_damaged');
  });

  it('a package without its main part, without content types, or with broken XML', async () => {
    for (const missing of ['word/document.xml', '[Content_Types].xml', '_rels/.rels']) {
      const { [missing]: _, ...rest } = wordParts();
      expect(await refusal('a.docx', await zip(rest))).toBe('file_damaged');
    }
    expect(await refusal('a.docx', await zip(wordParts('<w:p>')))).toBe('file_damaged');
    expect(await refusal('a.docx', await zip(wordParts('<w:p>&unknown;</w:p>')))).toBe('file_damaged');
  });

  it('macros, by name, by content type, and in a file that denies them', async () => {
    expect(await refusal('a.docm', await aWordFile())).toBe('file_has_macros');
    expect(await refusal('a.docx', await aWordFile('x', { 'word/vbaProject.bin': 'x' }))).toBe('file_has_macros');
    const types = String(wordParts()['[Content_Types].xml']).replace(
      WORD_TYPE,
      'application/vnd.ms-word.document.macroEnabled.main+xml',
    );
    expect(await refusal('a.docx', await aWordFile('x', { '[Content_Types].xml': types }))).toBe('file_has_macros');
  });

  it('a document type in any part, in either encoding', async () => {
    const declaration = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>';
    expect(await refusal('a.docx', await aWordFile('x', { 'customXml/item1.xml': declaration }))).toBe('file_unsafe');
    const wide = Buffer.from(`\ufeff${declaration}`, 'utf16le');
    expect(await refusal('a.docx', await aWordFile('x', { 'docProps/app.xml': wide }))).toBe('file_unsafe');
    expect(await refusal('a.docx', await aWordFile('x', { 'xl/drawings/a.vml': declaration }))).toBe('file_unsafe');
  });

  it('a zip bomb, before it is unpacked', async () => {
    const bomb = await aWordFile('x', { 'word/media/a.bin': Buffer.alloc(64 * 1024 * 1024) });
    expect(bomb.length).toBeLessThan(200_000);
    expect(await refusal('a.docx', bomb)).toBe('file_unsafe');
  });

  it('a part that says it is small and unpacks to much', async () => {
    const file = await aWordFile('x', { 'word/media/a.bin': Buffer.alloc(1024 * 1024) });
    const header = file.lastIndexOf('word/media/a.bin') - 46;
    file.writeUInt32LE(1000, header + 24);
    expect(await refusal('a.docx', file)).toBe('file_damaged');
  });

  it('names inside that lead out of the document, or come twice', async () => {
    const file = await aWordFile('x', { 'word/aa/b.bin': 'x' });
    const traversal = Buffer.from(file.toString('latin1').replaceAll('word/aa/b.bin', 'word/../b.bin'), 'latin1');
    expect(await refusal('a.docx', traversal)).toBe('file_unsafe');
    const twice = await aWordFile('x', { 'WORD/document.xml': '<x/>' });
    expect(await refusal('a.docx', twice)).toBe('file_unsafe');
  });

  it('a name that lies about the content', async () => {
    expect(await refusal('a.xlsx', await aWordFile())).toBe('file_type_not_taken');
    expect(await refusal('a.docx', Buffer.from('%PDF-1.7'))).toBe('file_type_not_taken');
    expect(await refusal('a.pdf', await aWordFile())).toBe('file_type_not_taken');
    expect(await refusal('a.png', Buffer.from('<html>'))).toBe('file_type_not_taken');
    expect(await refusal('a.txt', Buffer.from([1, 0, 2, 0]))).toBe('file_type_not_taken');
  });

  it('programs, whatever their name, and endings that nobody knows', async () => {
    expect(await refusal('a.pdf', Buffer.from('MZ\x90\x00'))).toBe('file_unsafe');
    expect(await refusal('a.txt', Buffer.from('#!/bin/sh'))).toBe('file_unsafe');
    expect(await refusal('a.exe', Buffer.from('hello'))).toBe('file_type_not_taken');
    expect(await refusal('constructor', Buffer.from('hello'))).toBe('file_type_not_taken');
    expect(await refusal('a.html', Buffer.from('<script>'))).toBe('file_type_not_taken');
  });
});
