import { people } from '@megdocs/fixtures';
import { makeDocument } from './documents.ts';
import { connectMicrosoft } from './microsoft.ts';
import { signIn } from './sign-in.ts';
import { expect, test } from './visitors.ts';

test('on a phone the register is cards, a document reflows, and the bar at the foot leads everywhere', async ({
  visit,
}) => {
  const { page } = await visit({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  const overflow = () => page.evaluate(() => window.document.documentElement.scrollWidth - window.innerWidth);
  await signIn(page, people.author);
  await connectMicrosoft(page, people.author);
  const document = await makeDocument(page, 'Read at the bedside');

  const bar = page.getByRole('navigation', { name: 'Main' });
  await bar.getByRole('link', { name: 'Documents' }).tap();
  const cards = page.getByRole('list', { name: 'Documents' });
  const card = cards.getByRole('listitem').filter({ hasText: document.title });
  await expect(card).toContainText(document.number);
  await expect(card).toContainText('Draft');
  await expect(card).toContainText(`Version 0.1, ${people.author.name}`);
  expect(await overflow()).toBe(0);
  await card.getByRole('link', { name: document.title }).tap();

  await expect(page.getByRole('heading', { level: 1, name: document.title })).toBeVisible();
  await expect(page.frameLocator('iframe').getByText('Wash your hands before you touch a patient.')).toBeVisible();
  const edit = page.getByRole('link', { name: 'Edit in Word' });
  const box = await edit.boundingBox();
  expect(box?.width).toBeGreaterThan(280);
  expect(box?.height).toBeGreaterThanOrEqual(44);
  expect(await overflow()).toBe(0);

  await page.getByRole('tab', { name: /^Versions/ }).tap();
  await expect(page.getByRole('tabpanel')).toContainText('0.1');
  await page.getByRole('button', { name: 'Back' }).tap();
  await expect(page.getByRole('heading', { level: 1, name: 'Infection prevention' })).toBeAttached();

  await bar.getByRole('button', { name: 'More' }).tap();
  const drawer = page.getByRole('dialog', { name: 'Menu and folders' });
  await drawer.getByRole('link', { name: 'Microsoft' }).tap();
  await expect(drawer).toBeHidden();
  await expect(page.getByRole('region', { name: 'State of the connection' })).toContainText('Connected');
  expect(await overflow()).toBe(0);
  await bar.getByRole('link', { name: 'My work' }).tap();
  await expect(page.getByRole('heading', { level: 1, name: 'My work' })).toBeAttached();
  expect(await overflow()).toBe(0);
});
