import { people } from '@megdocs/fixtures';
import type { Page } from '@playwright/test';
import { makeDocument } from './documents.ts';
import { bandOf, openInWord } from './editing.ts';
import { inspectPage } from './inspect-page.ts';
import { connectMicrosoft, endConnection, passMicrosoft } from './microsoft.ts';
import { signIn } from './sign-in.ts';
import { expect, test } from './visitors.ts';

const blockersOf = (page: Page) => page.getByRole('region', { name: 'What stands in the way of editing' });

test('E1: "Edit in Word" lists all that stands in the way, and works when the last of it is gone', async ({
  visit,
}) => {
  const { page } = await visit();
  await signIn(page, people.author2);
  await endConnection(page);
  const document = await makeDocument(page, 'Two things in the way');
  await page.goto(document.address);
  await page.getByRole('button', { name: 'Send to review' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Send to review' }).click();

  const list = blockersOf(page);
  await expect(list.getByRole('listitem')).toHaveCount(2);
  await expect(list.getByRole('listitem').nth(0)).toContainText(/Your Microsoft account isn['’]t connected/);
  await expect(list.getByRole('listitem').nth(1)).toContainText('Version 0.1 is in review.');
  await expect(list.getByRole('listitem').nth(1)).toContainText('You can send it back to draft.');
  const edit = page.getByRole('button', { name: 'Edit in Word' });
  await expect(edit).toHaveAttribute('aria-disabled', 'true');
  await expect(edit).toHaveAccessibleDescription(/isn['’]t connected.*in review/);

  await list.getByRole('button', { name: 'Connect it' }).click();
  await passMicrosoft(page, people.author2);
  await expect(page).toHaveURL(new RegExp(document.address));
  await expect(list.getByRole('listitem')).toHaveCount(1);
  await list.getByRole('button', { name: 'Send back to draft' }).click();
  const dialog = page.getByRole('dialog', { name: /^Send .* back to draft\?$/ });
  await dialog.getByLabel('What should change').fill('One more sentence');
  await dialog.getByRole('button', { name: 'Send back to draft' }).click();
  await expect(list).toBeHidden();
  await expect(page.getByRole('link', { name: 'Edit in Word' })).toBeVisible();
});

test('E1, E3: while one person edits, the other reads who it is and since when', async ({ visit }) => {
  const first = await visit();
  await signIn(first.page, people.author);
  await connectMicrosoft(first.page, people.author);
  const document = await makeDocument(first.page, 'One at a time');
  await first.page.goto(document.address);
  const word = await openInWord(first, people.author);
  await expect(bandOf(first.page)).toContainText('Being edited in Word by');

  const { page, watch } = await visit();
  watch.expectRefusal(409);
  await signIn(page, people.author2);
  await connectMicrosoft(page, people.author2);
  await page.goto('/documents/');
  const row = page.getByRole('table', { name: 'Documents' }).getByRole('row').filter({ hasText: document.title });
  await expect(row).toContainText(/Being edited in Word by Clare\s+Whitcombe since \d\d:\d\d/);
  await page.goto(document.address);
  await expect(bandOf(page)).toContainText(/Being edited in Word by Clare\s+Whitcombe since \d\d:\d\d/);
  const blocker = blockersOf(page).getByRole('listitem');
  await expect(blocker).toContainText(/Clare\s+Whitcombe has been editing it in Word since \d\d:\d\d\./);
  await expect(blocker).toContainText('It is free again when they check in or discard.');
  await expect(page.getByRole('button', { name: 'Check in…' })).toBeHidden();

  // The address of the opening tab, kept from another day.
  await page.goto(`${document.address}open/`);
  await expect(page.getByRole('alert')).toContainText(/Clare\s+Whitcombe is editing it in Word/);
  await expect(page.getByRole('alert')).toContainText('It is free again when they check in or discard.');
  await inspectPage(page, 'opening-refused');
  await page.getByRole('link', { name: 'Go to the document' }).click();
  await expect(bandOf(page)).toBeVisible();

  await word.close();
  await bandOf(first.page).getByRole('button', { name: 'Check in…' }).click();
  const dialog = first.page.getByRole('dialog', { name: /^Check in/ });
  await expect(dialog).toContainText('Nothing was changed in this copy', { timeout: 40_000 });
  await dialog.getByRole('button', { name: 'Close without a version' }).click();
  await expect(page.getByRole('link', { name: 'Edit in Word' })).toBeVisible();
});
