import { people } from '@megdocs/fixtures';
import { makeDocument } from './documents.ts';
import { bandOf, checkIn, openInWord, unbroken } from './editing.ts';
import { inspectOnPhone, inspectPage } from './inspect-page.ts';
import { connectMicrosoft, passMicrosoft } from './microsoft.ts';
import { signIn } from './sign-in.ts';
import { expect, test } from './visitors.ts';
import { typeInWord } from './word.ts';
import { readDownload, wordText } from './word-file.ts';

const HERS = ' Clare wrote this sentence.';
const HIS = ' Tomas wrote that sentence.';

test('E4, E11: two people write in Word at once; the version holds both sentences and names both', async ({
  visit,
}) => {
  const clare = await visit();
  const tomas = await visit();
  await signIn(clare.page, people.author);
  await connectMicrosoft(clare.page, people.author);
  await signIn(tomas.page, people.author2);
  await connectMicrosoft(tomas.page, people.author2);
  const document = await makeDocument(clare.page, 'Written by two');
  await clare.page.goto(document.address);
  const herWord = await openInWord(clare, people.author);

  await tomas.page.goto(document.address);
  await expect(bandOf(tomas.page)).toContainText(`by ${unbroken(people.author.name)}`);
  await inspectPage(tomas.page, 'band-join');
  const opening = tomas.context.waitForEvent('page');
  await bandOf(tomas.page).getByRole('link', { name: 'Join in Word' }).click();
  const hisWord = await opening;
  await passMicrosoft(hisWord, people.author2);
  await typeInWord(herWord, HERS, 'Written by two');
  await typeInWord(hisWord, HIS, 'Wash your hands');
  await expect.poll(() => herWord.evaluate(() => window.wordForTests?.paragraphs().join())).toContain(HIS.trim());

  const band = bandOf(clare.page);
  await expect(band).toContainText(`by ${unbroken(people.author.name)} and ${unbroken(people.author2.name)}`);
  await expect(bandOf(tomas.page).getByRole('link', { name: 'Open in Word' })).toBeVisible();
  await inspectPage(clare.page, 'band-together');
  await inspectOnPhone(clare.page, 'band-together');
  await expect(band).toContainText(/Last saved in Microsoft 365 .* ago/, { timeout: 30_000 });
  // The dialog's last look at Microsoft may come just after the version was made, and is refused.
  clare.watch.expectRefusal(409);
  await checkIn(clare.page, 'Written by two', '0.2');

  await tomas.page.getByRole('button', { name: /^Notifications/ }).click();
  await expect(tomas.page.getByRole('dialog', { name: 'Notifications' })).toContainText(
    `${people.author.name} has checked in`,
    { timeout: 45_000 },
  );
  await clare.page.getByRole('tab', { name: /^Versions/ }).click();
  const row = clare.page
    .getByRole('table', { name: `Versions of ${document.number}` })
    .getByRole('row', { name: /^0\.2/ });
  await expect(row).toContainText(people.author.name);
  await expect(row).toContainText(people.author2.name);
  const downloading = clare.page.waitForEvent('download');
  await row.getByRole('link', { name: `Download 0.2 of ${document.number}` }).click();
  const text = await wordText(await readDownload(await downloading));
  expect(text).toContain(HERS.trim());
  expect(text).toContain(HIS.trim());
});
