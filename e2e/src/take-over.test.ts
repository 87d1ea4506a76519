import { people } from '@megdocs/fixtures';
import { makeDocument, wordsOf } from './documents.ts';
import { bandOf, checkIn, openAndLeaveWord, unbroken } from './editing.ts';
import { inspectOnPhone, inspectPage } from './inspect-page.ts';
import { connectMicrosoft, passMicrosoft, saveInWord } from './microsoft.ts';
import { signIn } from './sign-in.ts';
import { expect, test } from './visitors.ts';
import { typeInWord } from './word.ts';
import { readDownload, wordText } from './word-file.ts';

const LEFT = 'Half a page, and then the bus came.';
const ADDED = ' The other half.';

test('E8: a colleague takes over from somebody who is away, goes on in Word, and checks in what both wrote', async ({
  visit,
  product,
}) => {
  const clare = await visit();
  await signIn(clare.page, people.author);
  await connectMicrosoft(clare.page, people.author);
  const document = await makeDocument(clare.page, 'Left on a Friday');
  await clare.page.goto(document.address);
  const copy = await openAndLeaveWord(clare, people.author, product);
  await saveInWord(product, copy, people.author.email, wordsOf('Left on a Friday', LEFT));
  await expect(bandOf(clare.page)).toContainText('1 checkpoint', { timeout: 30_000 });
  await clare.page.goto('/documents/');

  const tomas = await visit();
  const { page } = tomas;
  await signIn(page, people.author2);
  await connectMicrosoft(page, people.author2);
  await page.goto(document.address);
  await bandOf(page).getByRole('button', { name: 'Take over…' }).click();
  const dialog = page.getByRole('dialog', { name: new RegExp(`^Take over ${document.number} from`) });
  await expect(dialog).toContainText('stays named as an editor');
  await dialog.getByRole('button', { name: 'Take over', exact: true }).click();
  await expect(dialog).toContainText('This is needed');
  await dialog.getByLabel('Why').fill('Clare is on leave until Monday');
  await inspectPage(page, 'dialog-take-over');
  await inspectOnPhone(page, 'dialog-take-over');
  await dialog.getByRole('button', { name: 'Take over', exact: true }).click();
  await expect(dialog).toContainText('You go on with everything that was saved', { timeout: 60_000 });
  const opening = tomas.context.waitForEvent('page');
  await dialog.getByRole('link', { name: 'Open in Word' }).click();
  const word = await opening;
  await passMicrosoft(word, people.author2);
  await typeInWord(word, ADDED, LEFT);

  const band = bandOf(page);
  await expect(band).toContainText(`by ${unbroken(people.author2.name)} since`);
  await expect(band).toContainText(`Goes on with the edits of ${unbroken(people.author.name)}`);
  await inspectPage(page, 'band-taken-over');
  await clare.page.getByRole('button', { name: /^Notifications/ }).click();
  await expect(clare.page.getByRole('dialog', { name: 'Notifications' })).toContainText(
    'Clare is on leave until Monday',
    { timeout: 45_000 },
  );

  // The dialog's last look at Microsoft may come just after the version was made, and is refused.
  tomas.watch.expectRefusal(409);
  await checkIn(page, 'Both halves', '0.2');
  await page.getByRole('tab', { name: /^Versions/ }).click();
  const row = page.getByRole('table', { name: `Versions of ${document.number}` }).getByRole('row', { name: /^0\.2/ });
  await expect(row).toContainText(people.author.name);
  await expect(row).toContainText(people.author2.name);
  const downloading = page.waitForEvent('download');
  await row.getByRole('link', { name: `Download 0.2 of ${document.number}` }).click();
  expect(await wordText(await readDownload(await downloading))).toContain(`${LEFT}${ADDED}`);
});

test('E8: whoever started hands it over to a colleague by name', async ({ visit, product }) => {
  const tomas = await visit();
  await signIn(tomas.page, people.author2);
  await connectMicrosoft(tomas.page, people.author2);
  const { page, ...rest } = await visit();
  await signIn(page, people.author);
  await connectMicrosoft(page, people.author);
  const document = await makeDocument(page, 'Night shift');
  await page.goto(document.address);
  await openAndLeaveWord({ page, ...rest }, people.author, product);

  await bandOf(page).getByRole('button', { name: 'Hand over…' }).click();
  const dialog = page.getByRole('dialog', { name: `Hand ${document.number} over to a colleague?` });
  await dialog.getByLabel('Find a colleague').fill('Tomas');
  await dialog.getByRole('radio', { name: people.author2.name }).check();
  await dialog.getByLabel('Why').fill('My shift ends');
  await inspectPage(page, 'dialog-hand-over');
  await dialog.getByRole('button', { name: 'Hand over', exact: true }).click();
  await expect(dialog).toContainText('Your colleague was told', { timeout: 60_000 });
  await dialog.getByRole('button', { name: 'Close', exact: true }).click();
  await expect(bandOf(page)).toContainText(`by ${unbroken(people.author2.name)} since`);

  await tomas.page.goto(document.address);
  await expect(bandOf(tomas.page).getByRole('link', { name: 'Open in Word' })).toBeVisible({ timeout: 45_000 });
  await expect(bandOf(tomas.page)).toContainText('My shift ends');
});
