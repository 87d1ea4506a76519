import { people } from '@megdocs/fixtures';
import { makeDocument, wordsOf } from './documents.ts';
import { bandOf, openAndLeaveWord, receiptOf, unbroken } from './editing.ts';
import { inspectPage } from './inspect-page.ts';
import { connectMicrosoft, endConnection, saveInWord } from './microsoft.ts';
import { signIn } from './sign-in.ts';
import { expect, test } from './visitors.ts';
import { readDownload, wordText } from './word-file.ts';

test('E6: edits are discarded with a reason, and the document stays as it was', async ({ visit, product }) => {
  const author = await visit();
  const { page } = author;
  await signIn(page, people.author);
  await connectMicrosoft(page, people.author);
  const document = await makeDocument(page, 'To be discarded');
  await page.goto(document.address);
  const copy = await openAndLeaveWord(author, people.author, product);
  await saveInWord(product, copy, people.author.email, wordsOf('A thought that led nowhere.'));
  await expect(bandOf(page)).toContainText('1 checkpoint', { timeout: 30_000 });

  await bandOf(page).getByRole('button', { name: 'Discard…' }).click();
  const dialog = page.getByRole('dialog', { name: /^Discard the edits of/ });
  await expect(dialog).toContainText(`${document.number} stays at 0.1`);
  await dialog.getByRole('button', { name: 'Discard the edits' }).click();
  await expect(dialog).toContainText('This is needed');
  await expect(dialog.getByLabel('Why')).toBeFocused();
  await dialog.getByLabel('Why').fill('It led nowhere');
  await dialog.getByRole('button', { name: 'Discard the edits' }).click();
  await expect(dialog).toBeHidden();
  await expect(receiptOf(page)).toContainText('It led nowhere');

  await page.getByRole('tab', { name: 'Activity' }).click();
  await expect(page.getByRole('tabpanel')).toContainText('It led nowhere');
  await page.getByRole('tab', { name: /^Versions/ }).click();
  const versions = page.getByRole('table', { name: `Versions of ${document.number}` });
  await expect(versions.getByRole('row')).toHaveCount(2);
  await expect(page.getByRole('link', { name: 'Edit in Word' })).toBeVisible();
});

test('E6: what nobody changed is closed without a version', async ({ visit, product }) => {
  const author = await visit();
  const { page } = author;
  await signIn(page, people.author);
  await connectMicrosoft(page, people.author);
  const document = await makeDocument(page, 'Only looked at');
  await page.goto(document.address);
  await openAndLeaveWord(author, people.author, product);

  await bandOf(page).getByRole('button', { name: 'Check in…' }).click();
  const dialog = page.getByRole('dialog', { name: /^Check in/ });
  await expect(dialog).toContainText('Nothing was changed in this copy', { timeout: 40_000 });
  await expect(dialog.getByRole('button', { name: /^Check in/ })).toBeHidden();
  await dialog.getByRole('button', { name: 'Close without a version' }).click();
  await expect(dialog).toBeHidden();
  await expect(receiptOf(page)).toContainText('Closed without a version');
  await expect(page.getByRole('tab', { name: /^Versions/ })).toContainText('1');
});

test('E6, E9: edits that wait for a decision stand in "Editing now", and the controller recovers them', async ({
  visit,
  product,
}) => {
  const author = await visit();
  await signIn(author.page, people.author2);
  await connectMicrosoft(author.page, people.author2);
  const document = await makeDocument(author.page, 'Left half-way');
  await author.page.goto(document.address);
  const copy = await openAndLeaveWord(author, people.author2, product);
  await saveInWord(product, copy, people.author2.email, wordsOf('Half a page, and then they left.'));
  await expect(bandOf(author.page)).toContainText('1 checkpoint', { timeout: 30_000 });

  const { page } = await visit();
  await signIn(page, people.controller);
  await page.getByRole('link', { name: 'Editing now' }).click();
  const row = page.getByRole('row').filter({ hasText: document.title });
  await expect(row).toContainText(people.author2.name);
  await expect(row).toContainText('Connected');
  await inspectPage(page, 'editing-now-open');
  await endConnection(author.page);

  await expect(row).toContainText('Needs a decision');
  await row.getByRole('button', { name: `Decide about ${document.number}` }).click();
  const dialog = page.getByRole('dialog', { name: `Decide about ${document.number} ${document.title}` });
  await expect(dialog.getByRole('radio', { name: /^Recover as 0\.2/ }).first()).toBeChecked();
  await inspectPage(page, 'dialog-decide');
  await dialog.getByLabel('What changed').fill('What Tomas had written');
  await dialog.getByRole('button', { name: 'Recover as 0.2' }).click();
  await expect(dialog).toBeHidden();
  await expect(row).toBeHidden();

  await page.goto(`${document.address}?tab=versions`);
  const version = page
    .getByRole('table', { name: `Versions of ${document.number}` })
    .getByRole('row', { name: /^0\.2/ });
  await expect(version).toContainText(people.author2.name);
  const downloading = page.waitForEvent('download');
  await version.getByRole('link', { name: `Download 0.2 of ${document.number}` }).click();
  expect(await wordText(await readDownload(await downloading))).toContain('Half a page, and then they left.');
  await author.page.goto(document.address);
  await expect(author.page.getByRole('main')).toContainText(unbroken(people.author2.name));
});
