import { handHygiene, people } from '@megdocs/fixtures';
import type { Page } from '@playwright/test';
import { makeDocument } from './documents.ts';
import { signIn } from './sign-in.ts';
import { expect, test } from './visitors.ts';

test('D2: a reader finds no draft in the register, by search or by its address', async ({ visit }) => {
  const author = (await visit()).page;
  await signIn(author, people.author);
  const draft = await makeDocument(author, 'Not for readers yet');

  const { page, watch } = await visit();
  watch.expectRefusal(404);
  await signIn(page, people.reader);
  const register = page.getByRole('table', { name: 'Documents' });
  await expect(register).toContainText('Infection prevention and control');
  await expect(register).not.toContainText(draft.title);
  await expect(register).not.toContainText(handHygiene.title);
  await expect(page.getByRole('button', { name: 'Upload' })).toBeHidden();

  await search(page, draft.title);
  await expect(page.getByText(/No document/)).toBeVisible();
  await seesNothingAt(page, draft.address);
  expect((await page.request.get(`/api/documents/${draft.id}/versions/0.1/content`)).status()).toBe(404);
});

test('D2: people of another institution see nothing of this one', async ({ visit }) => {
  const author = (await visit()).page;
  await signIn(author, people.author);
  const draft = await makeDocument(author, 'Only for St Mary’s');
  const published = author.getByRole('table', { name: 'Documents' }).getByRole('link', { name: 'Fire safety' });
  await author.goto('/documents/');
  const publishedAddress = (await published.getAttribute('href')) ?? '';

  const { page, watch } = await visit();
  watch.expectRefusal(404);
  await signIn(page, people.riversideController);
  await expect(page.getByRole('navigation', { name: 'Main' })).toContainText('Riverside Clinic');
  await expect(page.getByRole('table', { name: 'Documents' })).toContainText('Cleaning of treatment rooms');
  await expect(page.getByRole('table', { name: 'Documents' })).not.toContainText('Fire safety');
  await seesNothingAt(page, publishedAddress);
  await seesNothingAt(page, draft.address);
  await page.goto('/administration/people/');
  await expect(page.getByRole('main')).toContainText(people.riversideAuthor.name);
  await expect(page.getByRole('main')).not.toContainText(people.author.name);
});

test('D2: an address that leads nowhere says so and shows the way back', async ({ visit }) => {
  const { page } = await visit();
  await signIn(page, people.reader);
  await page.goto('/documents-of-old/7/');
  await expect(page.getByRole('heading', { level: 1, name: 'Nothing at this address' })).toBeVisible();
  await page.getByRole('link', { name: 'Go to the documents' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Documents' })).toBeVisible();
});

async function search(page: Page, words: string): Promise<void> {
  await page.getByRole('searchbox', { name: 'Search titles and numbers' }).fill(words);
  await page.keyboard.press('Enter');
}

async function seesNothingAt(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await expect(page.getByRole('main')).toContainText('does not exist, or you may not see it');
  await expect(page.getByRole('link', { name: 'Go to the documents' })).toBeVisible();
}
