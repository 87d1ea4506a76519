import { encryptedDocument, people, truncatedDocument } from '@megdocs/fixtures';
import type { Page } from '@playwright/test';
import { chosenFile, INFECTION_PREVENTION, wordsOf } from './documents.ts';
import { inspectPage } from './inspect-page.ts';
import { signIn } from './sign-in.ts';
import { expect, test } from './visitors.ts';

test('D2: files dropped on a folder and chosen by the button become drafts, each with a row of its own', async ({
  visit,
}) => {
  const { page } = await visit();
  await signIn(page, people.author);
  await openFolder(page);

  await dropFile(page, 'Dropped on the page.docx', wordsOf('Dropped on the page.'));
  const uploads = page.getByRole('region', { name: 'Uploads' });
  const dropped = uploads.getByRole('listitem').filter({ hasText: 'Dropped on the page.docx' });
  await expect(dropped).toContainText(/Draft 0\.1 made as/);

  const choosing = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Upload', exact: true }).click();
  await (await choosing).setFiles(chosenFile('Chosen by the button.docx', wordsOf('Chosen by the button.')));
  const chosen = uploads.getByRole('listitem').filter({ hasText: 'Chosen by the button.docx' });
  await expect(chosen).toContainText(/Draft 0\.1 made as/);

  await expect(page.getByRole('table', { name: 'Documents' })).toContainText('Dropped on the page');
  await chosen.getByRole('link').click();
  await expect(page.getByRole('heading', { level: 1, name: 'Chosen by the button' })).toBeVisible();
  await expect(page.frameLocator('iframe').getByText('Chosen by the button.')).toBeVisible();
});

test('D2: an upload shows how far it has come, and can be cancelled', async ({ visit }) => {
  const { page, context } = await visit();
  await signIn(page, people.author);
  await openFolder(page);
  // A ward's slow line.
  const line = await context.newCDPSession(page);
  await line.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 20,
    downloadThroughput: -1,
    uploadThroughput: 200_000,
  });

  await dropFile(page, 'On its way.docx', Buffer.alloc(3_000_000, 'x'));
  const row = page
    .getByRole('region', { name: 'Uploads' })
    .getByRole('listitem')
    .filter({ hasText: 'On its way.docx' });
  await expect(row).toContainText(/[1-9]\d?\u00a0% of 2\.9\u00a0MB|[1-9]\d?\u00a0% of 3(\.0)?\u00a0MB/);
  await expect(row.getByRole('progressbar', { name: 'Upload' })).toBeVisible();
  await row.getByRole('button', { name: 'Cancel On its way.docx' }).click();
  await expect(row).toContainText('Cancelled; nothing of it was kept');
});

test('E13: a document with a password and a damaged one are refused in words that help', async ({ visit }) => {
  const { page, watch } = await visit();
  watch.expectRefusal(422);
  await signIn(page, people.author);
  await openFolder(page);

  const uploads = page.getByRole('region', { name: 'Uploads' });
  await dropFile(page, 'Secret.docx', encryptedDocument());
  const secret = uploads.getByRole('listitem').filter({ hasText: 'Secret.docx' });
  await expect(secret).toContainText(/Not taken: .*password/);
  await expect(secret).toContainText(/Remove it in Word|without a password|take the password away/i);

  await dropFile(page, 'Half.docx', truncatedDocument());
  const half = uploads.getByRole('listitem').filter({ hasText: 'Half.docx' });
  await expect(half).toContainText(/Not taken: .*(damaged|incomplete|can’t be read|can not be read)/);

  await inspectPage(page, 'uploads-refused');
  const replacing = page.waitForEvent('filechooser');
  await half.getByRole('button', { name: 'Replace file Half.docx' }).click();
  await (await replacing).setFiles(chosenFile('Whole.docx', wordsOf('Whole again.')));
  await expect(uploads.getByRole('listitem').filter({ hasText: 'Whole.docx' })).toContainText(/Draft 0\.1 made as/);
  await expect(page.getByRole('table', { name: 'Documents' })).not.toContainText('Secret');
});

async function openFolder(page: Page): Promise<void> {
  const folders = page.getByRole('navigation', { name: 'Folders' });
  await folders.getByRole('link', { name: /^Clinical/ }).click();
  await folders.getByRole('link', { name: new RegExp(`^${INFECTION_PREVENTION}`) }).click();
  await expect(page.getByRole('heading', { level: 1, name: INFECTION_PREVENTION })).toBeVisible();
}

/** What a browser does when a person lets a file go over the page. */
async function dropFile(page: Page, name: string, content: Buffer): Promise<void> {
  const data = await page.evaluateHandle(
    ({ fileName, base64 }) => {
      const transfer = new DataTransfer();
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      transfer.items.add(new File([bytes], fileName));
      return transfer;
    },
    { fileName: name, base64: content.toString('base64') },
  );
  const main = page.getByRole('main');
  await main.dispatchEvent('dragenter', { dataTransfer: data });
  await expect(page.getByText(`Drop to upload into ${INFECTION_PREVENTION}`)).toBeVisible();
  await main.dispatchEvent('drop', { dataTransfer: data });
}
