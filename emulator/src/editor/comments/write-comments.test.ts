import { expect, test } from 'vitest';
import { type Parts, readText } from '../package/package-parts.ts';
import { readZip } from '../package/zip.ts';
import { wordFile } from '../testing/word-files.ts';
import { anchorComments } from './comment-anchors.ts';
import { writeComments } from './write-comments.ts';

const W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';
const W14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"';
const BY = { author: 'Ada "A" Author', at: new Date('2026-01-05T09:00:00Z') };
const NOTHING = { added: [], deleted: [], resolved: [] };
const comment = (id: number, paragraph: string) =>
  `<w:comment w:id="${id}" w:author="Eve"><w:p w14:paraId="${paragraph}"><w:r><w:t>Note</w:t></w:r></w:p></w:comment>`;
const entry = (paragraph: string, done = 0) => `<w15:commentEx w15:paraId="${paragraph}" w15:done="${done}"/>`;

function aPackage(): Parts {
  const target = (id: string, type: string, name: string) =>
    `<Relationship Id="${id}" Type="http://schemas.example/relationships/${type}" Target="${name}"/>`;
  const file = wordFile('<w:p/>', {
    'word/comments.xml': `<w:comments ${W} ${W14}>${comment(1, '0000000A')}${comment(2, '0000000B')}</w:comments>`,
    'word/commentsExtended.xml': `<w15:commentsEx>${entry('0000000A')}${entry('0000000B')}</w15:commentsEx>`,
    'word/_rels/document.xml.rels': `<Relationships>${target('rId1', 'comments', 'comments.xml')}${target('rId2', 'commentsExtended', '/word/commentsExtended.xml')}</Relationships>`,
  });
  return new Map(readZip(file).map((one) => [one.name, one]));
}

test('deleting one comment and resolving another changes nothing else, and may be done twice', () => {
  const parts = aPackage();
  for (const _ of ['once', 'twice'])
    writeComments(parts, 'word/document.xml', { ...NOTHING, deleted: [1], resolved: [{ id: 2, done: true }] }, BY);

  expect(readText(parts, 'word/comments.xml')).toBe(`<w:comments ${W} ${W14}>${comment(2, '0000000B')}</w:comments>`);
  expect(readText(parts, 'word/commentsExtended.xml')).toBe(`<w15:commentsEx>${entry('0000000B', 1)}</w15:commentsEx>`);
});

test('an answer is tied to its comment, and comes once', () => {
  const parts = aPackage();
  const answer = { id: 7, parent: 2, text: ['Yes & no', 'second line'], places: [] };
  for (const _ of ['once', 'twice']) writeComments(parts, 'word/document.xml', { ...NOTHING, added: [answer] }, BY);

  const xml = readText(parts, 'word/comments.xml') ?? '';
  expect(xml.match(/w:id="7" w:author="Ada &quot;A&quot; Author" w:date="2026-01-05T09:00:00Z"/g)).toHaveLength(1);
  expect(xml).toContain(comment(1, '0000000A') + comment(2, '0000000B'));
  const last = /w14:paraId="(\w+)"><w:r><w:t>second line/.exec(xml)?.[1];
  expect(readText(parts, 'word/commentsExtended.xml')?.match(/<[^>]*paraIdParent[^>]*>/g)).toEqual([
    `<w15:commentEx w15:paraId="${last}" w15:paraIdParent="0000000B" w15:done="0"/>`,
  ]);
});

test('marks stand at the text, also where others have written before it, and go with the comment', () => {
  const run = (text: string) => `<w:r><w:t>${text}</w:t></w:r>`;
  const xml = (content: string) =>
    `<w:document ${W} ${W14}><w:body><w:p w14:paraId="0000000A">${content}</w:p></w:body></w:document>`;
  const added = [{ id: 7, text: ['?'], places: [{ key: '0000000A', from: 0, text: 'hands' }] }];
  const marked = anchorComments(xml(run('Wash hands')), { ...NOTHING, added });

  expect(marked).toBe(
    xml(
      `<w:r><w:t xml:space="preserve">Wash </w:t></w:r><w:commentRangeStart w:id="7"/>${run('hands')}<w:commentRangeEnd w:id="7"/><w:r><w:commentReference w:id="7"/></w:r>`,
    ),
  );
  expect(anchorComments(marked, { ...NOTHING, added })).toBe(marked);
  expect(anchorComments(marked, { ...NOTHING, deleted: [7] })).not.toContain('w:comment');
});
