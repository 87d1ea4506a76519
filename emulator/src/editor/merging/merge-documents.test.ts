import { expect, test } from 'vitest';
import { documentXml } from '../testing/word-files.ts';
import { mergeDocuments } from './merge-documents.ts';

const [A, B, C, D] = ['0000000A', '0000000B', '0000000C', '0000000D'];
const p = (id: string, text: string) => `<w:p w14:paraId="${id}"><w:r><w:t>${text}</w:t></w:r></w:p>`;
const row = (...cells: string[]) => `<w:tr>${cells.map((cell) => `<w:tc><w:tcPr/>${cell}</w:tc>`).join('')}</w:tr>`;
const table = (...rows: string[]) => `<w:tbl><w:tblPr/>${rows.join('')}</w:tbl>`;
const merge = (base: string, mine: string, theirs: string) => {
  const documents = { base: documentXml(base), mine: documentXml(mine), theirs: documentXml(theirs) };
  const { documentXml: xml, conflicts } = mergeDocuments({ ...documents, isOwn: () => false });
  return { body: /<w:body>(.*)<w:sectPr\/>/s.exec(xml)?.[1], conflicts };
};

test('paragraphs that one side changed are taken from that side, new ones stand behind their neighbours', () => {
  const { body, conflicts } = merge(
    p(A, '1') + p(B, '2'),
    p(A, 'mine') + p(B, '2') + p(C, 'new'),
    p(A, '1') + p(D, 'their new') + p(B, 'theirs'),
  );

  expect(body).toBe(p(A, 'mine') + p(D, 'their new') + p(B, 'theirs') + p(C, 'new'));
  expect(conflicts).toEqual([]);
});

test('a deletion on either side counts unless the other side changed the paragraph', () => {
  expect(merge(p(A, '1') + p(B, '2'), p(B, '2'), p(A, '1') + p(B, '2!')).body).toBe(p(B, '2!'));
  expect(merge(p(A, '1') + p(B, '2'), p(B, '2'), p(A, '1!') + p(B, '2')).body).toBe(p(A, '1!') + p(B, '2'));
  expect(merge(p(A, '1') + p(B, '2'), p(A, '1!') + p(B, '2!'), p(B, '2')).body).toBe(p(A, '1!') + p(B, '2!'));
});

test('cells of one table merge by themselves, and so do a new row and a changed cell', () => {
  const base = table(row(p(A, '1'), p(B, '2')));

  expect(merge(base, table(row(p(A, 'mine'), p(B, '2'))), table(row(p(A, '1'), p(B, 'theirs')))).body).toBe(
    table(row(p(A, 'mine'), p(B, 'theirs'))),
  );
  expect(
    merge(base, table(row(p(A, '1'), p(B, '2')), row(p(C, 'new'))), table(row(p(A, '1'), p(B, 'theirs')))).body,
  ).toBe(table(row(p(A, '1'), p(B, 'theirs')), row(p(C, 'new'))));
});

test('a deleted row outlives the deletion where somebody changed a cell of it', () => {
  const base = table(row(p(A, '1')), row(p(B, '2')));

  expect(merge(base, table(row(p(B, '2!'))), table(row(p(A, '1 theirs')), row(p(B, '2')))).body).toBe(
    table(row(p(A, '1 theirs')), row(p(B, '2!'))),
  );
});

test('a table that lost its first paragraph is still the same table', () => {
  const base = table(row(p(A, '1') + p(B, '2')), row(p(C, '3')));

  expect(
    merge(base, table(row(p(B, '2')), row(p(C, '3'))), table(row(p(A, '1') + p(B, '2')), row(p(C, '3!')))).body,
  ).toBe(table(row(p(B, '2')), row(p(C, '3!'))));
});

test('in one paragraph mine stands and the other text is reported, unless nothing of it would be lost', () => {
  expect(merge(p(A, '1'), p(A, '1 mine'), p(A, '1 theirs'))).toEqual({
    body: p(A, '1 mine'),
    conflicts: [{ key: A, earlierText: '1 theirs' }],
  });
  expect(merge(p(A, '1 and'), p(A, '1 and mine'), p(A, '1')).conflicts).toEqual([]);
});

test('where only the look changed on one side, the words of the other stand', () => {
  const bold = `<w:p w14:paraId="${A}"><w:r><w:rPr><w:b/></w:rPr><w:t>1</w:t></w:r></w:p>`;

  expect(merge(p(A, '1'), bold, p(A, '1 theirs'))).toEqual({ body: p(A, '1 theirs'), conflicts: [] });
  expect(merge(p(A, '1'), p(A, '1 mine'), bold)).toEqual({ body: p(A, '1 mine'), conflicts: [] });
});
