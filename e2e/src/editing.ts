import type { Page } from '@playwright/test';
import { type MicrosoftAccount, passMicrosoft, type WorkingCopy } from './microsoft.ts';
import type { Product } from './product.ts';
import { expect, type Visitor } from './visitors.ts';
import { waitForWord } from './word.ts';

/** The words of a person's name don't break over lines. */
export const unbroken = (name: string): string => name.replaceAll(' ', '\u00a0');

export const bandOf = (page: Page) => page.getByRole('region', { name: 'Editing in Microsoft 365' });
export const receiptOf = (page: Page) => page.getByRole('region', { name: 'Receipt' });

/** Clicks "Edit in Word" and waits until the new tab has become Word; signs in there where Microsoft asks for it. */
export async function openInWord({ page, context }: Visitor, account: MicrosoftAccount): Promise<Page> {
  const opening = context.waitForEvent('page');
  await page.getByRole('link', { name: 'Edit in Word' }).click();
  const word = await opening;
  await passMicrosoft(word, account);
  await waitForWord(word);
  return word;
}

/** Opens the document in Word, closes the tab again, and says where Microsoft keeps the copy. */
export async function openAndLeaveWord(
  visitor: Visitor,
  account: MicrosoftAccount,
  product: Product,
): Promise<WorkingCopy> {
  const before = new Set((await itemsSeen(product)).map(nameOf));
  const word = await openInWord(visitor, account);
  await expect(bandOf(visitor.page)).toContainText('Being edited in Word by');
  let copy: WorkingCopy | undefined;
  await expect
    .poll(async () => {
      copy = (await itemsSeen(product)).find((item) => !before.has(nameOf(item)));
      return copy;
    })
    .toBeDefined();
  await word.close();
  if (!copy) throw new Error('Microsoft was never asked for the copy');
  return copy;
}

/** From the document's page: the dialog waits for Microsoft, then the version is made. */
export async function checkIn(page: Page, summary: string, version: string): Promise<void> {
  await bandOf(page).getByRole('button', { name: 'Check in…' }).click();
  const dialog = page.getByRole('dialog', { name: /^Check in / });
  await dialog.getByLabel('What changed').fill(summary);
  await expect(dialog).toContainText('Everything saved in Microsoft 365 is here', { timeout: 40_000 });
  await dialog.getByRole('button', { name: new RegExp(`^Check in ${version}( anyway)?$`) }).click();
  await expect(receiptOf(page).getByRole('heading', { name: `Checked in as ${version}` })).toBeVisible({
    timeout: 30_000,
  });
}

/** The files that somebody asked Microsoft about, oldest first. */
async function itemsSeen(product: Product): Promise<WorkingCopy[]> {
  const log = (await product.control('GET', '/requests')) as { path: string }[] | { requests: { path: string }[] };
  const requests = Array.isArray(log) ? log : log.requests;
  return requests.flatMap(({ path }) => {
    const [, driveId, itemId] = /\/drives\/([^/]+)\/items\/([^/:]+)/.exec(path) ?? [];
    return driveId && itemId ? [{ driveId: decodeURIComponent(driveId), itemId: decodeURIComponent(itemId) }] : [];
  });
}

const nameOf = ({ driveId, itemId }: WorkingCopy): string => `${driveId}/${itemId}`;
