import { handHygiene, people } from '@megdocs/fixtures';
import { connectMicrosoft, passMicrosoft } from './microsoft.ts';
import { signIn } from './sign-in.ts';
import { expect, test } from './visitors.ts';
import { typeInWord } from './word.ts';
import { readDownload, wordText } from './word-file.ts';

const SENTENCE = ' Wash for as long as it takes to sing Happy Birthday twice.';

test('E1, E2, E6, E7, E10: a sentence typed in Word becomes version 0.2 with the author’s name, and the copy goes', async ({
  visit,
}) => {
  const { page, context } = await visit();
  await signIn(page, people.author);
  await connectMicrosoft(page, people.author);

  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Documents' }).click();
  await page.getByRole('link', { name: handHygiene.title, exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: handHygiene.title })).toBeVisible();

  const opening = context.waitForEvent('page');
  await page.getByRole('link', { name: 'Edit in Word' }).click();
  const word = await opening;
  await passMicrosoft(word, people.author);
  await typeInWord(word, SENTENCE);

  const band = page.getByRole('region', { name: 'Editing in Microsoft 365' });
  await expect(band).toContainText(`Being edited in Word by ${people.author.name.replace(' ', '\u00a0')}`);
  await expect(band).toContainText(/Last saved in Microsoft 365 .* ago/, { timeout: 30_000 });
  await band.getByRole('button', { name: 'Check in…' }).click();

  const dialog = page.getByRole('dialog', { name: /^Check in SOP-QA-014/ });
  await expect(dialog).toContainText(/Asking Microsoft|Waiting for Microsoft/);
  await dialog.getByLabel('What changed').fill('How long to wash');
  await expect(dialog).toContainText('Everything saved in Microsoft 365 is here', { timeout: 40_000 });
  await dialog.getByRole('button', { name: 'Check in 0.2', exact: true }).click();
  await expect(dialog).toBeHidden({ timeout: 30_000 });

  const receipt = page.getByRole('region', { name: 'Receipt' });
  await expect(receipt.getByRole('heading', { name: 'Checked in as 0.2' })).toBeFocused();
  await expect(receipt.getByRole('listitem').first()).toContainText('0.2');

  await page.getByRole('tab', { name: /^Versions/ }).click();
  const row = page.getByRole('table', { name: 'Versions of SOP-QA-014' }).getByRole('row', { name: /^0\.2/ });
  await expect(row).toContainText(people.author.name);
  await expect(row).toContainText('How long to wash');
  const downloading = page.waitForEvent('download');
  await row.getByRole('link', { name: 'Download 0.2 of SOP-QA-014' }).click();
  expect(await wordText(await readDownload(await downloading))).toContain(SENTENCE.trim());

  await word.close();
  await expect(receipt).toContainText(/copy .*deleted/i, { timeout: 90_000 });
});
