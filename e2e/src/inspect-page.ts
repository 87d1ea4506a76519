import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect } from './visitors.ts';

/** Dark differs from light in its colours alone. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];
const STANDARDS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'];
/** Fluent's focus sentinels: they lead the focus on and can't be seen. */
const SENTINELS = '[data-tabster-dummy]';
const DESK = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

/** Holds what is shown against WCAG A and AA, in light and in dark. With `PICTURES_DIR` set, a picture of each is left there. */
export async function inspectPage(page: Page, name: string): Promise<void> {
  await showIn(page, 'light');
  await takePicture(page, `${name}-light`);
  await expectNothingFound(new AxeBuilder({ page }).withTags(STANDARDS), `${name} in light`);
  await showIn(page, 'dark');
  await takePicture(page, `${name}-dark`);
  await expectNothingFound(new AxeBuilder({ page }).withRules(COLOUR_RULES), `${name} in dark`);
  await showIn(page, 'light');
}

/** Colours change over a tenth of a second: what is on its way between two themes belongs to neither. */
async function showIn(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await page.evaluate(async () => {
    await new Promise(requestAnimationFrame);
    const ending = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(ending.map(({ finished }) => finished));
  });
}

async function expectNothingFound(axe: AxeBuilder, where: string): Promise<void> {
  const { violations } = await axe.exclude(SENTINELS).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`);
  expect.soft(found, where).toEqual([]);
}

/** The same page on a phone: nothing may reach beyond the screen's side. */
export async function inspectOnPhone(page: Page, name: string): Promise<void> {
  await page.setViewportSize(PHONE);
  await inspectPage(page, `${name}-phone`);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect.soft(overflow, `${name} is wider than a phone`).toBeLessThanOrEqual(0);
  await page.setViewportSize(DESK);
}

async function takePicture(page: Page, name: string): Promise<void> {
  const folder = process.env.PICTURES_DIR;
  if (!folder) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
