import { people } from '@megdocs/fixtures';
import type { Page } from '@playwright/test';
import { makeDocument } from './documents.ts';
import { expect, test } from './visitors.ts';

test('everything goes by keyboard: signing in, searching, opening a document, its tabs and its dialogs', async ({
  visit,
}) => {
  const { page } = await visit();
  const { keyboard } = page;
  await page.goto('/documents/');
  await expect(page.getByLabel('Email')).toBeFocused();
  await keyboard.type(people.author2.email);
  await keyboard.press('Tab');
  await keyboard.type(people.author2.password);
  await keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Documents' })).toBeFocused();
  const document = await makeDocument(page, 'Found by the keyboard');

  await keyboard.press('/');
  const search = page.getByRole('searchbox', { name: 'Search titles and numbers' });
  await expect(search).toBeFocused();
  await keyboard.type('by the keyboard');
  await keyboard.press('Enter');
  const link = page.getByRole('table', { name: 'Documents' }).getByRole('link', { name: document.title });
  await expect(link).toBeVisible();
  await tabTo(page, link);
  await keyboard.press('Enter');
  const title = page.getByRole('heading', { level: 1, name: document.title });
  await expect(title).toBeFocused();

  const read = page.getByRole('tab', { name: 'Read' });
  await tabTo(page, read);
  await keyboard.press('ArrowRight');
  const versions = page.getByRole('tab', { name: /^Versions/ });
  await expect(versions).toBeFocused();
  await keyboard.press('Enter');
  await expect(versions).toHaveAttribute('aria-selected', 'true');
  await expect(page.getByRole('table', { name: `Versions of ${document.number}` })).toBeVisible();

  const opener = page.getByRole('button', { name: 'Send to review' });
  await page.keyboard.press('Shift+Tab');
  for (let step = 0; step < 20 && !(await opener.evaluate((it) => it === it.ownerDocument.activeElement)); step++)
    await keyboard.press('Shift+Tab');
  await expect(opener).toBeFocused();
  await keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByLabel('Comment for the reviewers')).toBeFocused();
  for (let step = 0; step < 8; step++) {
    await keyboard.press('Tab');
    await expect(dialog.locator(':focus')).toBeVisible();
  }
  await keyboard.press('/');
  await keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(opener).toBeFocused();
});

test('the first stop of a page is the way past its menus', async ({ visit }) => {
  const { page } = await visit();
  await page.goto('/documents/');
  await page.getByLabel('Email').fill(people.reader.email);
  await page.getByLabel('Password', { exact: true }).fill(people.reader.password);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('table', { name: 'Documents' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('table', { name: 'Documents' })).toBeVisible();
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: 'Skip to the content' });
  await expect(skip).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();
});

/** Tab after tab, as a person without a mouse gets there. */
async function tabTo(page: Page, target: ReturnType<Page['locator']>): Promise<void> {
  for (let step = 0; step < 60; step++) {
    if (await target.evaluate((it) => it === it.ownerDocument.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  await expect(target).toBeFocused();
}
