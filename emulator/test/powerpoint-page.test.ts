import type { Browser, Page } from '@playwright/test';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { partsOf } from './excel-files.ts';
import { launchChromium, openInBrowser, PATIENCE, waitUntilSaved, watchComplaints } from './office-browser.ts';
import { type OfficeSession, OTHER_TAB, startOfficeSession } from './office-session.ts';
import { aBox, aPresentation, aRun, aSlideTable } from './powerpoint-files.ts';

let browser: Browser;
let session: OfficeSession;

beforeAll(async () => {
  browser = await launchChromium();
  session = await startOfficeSession();
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await session?.close();
});

const SLIDES = [
  aBox(2, `<a:p>${aRun('Hand ')}${aRun('hygiene', '<a:rPr b="1"/>')}</a:p>`, {
    kind: '<p:ph type="title"/>',
    name: 'Title 1',
  }) + aBox(3, '<a:p><a:endParaRPr lang="en-GB"/></a:p>', { kind: '<p:ph type="body" idx="1"/>', name: 'Content 2' }),
  aSlideTable(4, [['Ward', 'Nurse']]),
];
const slide = async (file: { download(): Promise<Uint8Array> }, number = 1) =>
  partsOf(await file.download())[`ppt/slides/slide${number}.xml`] ?? '';
const placeCaret = async (page: Page, text: string) =>
  expect(await page.evaluate(`window.powerPointForTests.placeCaret(${JSON.stringify(text)})`)).toBe(true);

test('boxes, empty placeholders and cells of tables take typing, and runs keep their formatting', async () => {
  const file = await session.upload('typing.pptx', aPresentation(SLIDES));
  const page = await openInBrowser(browser, file.webUrl);
  const complaints = watchComplaints(page);

  await placeCaret(page, 'Hand hygiene');
  await page.keyboard.type(' today');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Wash');
  await page.keyboard.press('Enter');
  await page.keyboard.type('Dry');
  await page.getByLabel('Table 4, row 1, column 2').click();
  await page.keyboard.press('End');
  await page.keyboard.type(' Mary');
  await waitUntilSaved(page);

  expect(await slide(file)).toContain(aRun('hygiene today', '<a:rPr b="1"/>'));
  expect(await slide(file)).toContain(aRun('Wash', '<a:rPr lang="en-GB"/>'));
  expect(await slide(file, 2)).toContain(aRun('Nurse Mary'));
  expect(await page.evaluate('window.powerPointForTests.slides()')).toEqual([
    ['Hand hygiene today', 'Wash\nDry'],
    ['Ward', 'Nurse Mary'],
  ]);
  expect(complaints).toEqual([]);
  await page.context().close();
}, 60_000);

test('what somebody else saved appears within three seconds, also in the box in which the caret is', async () => {
  const file = await session.upload('together.pptx', aPresentation(SLIDES));
  const page = await openInBrowser(browser, file.webUrl);
  await placeCaret(page, 'Hand hygiene');
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');

  await file.save({ '256!2': 'Hand hygiene, said by another', '257!4/0/0': 'Station' }, { tab: OTHER_TAB });
  const savedAt = Date.now();
  const texts = () => page.evaluate<string[][]>('window.powerPointForTests.slides()');
  await expect.poll(texts, { timeout: 3000, interval: 100 }).toEqual([
    ['Hand hygiene, said by another', ''],
    ['Station', 'Nurse'],
  ]);

  expect(Date.now() - savedAt).toBeLessThan(3000);
  await page.keyboard.type('x');
  await waitUntilSaved(page);
  expect((await texts())[0]?.[0]).toBe('Hxand hygiene, said by another');
  await page.context().close();
}, 60_000);

test('what was typed just before leaving is saved, and the file is closed', async () => {
  const file = await session.upload('leaving.pptx', aPresentation(SLIDES));
  const page = await openInBrowser(browser, file.webUrl);
  expect((await session.graph('DELETE', `/me/drive/items/${file.id}`)).status).toBe(423);

  await placeCaret(page, 'Ward');
  await page.keyboard.type('s');
  await page.goto('about:blank');

  await expect.poll(() => slide(file, 2), PATIENCE).toContain('<a:t>Wards</a:t>');
  await expect
    .poll(async () => (await session.graph('DELETE', `/me/drive/items/${file.id}`)).status, PATIENCE)
    .toBe(204);
  await page.context().close();
}, 60_000);
