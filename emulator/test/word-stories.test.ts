import type { Browser } from '@playwright/test';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  paragraphs,
  startBrowser,
  startWordRoom,
  type WordPage,
  type WordRoom,
} from '../src/editor/testing/playing-word.ts';
import { wordFile } from '../src/editor/testing/word-files.ts';

const PATIENCE = { timeout: 20_000 };
const W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';
let browser: Browser;
let room: WordRoom;

beforeAll(async () => {
  browser = await startBrowser();
});

afterAll(() => browser?.close());

beforeEach(async () => {
  room = await startWordRoom(browser);
  return () => room.close();
});

test('a comment and its answer are in the file at their text, and the other page shows them', async () => {
  room.host.put('plan', wordFile(paragraphs('Wash your hands', 'two')));
  const [ada, ben] = [await room.open('ada', 'plan'), await room.open('ben', 'plan')];

  await ada.placeCaret('Wash your hands');
  for (let letter = 0; letter < 'hands'.length; letter++) await ada.page.keyboard.press('Shift+ArrowLeft');
  await ada.page.locator('.docx-editor button[style*="z-index: 50; width: 28px"]').click();
  await ada.type('Which soap?');
  await ada.page.getByRole('button', { name: 'Comment', exact: true }).click();
  await ben.says('Which soap?');
  const [, id = ''] = /<w:comment w:id="(\d+)" w:author="Ada Author"/.exec(part('word/comments.xml')) ?? [];
  expect(part('word/document.xml')).toContain(
    `<w:t xml:space="preserve">Wash your </w:t></w:r><w:commentRangeStart w:id="${id}"/><w:r><w:t>hands</w:t></w:r><w:commentRangeEnd w:id="${id}"/>`,
  );

  await ben.page.getByText('Which soap?').first().click();
  await ben.page.getByPlaceholder(/reply/i).first().click();
  await ben.type('The blue one.');
  await ben.page.getByRole('button', { name: 'Reply', exact: true }).click();
  await ada.says('The blue one.');
  await expect.poll(() => part('word/commentsExtended.xml')).toMatch(/w15:paraIdParent="\w{8}" w15:done="0"/);
  expect(part('word/document.xml').match(/<w:commentReference /g)).toHaveLength(2);

  await ada.placeCaret('two');
  await ada.type(' and three');
  await ben.shows('Wash your hands', 'two and three');
  expect(await noticesOf(ada, ben)).toEqual([]);
}, 60_000);

test('two people write in one header, and a footer that one adds is a part of the file', async () => {
  const header = `<w:hdr ${W}><w:p><w:r><w:t>Ward</w:t></w:r></w:p><w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Page</w:t></w:r></w:p></w:hdr>`;
  room.host.put('plan', withHeader(header));
  const [ada, ben] = [await room.open('ada', 'plan'), await room.open('ben', 'plan')];

  await typeInHeader(ada, 'End', ' three');
  await expect.poll(() => part('word/header1.xml'), PATIENCE).toContain('>Ward three<');
  expect(part('word/header1.xml')).toContain('<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Page</w:t></w:r></w:p>'.slice(5));
  await ben.says('Ward three');
  await typeInHeader(ben, 'Control+End', ' one');
  await ada.says('Page one');
  expect(part('word/header1.xml')).toContain('>Ward three<');
  expect(part('word/header1.xml')).toContain('<w:rPr><w:b/></w:rPr><w:t>Page one</w:t>');

  const cleo = await room.open('cleo', 'plan');
  const { x, y } = await placeOf(cleo, '.layout-page-footer');
  await cleo.page.mouse.dblclick(x, y);
  await cleo.type('Ask the ward');
  await cleo.saved();
  await expect.poll(() => part('word/footer1.xml'), PATIENCE).toContain('>Ask the ward<');
  const [, id] = /Id="(rId\d+)"[^>]*Target="footer1.xml"/.exec(part('word/_rels/document.xml.rels')) ?? [];
  expect(part('word/document.xml')).toContain(`<w:footerReference w:type="default" r:id="${id}"/>`);
  expect(part('[Content_Types].xml')).toContain('PartName="/word/footer1.xml"');
  expect(await noticesOf(cleo)).toEqual([]);
  await ada.says('Somebody added a header or footer');
}, 60_000);

test('a file whose comments stand nowhere in its text keeps them, and nothing is said of comments', async () => {
  const comment = (id: number) =>
    `<w:comment w:id="${id}" w:author="Eve"><w:p><w:r><w:t>Note ${id}</w:t></w:r></w:p></w:comment>`;
  const comments = `<w:comments ${W}>${comment(1)}${comment(2)}</w:comments>`;
  const anchored = '<w:p><w:commentRangeStart w:id="1"/><w:r><w:t>one</w:t></w:r><w:commentRangeEnd w:id="1"/></w:p>';
  room.host.put('plan', wordFile(anchored, { 'word/comments.xml': comments, ...commentsRelationship() }));
  const ada = await room.open('ada', 'plan');

  await ada.placeCaret('one');
  await ada.type(' more');
  await ada.saved();
  await expect.poll(() => part('word/document.xml'), PATIENCE).toContain('> more<');

  expect(part('word/comments.xml')).toBe(comments);
  expect(part('word/document.xml')).toContain('<w:commentRangeStart w:id="1"/>');
  expect(await noticesOf(ada)).toEqual([]);
}, 60_000);

// A header opens with the caret in its first paragraph.
async function typeInHeader(word: WordPage, key: string, text: string): Promise<void> {
  const { x, y } = await placeOf(word, '.layout-page-header');
  await word.page.mouse.dblclick(x, y);
  await word.page.keyboard.press(key);
  await word.type(text);
  await word.saved();
}

async function placeOf(word: WordPage, area: string): Promise<{ x: number; y: number }> {
  const place = word.page.locator(area).first();
  await place.scrollIntoViewIfNeeded();
  const box = await place.boundingBox();
  if (!box) throw new Error(`There is no ${area}.`);
  return { x: box.x + 50, y: box.y + box.height / 2 };
}

function noticesOf(...words: WordPage[]): Promise<string[]> {
  return Promise.all(words.map(({ page }) => page.locator('.notice').allInnerTexts())).then((texts) => texts.flat());
}

function part(name: string): string {
  return strFromU8(unzipSync(room.host.content('plan'))[name] ?? new Uint8Array());
}

const TYPES = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const relationships = (entries: string) => ({
  'word/_rels/document.xml.rels': `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${entries}</Relationships>`,
});

function commentsRelationship(): Record<string, string> {
  return relationships(`<Relationship Id="rId1" Type="${TYPES}/comments" Target="comments.xml"/>`);
}

function withHeader(header: string): Uint8Array {
  const section = '<w:sectPr><w:headerReference w:type="default" r:id="rId1"/></w:sectPr>';
  return wordFile('', {
    'word/document.xml': `<w:document ${W} xmlns:r="${TYPES}"><w:body>${paragraphs('text')}${section}</w:body></w:document>`,
    'word/header1.xml': header,
    ...relationships(`<Relationship Id="rId1" Type="${TYPES}/header" Target="header1.xml"/>`),
  });
}
