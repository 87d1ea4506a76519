import { access, constants } from 'node:fs/promises';
import { type Browser, chromium, type Page } from '@playwright/test';
import { Document, Packer, Paragraph } from 'docx';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BUILT_PAGE } from '../src/editor/serving/editor-page.ts';
import type { Emulator } from '../src/index.ts';
import { graphFor, PASSWORD, startTestEmulator, tokensFor } from './cast.ts';

const PATIENCE = { timeout: 20_000 };
let browser: Browser;
let emulator: Emulator;
let graph: ReturnType<typeof graphFor>;

beforeAll(async () => {
  await access(`${BUILT_PAGE}index.html`, constants.R_OK).catch(() => {
    throw new Error('The editor’s page is not built: npm run build --workspace microsoft365-emulator');
  });
  const args = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'];
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args });
  emulator = await startTestEmulator();
  graph = graphFor(emulator, (await tokensFor(emulator)).access);
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await emulator?.close();
});

test('webUrl asks to sign in, opens the document, locks it, and shows Graph what was typed and by whom', async () => {
  const document = new Document({ sections: [{ children: [new Paragraph('Wash your hands.')] }] });
  const put = await graph('PUT', '/me/drive/root:/hands.docx:/content', await Packer.toBuffer(document));
  const item = put.body;
  const page = await open('ann', item.webUrl);
  expect((await graph('DELETE', `/me/drive/items/${item.id}`)).status).toBe(423);

  expect(await page.evaluate("window.wordForTests.placeCaret('Wash your hands.')")).toBe(true);
  await page.keyboard.type(' Then dry them.');
  const read = async () => (await graph('GET', `/me/drive/items/${item.id}`)).body;
  const text = async () => textOf((await read())['@microsoft.graph.downloadUrl']);
  await expect.poll(text, PATIENCE).toContain('Wash your hands. Then dry them.');
  const saved = await read();
  expect(saved.cTag).not.toBe(item.cTag);
  expect(saved.lastModifiedBy.user.displayName).toBe('Ann Example');

  await page.close({ runBeforeUnload: true });
  const remove = async () => (await graph('DELETE', `/me/drive/items/${item.id}`)).status;
  await expect.poll(remove, PATIENCE).toBe(204);
}, 60_000);

test('two accounts in one shared file, one of them signed out while typing: nothing typed is lost', async () => {
  const item = await aSharedFile('shared.docx', 'write');
  const [ann, bob] = await Promise.all([open('ann', item.webUrl), open('bob', item.webUrl)]);
  await type(ann, 'first', ' by Ann');
  await shows(bob, ['first by Ann', 'second', 'third']);
  await type(bob, 'second', ' by Bob');
  await shows(ann, ['first by Ann', 'second by Bob', 'third']);

  emulator.control.changeUser('ann@hospital.example', { revokeSessions: true });
  await type(ann, 'third', ' by Ann, signed out');
  await ann.getByText('You are signed out.').waitFor(PATIENCE);
  // Meanwhile Bob deletes the paragraph: a change outlives that.
  await placeCaret(bob, 'third');
  await bob.keyboard.press('Shift+Home');
  await bob.keyboard.press('Backspace');
  await bob.keyboard.press('Backspace');
  await shows(bob, ['first by Ann', 'second by Bob']);
  await bob.locator('[data-save-state=saved]').waitFor(PATIENCE);

  const again = await ann.context().newPage();
  await again.goto(item.webUrl);
  await signIn(again, 'ann');
  await ann.getByRole('button', { name: 'Try again' }).click();
  await shows(ann, ['first by Ann', 'second by Bob', 'third by Ann, signed out']);
  await shows(bob, ['first by Ann', 'second by Bob', 'third by Ann, signed out']);
}, 60_000);

test('who reads a document sees its new name with what is saved next', async () => {
  const item = await aSharedFile('draft.docx', 'read');
  const bob = await open('bob', item.webUrl);
  expect((await graph('PATCH', `/me/drive/items/${item.id}`, { name: 'final.docx' })).status).toBe(200);
  const ann = await open('ann', item.webUrl);
  await type(ann, 'first', ' by Ann');

  await shows(bob, ['first by Ann', 'second', 'third']);
  await bob.getByRole('heading', { name: 'final.docx' }).waitFor(PATIENCE);
  expect(await bob.title()).toContain('final.docx');
}, 60_000);

async function aSharedFile(name: string, role: string) {
  const put = await graph('PUT', `/me/drive/root:/${name}:/content`, await aDocument('first', 'second', 'third'));
  const invitation = { recipients: [{ email: 'bob@hospital.example' }], roles: [role], requireSignIn: true };
  const invited = await graph('POST', `/me/drive/items/${put.body.id}/invite`, invitation);
  expect(invited.status).toBe(200);
  return put.body;
}

function aDocument(...texts: string[]): Promise<Buffer> {
  return Packer.toBuffer(new Document({ sections: [{ children: texts.map((text) => new Paragraph(text)) }] }));
}

async function open(name: string, webUrl: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.goto(webUrl);
  await signIn(page, name);
  return page;
}

async function signIn(page: Page, name: string): Promise<void> {
  await page.getByLabel('Email').fill(`${name}@hospital.example`);
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('html[data-editor-ready]').waitFor(PATIENCE);
}

async function placeCaret(page: Page, paragraph: string): Promise<void> {
  const place = `window.wordForTests.placeCaret(${JSON.stringify(paragraph)})`;
  await expect.poll(() => page.evaluate(place), PATIENCE).toBe(true);
}

async function type(page: Page, paragraph: string, text: string): Promise<void> {
  await placeCaret(page, paragraph);
  await page.keyboard.type(text);
}

async function shows(page: Page, texts: string[]): Promise<void> {
  await expect.poll(() => page.evaluate('window.wordForTests.paragraphs()'), PATIENCE).toEqual(texts);
}

async function textOf(url: string): Promise<string> {
  const parts = unzipSync(new Uint8Array(await (await fetch(url)).arrayBuffer()));
  return strFromU8(parts['word/document.xml'] ?? new Uint8Array()).replace(/<[^>]*>/g, '');
}
