import { access, constants } from 'node:fs/promises';
import { type Browser, chromium, type Page } from '@playwright/test';
import { BUILT_PAGE } from '../src/editor/serving/editor-page.ts';
import { PASSWORD } from './cast.ts';

export const PATIENCE = { timeout: 20_000 };

const ARGUMENTS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'];

export async function launchChromium(): Promise<Browser> {
  await access(`${BUILT_PAGE}index.html`, constants.R_OK).catch(() => {
    throw new Error('The editor’s page is not built: npm run build --workspace microsoft365-emulator');
  });
  const executablePath = process.env.CHROMIUM_PATH || '/usr/bin/chromium';
  return chromium.launch({ executablePath, args: ARGUMENTS });
}

/** Ann opens an item's `webUrl` in a browser of her own. */
export async function openInBrowser(browser: Browser, webUrl: string, options = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  await page.goto(webUrl);
  await page.getByLabel('Email').fill('ann@hospital.example');
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('html[data-editor-ready]').waitFor(PATIENCE);
  return page;
}

export async function waitUntilSaved(page: Page): Promise<void> {
  await page.waitForSelector('[data-save-state=saved]', PATIENCE);
}

/** What the page complained of: errors, warnings, calls to other hosts. */
export function watchComplaints(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return complaints;
}
