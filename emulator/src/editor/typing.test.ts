import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Browser, type BrowserContext, chromium, type Page } from '@playwright/test';
import { Document, HeadingLevel, Packer, Paragraph, Table, TableCell, TableRow, TextRun } from 'docx';
import fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { registerEditor } from './index.ts';
import { readWordPackage } from './package/word-package.ts';
import { readZip } from './package/zip.ts';
import { BUILT_PAGE } from './serving/editor-page.ts';
import { createMemoryHost, type MemoryHost } from './testing/memory-host.ts';
import { settingsXml, wordFile } from './testing/word-files.ts';

const BROWSER = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'.split(
    ' ',
  ),
};
const PATIENCE = { timeout: 20_000 };

let browser: Browser;
let context: BrowserContext;
let app: FastifyInstance;
let host: MemoryHost;
let url: string;

beforeAll(async () => {
  await access(`${BUILT_PAGE}index.html`, constants.R_OK).catch(buildPage);
  browser = await chromium.launch(BROWSER);
}, 60_000);

afterAll(() => browser?.close());

beforeEach(async () => {
  host = createMemoryHost();
  app = fastify({ forceCloseConnections: true });
  registerEditor(app, host);
  url = await app.listen({ port: 0, host: '127.0.0.1' });
  context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  await context.addCookies([{ name: 'session', value: 'ada', url }]);
  return async () => {
    await context.close();
    await app.close();
  };
});

test('a sentence typed at the end of a visible paragraph is in the saved file, and no other part changed', async () => {
  const before = await aPolicy();
  host.put('policy', before);
  const page = await openWord('policy');
  const complaints = watchComplaints(page);

  await page.getByText('Wash your hands before every contact.').first().click();
  await page.keyboard.press('End');
  await page.keyboard.type(' And after it & every <procedure>.');
  await saved(page);

  expect(documentOf('policy')).toContain(
    '<w:b/><w:bCs/></w:rPr><w:t>before every contact. And after it &amp; every &lt;procedure&gt;.',
  );
  const changed = readZip(host.content('policy')).filter(
    (entry, index) => !Buffer.from(entry.compressed).equals(readZip(before)[index]?.compressed ?? Buffer.alloc(0)),
  );
  expect(changed.map(({ name }) => name)).toEqual(['word/document.xml']);
  expect(complaints).toEqual([]);
}, 60_000);

test('a new paragraph, a cell and an empty document take typing too', async () => {
  host.put('policy', await aPolicy());
  host.put('empty', wordFile('<w:p/>'));
  const page = await openWord('policy');

  await placeCaret(page, 'Wash your hands');
  await page.keyboard.press('Enter');
  await page.keyboard.type('Use the foam.');
  await placeCaret(page, 'Ward 1');
  await page.keyboard.type(' and 2');
  await saved(page);

  const again = await openWord('policy');
  expect(await textsOf(again)).toEqual([
    'Hand hygiene',
    'Wash your hands before every contact.',
    'Use the foam.',
    'Ward 1 and 2',
    'Sister Mary',
    // The editor shows a last empty paragraph behind a table; the file has none.
    '',
  ]);
  const empty = await openWord('empty');
  await placeCaret(empty);
  await empty.keyboard.type('First words');
  await saved(empty);
  expect(documentOf('empty')).toContain('<w:t>First words</w:t>');
}, 60_000);

test('where changes are tracked, typing is a suggestion by who is signed in', async () => {
  host.put(
    'tracked',
    wordFile('<w:p><w:r><w:t>Old text</w:t></w:r></w:p>', { 'word/settings.xml': settingsXml('<w:trackRevisions/>') }),
  );
  const page = await openWord('tracked');

  await placeCaret(page, 'Old text');
  await page.keyboard.type(' and new');
  await saved(page);

  expect(documentOf('tracked')).toMatch(
    /<w:t>Old text<\/w:t><\/w:r><w:ins w:id="\d{1,4}" w:author="Ada Author" w:date="2026-01-05T09:00:00Z"><w:r>.*> and new<\/w:t>/,
  );
}, 60_000);

test('a protected document says why it takes no typing', async () => {
  const protection = settingsXml('<w:documentProtection w:edit="readOnly" w:enforcement="1"/>');
  host.put('protected', wordFile('<w:p><w:r><w:t>Final</w:t></w:r></w:p>', { 'word/settings.xml': protection }));
  const page = await openWord('protected');

  await page.getByText('Final').first().click();
  await page.keyboard.type('not this');

  await expectText(page, 'This document is protected: its author allows only reading.');
  expect(await textsOf(page)).toEqual(['Final']);
}, 60_000);

test('what somebody else saved meanwhile and what is typed here both survive', async () => {
  host.put('policy', wordFile(paragraphs('one', 'two', 'three')));
  // This page hears nothing of the other's saves before it saves itself.
  await context.route('**/saves', (route) => route.abort());
  const page = await openWord('policy');
  await placeCaret(page, 'one');
  await page.keyboard.type(' typed');
  await saved(page);

  const elsewhere = documentOf('policy').replace('>three<', '>three elsewhere<').replace('>two<', '>two elsewhere<');
  host.saveElsewhere('policy', wordFile('', { 'word/document.xml': elsewhere }));
  await placeCaret(page, 'two');
  await page.keyboard.type(' typed');
  await saved(page);

  const texts = await textsOf(page);
  expect(texts).toEqual([
    'one typed',
    'two typed',
    '[Earlier text by Eve Elsewhere: two elsewhere]',
    'three elsewhere',
  ]);
  for (const text of texts) expect(documentOf('policy')).toContain(`>${text}<`);
}, 60_000);

test('a failed save is said, the typing stays, and trying again saves it', async () => {
  host.put('policy', wordFile(paragraphs('one')));
  const page = await openWord('policy');
  await page.route('**/blocks', (route) => route.abort());

  await placeCaret(page, 'one');
  await page.keyboard.type(' unsaved');
  await expectText(page, 'Not saved yet. The server cannot be reached.');
  await page.keyboard.type(' words');
  await page.unroute('**/blocks');
  await page.getByRole('button', { name: 'Try again' }).click();
  await saved(page);

  expect(documentOf('policy')).toContain('>one unsaved words<');
}, 60_000);

test('a save whose answer is lost is not there twice', async () => {
  host.put('policy', wordFile(paragraphs('one')));
  const page = await openWord('policy');
  await page.route(
    '**/blocks',
    async (route) => {
      await route.fetch();
      await route.abort();
    },
    { times: 1 },
  );

  await placeCaret(page, 'one');
  await page.keyboard.press('Enter');
  await page.keyboard.type('two');
  await saved(page);

  expect(documentOf('policy').match(/>one<|>two</g)).toEqual(['>one<', '>two<']);
}, 60_000);

test('what was typed just before leaving is saved, and the document is closed', async () => {
  host.put('policy', wordFile(paragraphs('one')));
  const page = await openWord('policy');

  await placeCaret(page, 'one');
  await page.keyboard.type(' last');
  await page.goto('about:blank');

  await expect.poll(() => documentOf('policy'), PATIENCE).toContain('>one last<');
  await expect.poll(() => host.calls.at(-1) ?? '', PATIENCE).toMatch(/^(close|save) policy/);
  expect(host.calls).toContainEqual(expect.stringMatching(/^close policy/));
}, 60_000);

async function openWord(sourcedoc: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${url}/:w:/r/personal/ada/_layouts/15/Doc.aspx?sourcedoc=${sourcedoc}&action=default`);
  await page.waitForSelector('html[data-editor-ready]', PATIENCE);
  return page;
}

async function placeCaret(page: Page, text?: string): Promise<void> {
  const place = `window.wordForTests.placeCaret(${JSON.stringify(text)})`;
  await expect.poll(() => page.evaluate<boolean>(place), PATIENCE).toBe(true);
}

function textsOf(page: Page): Promise<string[]> {
  return page.evaluate<string[]>('window.wordForTests.paragraphs()');
}

async function saved(page: Page): Promise<void> {
  await page.waitForSelector('[data-save-state=saved]', PATIENCE);
}

async function expectText(page: Page, text: string): Promise<void> {
  await page.getByText(text).first().waitFor(PATIENCE);
}

function documentOf(sourcedoc: string): string {
  return readWordPackage(host.content(sourcedoc)).documentXml;
}

function paragraphs(...texts: string[]): string {
  return texts.map((text) => `<w:p><w:r><w:t>${text}</w:t></w:r></w:p>`).join('');
}

function watchComplaints(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (/^https?:/.test(request.url()) && !request.url().startsWith(url)) complaints.push(`outside: ${request.url()}`);
  });
  return complaints;
}

async function aPolicy(): Promise<Uint8Array> {
  const cell = (text: string) => new TableCell({ children: [new Paragraph(text)] });
  const document = new Document({
    sections: [
      {
        children: [
          new Paragraph({ text: 'Hand hygiene', heading: HeadingLevel.HEADING_1 }),
          new Paragraph({
            children: [new TextRun('Wash your hands '), new TextRun({ text: 'before every contact.', bold: true })],
          }),
          new Table({ rows: [new TableRow({ children: [cell('Ward 1'), cell('Sister Mary')] })] }),
        ],
      },
    ],
  });
  return Packer.toBuffer(document);
}

async function buildPage(): Promise<void> {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  await promisify(execFile)('npm', ['run', 'build'], { cwd: root });
}
