import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPromise } from 'yauzl';
import { ZipFile } from 'yazl';
import { addExtras, newTrackedChanges, packageFingerprint, readTrackedChanges, removeExtras } from '../index.ts';

const WORD = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
const TYPE = 'application/vnd.openxmlformats-officedocument.wordprocessingml';
const TYPES = `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="${TYPE}.document.main+xml"/><Override PartName="/word/settings.xml" ContentType="${TYPE}.settings+xml"/></Types>`;
const documentOf = (body: string) =>
  `\ufeff<w:document xmlns:w="${WORD}"><w:body>${body}<w:sectPr/></w:body></w:document>`;
const settingsOf = (inside: string) => `<w:settings xmlns:w="${WORD}">${inside}</w:settings>`;
const paragraph = (words: string) => `<w:p><w:r><w:t>${words}</w:t></w:r></w:p>`;
const STAMP = 'Working copy of "A&B" <draft>';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'extras-'));
});
afterAll(() => rm(folder, { recursive: true }));

let files = 0;
async function fileOf(content: Uint8Array): Promise<string> {
  const path = join(folder, `file-${++files}`);
  await writeFile(path, content);
  return path;
}

async function docx({
  body = paragraph('Wash your hands. \u{1F9FC}'),
  settings = '<w:zoom/><w:compat/>',
  more = {},
} = {}) {
  const zip = new ZipFile();
  const parts = {
    '[Content_Types].xml': TYPES,
    'word/document.xml': documentOf(body),
    'word/media/a.bin': 'picture'.repeat(1000),
    'word/settings.xml': settingsOf(settings),
    ...more,
  };
  for (const [name, text] of Object.entries(parts)) zip.addBuffer(Buffer.from(text), name);
  zip.end();
  return fileOf(await buffer(zip.outputStream));
}

/** Name to inflated text, and to a hash of the stored bytes. */
async function partsOf(path: string) {
  const zip = await openPromise(path, { autoClose: false });
  const parts = new Map<string, { text: string; stored: string }>();
  for await (const entry of zip.eachEntry()) {
    const text = String(await buffer(await zip.openReadStreamPromise(entry)));
    const raw = await buffer(await zip.openReadStreamPromise(entry, { decodeFileData: false }));
    parts.set(entry.fileName, { text, stored: createHash('sha256').update(raw).digest('hex') });
  }
  zip.close();
  return parts;
}

async function prepared(path: string, wish = { stamp: STAMP as string | undefined, trackChanges: true }) {
  const copy = await addExtras(path, wish);
  if (copy.kind !== 'prepared') throw new Error(copy.why);
  return { path: await fileOf(await buffer(copy.content)), extras: copy.extras };
}

async function restored(path: string, extras: Parameters<typeof removeExtras>[1]): Promise<string> {
  const content = await removeExtras(path, extras);
  if (!content) throw new Error('nothing was taken out');
  return fileOf(await buffer(content));
}

describe('E12: stamp and tracking', () => {
  test('are put in, and every other part keeps its stored bytes', async () => {
    const source = await docx();
    const copy = await prepared(source);
    const before = await partsOf(source);
    const after = await partsOf(copy.path);
    expect([...after.keys()].sort()).toEqual([...before.keys()].sort());
    for (const name of ['[Content_Types].xml', 'word/media/a.bin'])
      expect(after.get(name)?.stored).toBe(before.get(name)?.stored);
    expect(after.get('word/document.xml')?.text).toContain('Working copy of &quot;A&amp;B&quot; &lt;draft&gt;');
    expect(after.get('word/settings.xml')?.text).toMatch(/<w:zoom\/><w:trackRevisions [^>]*\/><w:compat\/>/);
  });

  test('are gone afterwards: what nobody touched is what it was, letter for letter', async () => {
    for (const settings of [
      '<w:zoom/><w:compat/>',
      '<w:trackRevisions w:val="0"/>',
      '<w:compat/>',
      '<w:trackRevisions/>',
    ]) {
      const source = await docx({ settings });
      const copy = await prepared(source);
      const back = await restored(copy.path, copy.extras);
      expect(await packageFingerprint(back)).toBe(await packageFingerprint(source));
      expect((await partsOf(back)).get('word/settings.xml')?.text).toBe(settingsOf(settings));
    }
  });

  test('the same source makes the same bytes, so that a cut upload goes on', async () => {
    const source = await docx();
    const one = await addExtras(source, { stamp: STAMP, trackChanges: true });
    const other = await addExtras(source, { stamp: STAMP, trackChanges: true });
    if (one.kind !== 'prepared' || other.kind !== 'prepared') throw new Error('left alone');
    expect((await buffer(one.content)).equals(await buffer(other.content))).toBe(true);
  });

  test('what somebody wrote into the stamp is never lost', async () => {
    const source = await docx();
    const copy = await prepared(source);
    const text = (await partsOf(copy.path)).get('word/document.xml')?.text ?? '';
    const body = /<w:body>(.*)<w:sectPr\/>/s.exec(text)?.[1] ?? '';
    const written = body.replace('</w:sdtContent>', `${paragraph('Written inside.')}</w:sdtContent>`);
    const inside = await restored(await docx({ body: written }), copy.extras);
    expect((await partsOf(inside)).get('word/document.xml')?.text).toBe(
      documentOf(`${paragraph('Written inside.')}${paragraph('Wash your hands. \u{1F9FC}')}`),
    );
    const changed = await restored(await docx({ body: body.replace('Working', 'My working') }), copy.extras);
    expect((await partsOf(changed)).get('word/document.xml')?.text).toContain('My working copy');
  });

  test('a signed document is left alone, and so is what is no package', async () => {
    const signed = await docx({ more: { '_xmlsignatures/sig1.xml': '<s/>' } });
    expect(await addExtras(signed, { stamp: STAMP, trackChanges: true })).toEqual({
      kind: 'left-alone',
      why: 'signed',
    });
    const broken = await fileOf(Buffer.from('no zip'));
    expect(await addExtras(broken, { stamp: STAMP, trackChanges: true })).toMatchObject({ why: 'not-readable' });
    expect(await removeExtras(broken, { stamped: true, trackingSwitchedOn: true, baseTracking: null })).toBeUndefined();
  });
});

describe('E12: tracked changes', () => {
  const ins = (author: string, words: string, date = '2026-11-25T08:00:00Z') =>
    `<w:p><w:ins w:id="1" w:author="${author}" w:date="${date}"><w:r><w:t>${words}</w:t></w:r></w:ins></w:p>`;
  const del = (author: string, words: string) =>
    `<w:p><w:del w:id="2" w:author="${author}"><w:r><w:delText>${words}</w:delText></w:r></w:del></w:p>`;

  test('are read with author and words; only those that the base did not have are new', async () => {
    const before = await readTrackedChanges(await docx({ body: ins('Ann', 'known') }));
    const after = await readTrackedChanges(
      await docx({ body: ins('Ann', 'known') + ins('Ann', 'known') + del('Ben', 'gone') }),
    );
    expect(newTrackedChanges(before, after)).toEqual([
      { kind: 'insertion', author: 'Ann', date: '2026-11-25T08:00:00Z', words: 'known' },
      { kind: 'deletion', author: 'Ben', date: '', words: 'gone' },
    ]);
  });

  test('runs that Word split are one change, and an empty mark is none', async () => {
    const run =
      '<w:ins w:author="Ann"><w:r><w:t>Wash </w:t></w:r></w:ins><w:ins w:author="Ann"><w:r><w:t>well</w:t></w:r></w:ins>';
    const mark = '<w:p><w:pPr><w:rPr><w:ins w:author="Ann"/></w:rPr></w:pPr></w:p>';
    expect(await readTrackedChanges(await docx({ body: `<w:p>${run}</w:p>${mark}` }))).toMatchObject([
      { words: 'Wash well' },
    ]);
  });
});
