import { access, constants } from 'node:fs/promises';
import { type Browser, chromium } from '@playwright/test';
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
  const page = await browser.newPage();
  await page.goto(item.webUrl);
  await page.getByLabel('Email').fill('ann@hospital.example');
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('html[data-editor-ready]').waitFor(PATIENCE);
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

async function textOf(url: string): Promise<string> {
  const parts = unzipSync(new Uint8Array(await (await fetch(url)).arrayBuffer()));
  return strFromU8(parts['word/document.xml'] ?? new Uint8Array()).replace(/<[^>]*>/g, '');
}
