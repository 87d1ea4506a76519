import { expect, test } from 'vitest';
import { documentXml } from '../testing/word-files.ts';
import { addParagraphIds } from './paragraph-ids.ts';

const idsOf = (xml: string) => [...xml.matchAll(/<w:p[^>]* w14:paraId="(\w+)"/g)].map(([, id]) => id);

test('every paragraph gets an id, also in tables, and nothing else changes but the declaration', () => {
  const xml = documentXml('<w:p/><w:tbl><w:tr><w:tc><w:p w:rsidR="1"><w:r/></w:p></w:tc></w:tr></w:tbl>');

  const prepared = addParagraphIds(xml);

  expect(new Set(idsOf(prepared)).size).toBe(2);
  const without = prepared
    .replace(/ w14:paraId="\w+"/g, '')
    .replace(/ xmlns:(w14|mc)="[^"]*"/g, '')
    .replace(' mc:Ignorable="w14"', '');
  expect(without).toBe(xml);
});

test('the same bytes get the same ids every time', () => {
  const xml = documentXml('<w:p/><w:p/><w:p/>');

  expect(addParagraphIds(xml)).toBe(addParagraphIds(xml));
  expect(addParagraphIds(addParagraphIds(xml))).toBe(addParagraphIds(xml));
});

test('ids that are there stay, and a repeated one is exchanged', () => {
  const xml = documentXml('<w:p w14:paraId="0000000A"/><w:p w14:paraId="0000000A"/>', ' xmlns:w14="urn:w14"');

  const ids = idsOf(addParagraphIds(xml));

  expect(ids[0]).toBe('0000000A');
  expect(ids[1]).not.toBe('0000000A');
});

test('ids are small enough for Word', () => {
  const ids = idsOf(addParagraphIds(documentXml('<w:p/>'.repeat(2000))));

  expect(new Set(ids).size).toBe(2000);
  for (const id of ids) expect(Number.parseInt(id ?? '', 16)).toBeLessThan(0x80000000);
});
