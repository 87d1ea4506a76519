import { expect, test } from 'vitest';
import { documentXml } from '../testing/word-files.ts';
import { applyBlocks, type SavedBlock } from './apply-blocks.ts';

const NOTHING = {
  relationships: new Set<string>(),
  comments: new Set<string>(),
  footnotes: new Set<string>(),
  endnotes: new Set<string>(),
  numberings: new Set<string>(),
};
const ADA = { author: 'Ada "A" Author', at: new Date('2026-01-05T09:00:00.123Z') };
const p = (id: string, text: string) => `<w:p w14:paraId="${id}"><w:r><w:t>${text}</w:t></w:r></w:p>`;
const [A, B, C, D] = ['0000000A', '0000000B', '0000000C', '0000000D'];
const namespace =
  ' xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" xmlns:mc="urn:mc" mc:Ignorable="w14"';
const base = (body: string) => documentXml(body, namespace);
const apply = (body: string, blocks: SavedBlock[], deleted: string[] = []) =>
  applyBlocks(base(body), blocks, deleted, NOTHING, ADA);
const same = (key: string): SavedBlock => ({ key, xml: null });

test('blocks that are unchanged keep every byte', () => {
  const body = `${p(A, 'one')}\n <w:bookmarkStart w:id="1"/>${p(B, 'two')}`;

  expect(apply(body, [same(A), same(B)]).documentXml).toBe(base(body));
  expect(apply(body, [{ key: A, to: B, xml: null }]).documentXml).toBe(base(body));
});

test('a changed block stands in the place of the old one', () => {
  const { documentXml: xml } = apply(p(A, 'one') + p(B, 'two'), [
    same(A),
    { key: B, xml: p(B, 'two!'), was: p(B, 'two') },
  ]);

  expect(xml).toBe(base(p(A, 'one') + p(B, 'two!')));
});

test('new blocks, a new order and deletions are taken over', () => {
  const body = p(A, 'one') + p(B, 'two') + p(C, 'three');

  const { documentXml: xml } = apply(body, [same(C), { key: D, xml: p(D, 'new') }, same(A)], [B]);

  expect(xml).toBe(base(p(C, 'three') + p(D, 'new') + p(A, 'one')));
});

test('a block that the page never showed stays after the one before it', () => {
  const body = p(A, 'one') + p(B, 'unseen') + p(C, 'three');

  expect(apply(body, [same(A), same(C)]).documentXml).toBe(base(body));
  expect(apply(body, [same(C)], [A]).documentXml).toBe(base(p(B, 'unseen') + p(C, 'three')));
});

test('what stands between blocks outlives the deletion of a block', () => {
  const body = `${p(A, 'one')}<w:bookmarkStart w:id="7" w:name="x"/>${p(B, 'two')}<w:bookmarkEnd w:id="7"/>`;

  const { documentXml: xml } = apply(body, [same(A)], [B]);

  expect(xml).toContain('<w:bookmarkStart w:id="7" w:name="x"/><w:bookmarkEnd w:id="7"/>');
});

test('an empty paragraph that the editor invented is not saved', () => {
  expect(apply(p(A, 'one'), [same(A), same(D)]).documentXml).toBe(base(p(A, 'one')));
});

test('a paragraph in a cell changes alone', () => {
  const table = (text: string) =>
    `<w:tbl><w:tblPr><w:tblCaption w:val="kept"/></w:tblPr><w:tr><w:tc>${p(A, text)}</w:tc><w:tc>${p(B, 'two')}</w:tc></w:tr></w:tbl>`;

  const { documentXml: xml } = apply(table('one'), [same(A), { key: A, xml: p(A, 'one!'), was: p(A, 'one') }]);

  expect(xml).toBe(base(table('one!')));
});

test('a table of another shape keeps the paragraphs that did not change as Word wrote them', () => {
  const cell = (paragraph: string) => `<w:tc>${paragraph}</w:tc>`;
  const word = `<w:tbl><w:tr>${cell(`<w:p w14:paraId="${A}"><w:r><w:rPr><w:rPrChange w:id="1"/></w:rPr><w:t>one</w:t></w:r></w:p>`)}</w:tr></w:tbl>`;
  const was = `<w:tbl><w:tr>${cell(p(A, 'one'))}</w:tr></w:tbl>`;
  const xml = `<w:tbl><w:tr>${cell(p(A, 'one'))}${cell(p(D, 'new'))}</w:tr></w:tbl>`;

  const saved = apply(word, [{ key: A, xml, was }]).documentXml;

  expect(saved).toContain('<w:rPrChange w:id="1"/>');
  expect(saved).toContain(cell(p(D, 'new')));
});

test('new tracked changes get small ids, the name of who is signed in and the time of the server', () => {
  const inserted = `<w:p w14:paraId="${D}"><w:ins w:id="1764040000000" w:author="Somebody" w:date="2030-01-01T00:00:00Z"><w:r><w:t>x</w:t></w:r></w:ins></w:p>`;
  const kept = `<w:p w14:paraId="${A}"><w:ins w:id="41" w:author="Bob" w:date="2020-01-01T00:00:00Z"><w:r><w:t>y</w:t></w:r></w:ins></w:p>`;

  const { documentXml: xml } = apply(kept, [same(A), { key: D, xml: inserted }]);

  expect(xml).toContain(kept);
  expect(xml).toContain('<w:ins w:id="42" w:author="Ada &quot;A&quot; Author" w:date="2026-01-05T09:00:00Z">');
});

test('nothing new may refer to parts that the package does not have, and the loss is said', () => {
  const xml = `<w:p w14:paraId="${D}"><w:pPr><w:numPr><w:numId w:val="9"/></w:numPr></w:pPr><w:hyperlink r:id="rId99"><w:r><w:t>link</w:t></w:r></w:hyperlink><w:r><w:drawing><a:blip xmlns:a="urn:a" r:embed="rId98"/></w:drawing></w:r><w:commentRangeStart w:id="3"/></w:p>`;

  const { documentXml: saved, lost } = apply(p(A, 'one'), [same(A), { key: D, xml }]);

  expect(saved).not.toMatch(/rId9|numId|commentRange|hyperlink/);
  expect(saved).toContain('<w:t>link</w:t>');
  expect(lost).toHaveLength(4);
});

test('XML that is not well-formed, or no block, is refused', () => {
  const broken = (xml: string) => () => apply(p(A, 'one'), [same(A), { key: D, xml }]);

  expect(broken('<w:p><w:r></w:p>')).toThrow('cannot be read');
  expect(broken('<w:p/></w:body><w:body>')).toThrow('cannot be read');
  expect(broken('<w:sectPr/>')).toThrow('must be a paragraph');
  expect(broken('<w:p>&unknown;</w:p>')).toThrow('well-formed');
  expect(broken('<w:p><evil:x/></w:p>')).toThrow('well-formed');
  expect(broken('<!DOCTYPE x []><w:p/>')).toThrow('cannot be read');
});
