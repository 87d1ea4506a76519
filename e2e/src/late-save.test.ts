import { people } from '@megdocs/fixtures';
import { makeDocument, wordsOf } from './documents.ts';
import { checkIn, openAndLeaveWord, receiptOf } from './editing.ts';
import { connectMicrosoft, saveInWord } from './microsoft.ts';
import { signIn } from './sign-in.ts';
import { expect, test } from './visitors.ts';
import { readDownload, wordText } from './word-file.ts';

test('E7: what a colleague saves after the check-in is told, looked at and adopted as 0.3', async ({
  visit,
  product,
}) => {
  const author = await visit();
  const { page } = author;
  await signIn(page, people.author);
  await connectMicrosoft(page, people.author);
  const document = await makeDocument(page, 'Cleaning of commodes');
  await page.goto(document.address);

  const copy = await openAndLeaveWord(author, people.author, product);
  await saveInWord(product, copy, people.author.email, wordsOf('Checked in by the author.'));
  await checkIn(page, 'Written anew', '0.2');
  await saveInWord(product, copy, people.author2.email, wordsOf('Saved late by a colleague.'));

  const receipt = receiptOf(page);
  await expect(receipt.getByRole('listitem').filter({ hasText: `${people.author2.name} saved again` })).toBeVisible({
    timeout: 45_000,
  });
  await page.getByRole('button', { name: /^Notifications/ }).click();
  await expect(page.getByRole('dialog', { name: 'Notifications' })).toContainText(
    `${people.author2.name} saved ${document.number} ${document.title} again`,
    { timeout: 45_000 },
  );
  await page.keyboard.press('Escape');

  await receipt.getByRole('link', { name: 'Look at it' }).click();
  await expect(page.getByRole('heading', { level: 1, name: /^Late save of/ })).toBeVisible();
  await expect(page.frameLocator('iframe').first().getByText('Saved late by a colleague.')).toBeVisible();
  await page.getByRole('button', { name: 'Adopt as 0.3…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Adopt the late save as 0.3?' });
  await dialog.getByLabel('What changed').fill('What Tomas added late');
  await dialog.getByRole('button', { name: 'Adopt as 0.3' }).click();

  const row = page.getByRole('table', { name: `Versions of ${document.number}` }).getByRole('row', { name: /^0\.3/ });
  await expect(row).toContainText(people.author2.name);
  await expect(row).toContainText('What Tomas added late');
  const downloading = page.waitForEvent('download');
  await row.getByRole('link', { name: `Download 0.3 of ${document.number}` }).click();
  expect(await wordText(await readDownload(await downloading))).toContain('Saved late by a colleague.');
  await expect(page.getByText('Late save', { exact: true })).toBeHidden();
});
