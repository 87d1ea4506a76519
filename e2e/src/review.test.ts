import { people } from '@megdocs/fixtures';
import { chosenFile, makeDocument, wordsOf } from './documents.ts';
import { connectMicrosoft } from './microsoft.ts';
import { signIn } from './sign-in.ts';
import { expect, test } from './visitors.ts';

test('D3, D6: what an approver publishes is what readers see, also while a revision is written', async ({ visit }) => {
  const author = (await visit()).page;
  const approver = (await visit()).page;
  const readerVisit = await visit();
  const reader = readerVisit.page;
  await signIn(author, people.author);
  await signIn(approver, people.approver);
  await signIn(reader, people.reader);
  await connectMicrosoft(author, people.author);
  const document = await makeDocument(author, 'Care of drains', wordsOf('Empty the drain at noon.'));

  await author.goto(document.address);
  await expect(author.getByRole('button', { name: 'Publish 1.0' })).toBeHidden();
  await author.getByRole('button', { name: 'Send to review' }).click();
  const sending = author.getByRole('dialog', { name: `Send ${document.number} ${document.title} to review?` });
  await sending.getByLabel('Comment for the reviewers').fill('Ready, I think');
  await sending.getByRole('button', { name: 'Send to review' }).click();
  await expect(sending).toBeHidden();
  await expect(author.getByRole('main')).toContainText(/In review 0\.1/);
  await expect(author.getByRole('button', { name: 'Publish 1.0' })).toBeHidden();

  readerVisit.watch.expectRefusal(404);
  await reader.goto(document.address);
  await expect(reader.getByRole('main')).toContainText('does not exist, or you may not see it');

  await approver.goto(document.address);
  await approver.getByRole('button', { name: 'Publish 1.0' }).click();
  const publishing = approver.getByRole('dialog', { name: `Publish ${document.number} ${document.title} as 1.0?` });
  await publishing.getByRole('button', { name: 'Publish 1.0' }).click();
  await expect(publishing).toBeHidden();
  await expect(approver.getByRole('main')).toContainText(/Published 1\.0/);

  await reader.goto(document.address);
  await expect(reader.getByRole('main')).toContainText(/Published 1\.0/);
  await expect(reader.frameLocator('iframe').getByText('Empty the drain at noon.')).toBeVisible();
  await reader.getByRole('tab', { name: /^Versions/ }).click();
  const versions = reader.getByRole('table', { name: `Versions of ${document.number}` });
  await expect(versions.getByRole('row', { name: /^1\.0/ })).toBeVisible();
  await expect(versions.getByRole('row', { name: /^0\.1/ })).toBeHidden();

  await author.goto(document.address);
  await author.getByRole('button', { name: 'Start a revision' }).click();
  const revising = author.getByRole('dialog', { name: `Start a revision of ${document.number} ${document.title}?` });
  await revising.getByLabel('Why it is revised').fill('Noon is too late');
  await revising.getByRole('button', { name: 'Start a revision' }).click();
  await expect(revising).toBeHidden();
  await author.getByRole('button', { name: 'Other ways to a next version' }).click();
  await author.getByRole('menuitem', { name: 'Upload a new version…' }).click();
  const uploading = author.getByRole('dialog', { name: `Upload 1.1 of ${document.number}` });
  await uploading
    .getByLabel('File', { exact: true })
    .setInputFiles(chosenFile('Care of drains.docx', wordsOf('Empty the drain at ten.')));
  await uploading.getByLabel('What changed').fill('Ten, not noon');
  await uploading.getByRole('button', { name: 'Upload 1.1' }).click();
  await expect(uploading).toBeHidden();
  await expect(author.frameLocator('iframe').getByText('Empty the drain at ten.')).toBeVisible();

  await reader.goto(document.address);
  await expect(reader.getByRole('main')).toContainText(/Published 1\.0/);
  await expect(reader.frameLocator('iframe').getByText('Empty the drain at noon.')).toBeVisible();
  await reader.getByRole('tab', { name: /^Versions/ }).click();
  await expect(versions.getByRole('row', { name: /^1\.0/ })).toBeVisible();
  await expect(versions).not.toContainText('1.1');
});
