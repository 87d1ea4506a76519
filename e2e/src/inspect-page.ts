import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect } from './visitors.ts';

const STANDARDS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'];
/** Fluent's focus sentinels: they lead the focus on and can't be seen. */
const SENTINELS = '[data-tabster-dummy]';
const DESK = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

/**
 * Holds what is shown against WCAG A and AA, in light and in dark, and looks for anything that is cut off on a phone.
 * With `PICTURES_DIR` set, a picture of each is left there.
 */
export async function inspectPage(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await takePicture(page, `${name}-${colorScheme}`);
    const { violations } = await new AxeBuilder({ page }).withTags(STANDARDS).exclude(SENTINELS).analyze();
    const found = violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`,
    );
    expect.soft(found, `${name} in ${colorScheme}`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

/** The same page on a phone: nothing may reach beyond the screen's side. */
export async function inspectOnPhone(page: Page, name: string): Promise<void> {
  await page.setViewportSize(PHONE);
  await inspectPage(page, `${name}-phone`);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect.soft(overflow, `${name} is wider than a phone`).toBe(0);
  await page.setViewportSize(DESK);
}

async function takePicture(page: Page, name: string): Promise<void> {
  const folder = process.env.PICTURES_DIR;
  if (!folder) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
