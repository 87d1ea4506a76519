import type { Browser, Page } from '@playwright/test';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aWorkbook, partsOf } from './excel-files.ts';
import { launchChromium, openInBrowser, PATIENCE, waitUntilSaved, watchComplaints } from './office-browser.ts';
import { type OfficeSession, OTHER_TAB, startOfficeSession } from './office-session.ts';

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

const ROWS =
  '<row r="1"><c r="A1" t="inlineStr"><is><t>Item</t></is></c><c r="B1"><v>2</v></c><c r="C1" s="1"><v>46085</v></c></row><row r="2"><c r="A2"><f>B1*2</f><v>4</v></c><c r="B2" s="2"><v>0.07</v></c><c r="C2" s="3" t="inlineStr"><is><t>007</t></is></c></row>';

const upload = (name: string, more: Parameters<typeof aWorkbook>[0] = []) =>
  session.upload(`${name}.xlsx`, aWorkbook([{ name: 'First', rows: ROWS }, ...more]));
const sheet = async (file: { download(): Promise<Uint8Array> }, number = 1) =>
  partsOf(await file.download())[`xl/worksheets/sheet${number}.xml`] ?? '';
const cellsOf = (page: Page) => page.evaluate<Record<string, string>>('window.excelForTests.cells()');
const select = async (page: Page, at: string) => {
  expect(await page.evaluate(`window.excelForTests.selectCell('${at}')`)).toBe(true);
  await page.locator(`td[data-at="${at}"]:focus`).waitFor(PATIENCE);
};

test('cells are filled and changed with Excel’s keys, in the formats that they have', async () => {
  const file = await upload('keys');
  const page = await openInBrowser(browser, file.webUrl);
  const complaints = watchComplaints(page);
  expect(await cellsOf(page)).toEqual({ A1: 'Item', B1: '2', C1: '2026-03-04', A2: '4', B2: '7%', C2: '007' });

  await page.locator('td[data-at="A1"]').click();
  await page.keyboard.type('Gloves');
  await page.keyboard.press('Tab');
  await page.keyboard.type('12.50');
  await page.keyboard.press('Tab');
  await page.keyboard.press('F2');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('2026-12-31');
  await page.keyboard.press('Enter');
  await page.keyboard.type('0042');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.type('8%');
  await page.keyboard.press('Enter');
  await page.keyboard.type('two');
  await page.keyboard.press('Alt+Enter');
  await page.keyboard.type('lines');
  await page.keyboard.press('Enter');
  await page.keyboard.type('never mind');
  await page.keyboard.press('Escape');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.type('gone');
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Delete');
  await waitUntilSaved(page);

  const saved = await sheet(file);
  expect(saved).toContain('<c r="A1" t="inlineStr"><is><t>Gloves</t></is></c><c r="B1"><v>12.5</v></c>');
  expect(saved).toContain('<c r="C1" s="1"><v>46387</v></c></row><row r="2"><c r="A2"><f>B1*2</f></c>');
  expect(saved).toContain(
    '<c r="B2" s="2"><v>0.08</v></c><c r="C2" s="3" t="inlineStr"><is><t>0042</t></is></c></row>',
  );
  expect(saved).toContain(
    '<c r="B3" t="inlineStr"><is><t xml:space="preserve">two\nlines</t></is></c></row></sheetData>',
  );
  expect(await cellsOf(page)).not.toHaveProperty('A3');
  expect(complaints).toEqual([]);
  await page.context().close();
}, 60_000);

test('a formula says that it cannot be changed, and shows no stale result', async () => {
  const file = await upload('formula');
  const page = await openInBrowser(browser, file.webUrl);

  await select(page, 'A2');
  await page.getByText('=B1*2').waitFor(PATIENCE);
  await page.keyboard.type('5');
  await page.getByText('A2 cannot be changed. This cell holds a formula').waitFor(PATIENCE);
  await page.getByRole('button', { name: 'Close' }).click();
  await select(page, 'B1');
  await page.keyboard.type('=1+1');
  await page.keyboard.press('Enter');
  await page.getByText('B1 was not changed. Formulas cannot be typed here').waitFor(PATIENCE);
  await select(page, 'B1');
  await page.keyboard.type('3');
  await page.keyboard.press('Enter');
  await waitUntilSaved(page);

  await page.getByRole('gridcell', { name: 'A2, not calculated yet, formula' }).waitFor(PATIENCE);
  expect(await sheet(file)).toContain('<c r="A2"><f>B1*2</f></c>');
  await page.context().close();
}, 60_000);

test('what somebody else saved appears within three seconds, and what is typed here meanwhile stays', async () => {
  const file = await upload('together');
  const page = await openInBrowser(browser, file.webUrl);

  await select(page, 'B5');
  await page.keyboard.type('mine');
  await file.save({ '1!A1': 'theirs' }, { tab: OTHER_TAB });
  const savedAt = Date.now();
  await page.locator('td[data-at="A1"]', { hasText: 'theirs' }).waitFor({ timeout: 3000 });

  expect(Date.now() - savedAt).toBeLessThan(3000);
  await page.keyboard.type(' too');
  await page.keyboard.press('Enter');
  await waitUntilSaved(page);
  expect(await cellsOf(page)).toMatchObject({ A1: 'theirs', B5: 'mine too' });
  expect(await sheet(file)).toContain('<t>mine too</t>');
  await page.context().close();
}, 60_000);

test('what was being typed as the page goes away is saved, and the file is closed', async () => {
  const file = await upload('leaving');
  const page = await openInBrowser(browser, file.webUrl);
  expect((await session.graph('DELETE', `/me/drive/items/${file.id}`)).status).toBe(423);

  await select(page, 'B1');
  await page.keyboard.type('99');
  await page.goto('about:blank');

  await expect.poll(() => sheet(file), PATIENCE).toContain('<c r="B1"><v>99</v></c>');
  await expect
    .poll(async () => (await session.graph('DELETE', `/me/drive/items/${file.id}`)).status, PATIENCE)
    .toBe(204);
  await page.context().close();
}, 60_000);

test('sheets are tabs that arrow keys reach, and a far cell is reached by its name', async () => {
  const file = await upload('tabs', [
    { name: 'Hidden', rows: '', state: 'hidden' },
    { name: 'Last', rows: '' },
  ]);
  const page = await openInBrowser(browser, file.webUrl);
  expect(await page.evaluate('window.excelForTests.sheets()')).toEqual(['First', 'Last']);

  await page.getByRole('tab', { name: 'First' }).focus();
  await page.keyboard.press('ArrowRight');
  await page.getByRole('grid', { name: 'Last' }).waitFor(PATIENCE);
  await page.getByLabel('Go to cell').fill('dz5000');
  await page.keyboard.press('Enter');
  await page.locator('td[data-at="DZ5000"]:focus').waitFor(PATIENCE);
  await page.keyboard.type('far');
  await page.keyboard.press('Enter');
  await waitUntilSaved(page);

  expect(await sheet(file, 3)).toContain('<row r="5000"><c r="DZ5000" t="inlineStr"><is><t>far</t></is></c></row>');
  await page.context().close();
}, 60_000);

test('a failed save is said, the change stays, and trying again saves it', async () => {
  const file = await upload('failing');
  const page = await openInBrowser(browser, file.webUrl);
  await page.route('**/fields', (route) => route.abort());

  await select(page, 'B1');
  await page.keyboard.type('7');
  await page.keyboard.press('Enter');
  await page.getByText('Not saved yet. The server cannot be reached.').waitFor(PATIENCE);
  await page.unroute('**/fields');
  await page.getByRole('button', { name: 'Try again' }).click();
  await waitUntilSaved(page);

  expect(await sheet(file)).toContain('<c r="B1"><v>7</v></c>');
  await page.context().close();
}, 60_000);
