import { createHash } from 'node:crypto';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Emulator } from '../src/index.ts';
import { aClock, graphFor, startTestEmulator, tokensFor } from './cast.ts';

let emulator: Emulator;
let graph: ReturnType<typeof graphFor>;

beforeEach(async () => {
  emulator = await startTestEmulator({ clock: aClock() });
  graph = graphFor(emulator, (await tokensFor(emulator)).access);
});

afterEach(() => emulator.close());

const RELATIONSHIPS = 'http://schemas.openxmlformats.org/package/2006/relationships';

function aDocument(more: Record<string, Uint8Array> = {}): Uint8Array {
  return zipSync({
    '[Content_Types].xml': strToU8(
      '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"></Types>',
    ),
    '_rels/.rels': strToU8(`<Relationships xmlns="${RELATIONSHIPS}"></Relationships>`),
    'word/_rels/document.xml.rels': strToU8(`<Relationships xmlns="${RELATIONSHIPS}"></Relationships>`),
    'word/document.xml': strToU8('<w:document>text</w:document>'),
    ...more,
  });
}

const upload = async (content: Uint8Array, name = 'x.docx') =>
  (await graph('PUT', `/me/drive/root:/${name}:/content`, content)).body;
const read = async (id: string) => (await graph('GET', `/me/drive/items/${id}`)).body;
const bytesOf = async (item: Record<string, string>) =>
  new Uint8Array(await (await fetch(item['@microsoft.graph.downloadUrl'] ?? '')).arrayBuffer());

describe('an uploaded Office file (B17)', () => {
  test('is rewritten a moment later: size, hash and tags move once, the text stays byte for byte', async () => {
    const content = aDocument();
    const before = await upload(content);
    expect(before.size).toBe(content.length);
    emulator.control.advanceClock(2);
    const after = await read(before.id);
    expect(after.size).not.toBe(before.size);
    expect(after.file.hashes.quickXorHash).not.toBe(before.file.hashes.quickXorHash);
    expect([after.eTag, after.cTag]).toEqual([before.eTag.replace(',1"', ',2"'), before.cTag.replace(',1"', ',2"')]);
    expect(after.lastModifiedDateTime).toBe(before.lastModifiedDateTime);
    const parts = unzipSync(await bytesOf(after));
    expect(Object.keys(parts)).toEqual(
      expect.arrayContaining(['docProps/custom.xml', 'customXml/item1.xml', 'customXml/_rels/item1.xml.rels']),
    );
    expect(strFromU8(parts['word/document.xml'] ?? new Uint8Array())).toBe('<w:document>text</w:document>');
    expect(strFromU8(parts['word/_rels/document.xml.rels'] ?? new Uint8Array())).toContain('../customXml/item1.xml');
    emulator.control.advanceClock(60);
    expect((await read(before.id)).cTag).toBe(after.cTag);
    expect((await graph('GET', `/me/drive/items/${before.id}/versions`)).body.value).toHaveLength(1);
  });

  test('keeps parts of its own under the same names', async () => {
    const own = '<Properties><property fmtid="{D}" pid="7" name="Own"/></Properties>';
    const before = await upload(
      aDocument({ 'docProps/custom.xml': strToU8(own), 'customXml/item1.xml': strToU8('<own/>') }),
    );
    emulator.control.advanceClock(2);
    const parts = unzipSync(await bytesOf(await read(before.id)));
    expect(strFromU8(parts['customXml/item1.xml'] ?? new Uint8Array())).toBe('<own/>');
    expect(parts).toHaveProperty(['customXml/item2.xml']);
    expect(strFromU8(parts['docProps/custom.xml'] ?? new Uint8Array())).toMatch(
      /name="Own"\/>.*pid="8" name="ContentTypeId"/,
    );
  });

  test('is left alone when it is damaged or no Office file', async () => {
    for (const [name, content] of [
      ['broken.docx', 'no zip'],
      ['x.zip', aDocument()],
    ] as const) {
      const before = await upload(Buffer.from(content), name);
      emulator.control.advanceClock(2);
      expect((await read(before.id)).cTag).toBe(before.cTag);
    }
  });

  test('is not rewritten over what somebody saved meanwhile', async () => {
    const before = await upload(aDocument());
    const saved = Buffer.from(aDocument({ 'word/document.xml': strToU8('<w:document>saved</w:document>') }));
    const ref = { driveId: before.parentReference.driveId, itemId: before.id };
    const { tag } = await emulator.control.changeItem(ref, {
      save: { by: 'bob@hospital.example', contentBase64: saved.toString('base64') },
    });
    emulator.control.advanceClock(5);
    const after = await read(before.id);
    expect(after.cTag).toBe(tag);
    const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
    expect(hash(await bytesOf(after))).toBe(hash(saved));
  });
});
