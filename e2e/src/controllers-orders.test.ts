import { people } from '@megdocs/fixtures';
import { makeDocument, wordsOf } from './documents.ts';
import { bandOf, openAndLeaveWord, receiptOf } from './editing.ts';
import { inspectOnPhone, inspectPage } from './inspect-page.ts';
import { connectMicrosoft, saveInWord } from './microsoft.ts';
import { signIn } from './sign-in.ts';
import { expect, test } from './visitors.ts';

test('E9: a controller filters open edits, ticks one, reminds its person, and discards it with a reason', async ({
  visit,
  product,
}) => {
  const author = await visit();
  await signIn(author.page, people.author);
  await connectMicrosoft(author.page, people.author);
  const document = await makeDocument(author.page, 'Forgotten in Word');
  await author.page.goto(document.address);
  const copy = await openAndLeaveWord(author, people.author, product);
  await saveInWord(product, copy, people.author.email, wordsOf('Typed, and then forgotten.'));
  await expect(bandOf(author.page)).toContainText('1 checkpoint', { timeout: 30_000 });

  const { page } = await visit();
  await signIn(page, people.controller);
  await page.getByRole('link', { name: /^Editing now/ }).click();
  const row = page.getByRole('row').filter({ hasText: document.title });
  await expect(row).toBeVisible();
  await page.getByLabel('Show').selectOption('Needs a decision');
  await expect(row).toBeHidden();
  await page.getByLabel('Show').selectOption('All');
  await page.getByRole('searchbox', { name: 'Filter by document or person' }).fill('forgotten');
  await row.getByRole('checkbox').check();
  const bar = page.getByRole('region', { name: 'What to do with the ticked sessions' });
  await expect(bar).toContainText('ticked');
  await inspectPage(page, 'editing-now-ticked');
  await inspectOnPhone(page, 'editing-now-ticked');

  await bar.getByRole('button', { name: 'Remind' }).click();
  const results = page.getByRole('dialog', { name: 'What became of each' });
  await expect(results).toContainText(`${people.author.name} was told.`);
  await results.getByRole('button', { name: 'Close' }).last().click();
  await author.page.getByRole('button', { name: /^Notifications/ }).click();
  await expect(author.page.getByRole('dialog', { name: 'Notifications' })).toContainText('reminds you', {
    timeout: 45_000,
  });
  await author.page.keyboard.press('Escape');

  await row.getByRole('checkbox').check();
  await bar.getByRole('button', { name: 'Discard…' }).click();
  const dialog = page.getByRole('dialog', { name: /^Discard the edits of/ });
  await expect(dialog).toContainText(document.number);
  await dialog.getByLabel('Why').fill('Superseded by the national guideline');
  await inspectPage(page, 'dialog-discard-several');
  await dialog.getByRole('button', { name: /^Discard / }).click();
  await expect(results).toContainText('Discarded; what was typed is kept as a checkpoint.');
  await inspectPage(page, 'orders-done');
  await results.getByRole('button', { name: 'Close' }).last().click();
  await expect(row).toBeHidden();
  await expect(receiptOf(author.page)).toContainText('Superseded by the national guideline', { timeout: 30_000 });
});

test('E15: what MEGDocs did in OneDrive is shown to its person, and to IT with how edits end', async ({
  visit,
  product,
}) => {
  const author = await visit();
  const { page } = author;
  await signIn(page, people.author2);
  await connectMicrosoft(page, people.author2);
  const document = await makeDocument(page, 'Logged');
  await page.goto(document.address);
  await openAndLeaveWord(author, people.author2, product);
  await page.goto('/accounts/account/microsoft/log/');
  const table = page.getByRole('table', { name: 'Calls on files in Microsoft 365' });
  await expect(table.getByRole('row').filter({ hasText: 'Put the document into OneDrive' }).first()).toContainText(
    'Done',
  );
  await inspectPage(page, 'onedrive-log');
  await inspectOnPhone(page, 'onedrive-log');

  const it = await visit();
  await signIn(it.page, people.controller);
  await it.page.goto('/administration/onedrive/');
  await expect(it.page.getByRole('table', { name: 'Calls on files in Microsoft 365' })).toBeVisible();
  await it.page.getByLabel('Remind after days without a save').fill('5');
  await it.page.getByRole('button', { name: 'Save how edits end' }).click();
  await expect(it.page.getByText('Saved how edits end.')).toBeAttached();
  await inspectPage(it.page, 'onedrive-administration');
  await inspectOnPhone(it.page, 'onedrive-administration');
  const downloading = it.page.waitForEvent('download');
  await it.page.getByRole('link', { name: 'Download all as CSV' }).click();
  expect((await downloading).suggestedFilename()).toBe('what-megdocs-did-in-onedrive.csv');
});
