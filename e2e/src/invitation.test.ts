import { people, stMarys } from '@megdocs/fixtures';
import { inspectPage } from './inspect-page.ts';
import { signIn } from './sign-in.ts';
import { expect, test } from './visitors.ts';

test('A2: an invited person chooses a password by the link, signs in, and the link works once', async ({ visit }) => {
  const { page } = await visit();
  const newcomer = {
    name: 'Maya Thornbury',
    email: `maya.${Date.now().toString(36)}@stmarys.example`,
    password: 'seven quiet wards at night',
  };
  await signIn(page, people.controller);
  await page.getByRole('link', { name: 'Administration' }).click();
  await page.getByRole('button', { name: 'Invite…' }).click();
  const inviting = page.getByRole('dialog', { name: 'Invite a person' });
  await inviting.getByLabel('Name').fill(newcomer.name);
  await inviting.getByLabel('Work email').fill(newcomer.email);
  await inviting.getByRole('checkbox', { name: 'Authors' }).check();
  await inviting.getByRole('button', { name: 'Make the invitation' }).click();
  const made = page.getByRole('dialog', { name: `Invitation for ${newcomer.name}` });
  const link = (await made.locator('code').textContent()) ?? '';
  await inspectPage(page, 'dialog-invitation-link');
  await made.getByRole('button', { name: 'Close, I have passed it on' }).click();
  await expect(page.getByRole('row').filter({ hasText: newcomer.email })).toContainText(/invited/i);

  const theirs = await visit();
  theirs.watch.expectRefusal(404);
  theirs.watch.expectRefusal(410);
  theirs.watch.expectRefusal(422);
  theirs.watch.expectRefusal(400);
  await theirs.page.goto(link);
  await expect(theirs.page.getByRole('heading', { level: 1, name: 'Welcome to MEGDocs' })).toBeVisible();
  await expect(theirs.page.getByText(stMarys.name)).toBeVisible();
  await inspectPage(theirs.page, 'welcome');
  await theirs.page.getByLabel('New password', { exact: true }).fill(newcomer.password);
  await theirs.page.getByRole('button', { name: 'Create the account' }).click();
  const known = theirs.page.getByRole('button', { name: `Account of ${newcomer.name}` });
  await expect(known.or(theirs.page.getByRole('button', { name: 'Sign in' }))).toBeVisible();
  if (await known.isVisible()) {
    await known.click();
    await theirs.page.getByRole('menuitem', { name: 'Sign out' }).click();
    await expect(theirs.page.getByRole('button', { name: 'Sign in' })).toBeVisible();
  }
  await signIn(theirs.page, newcomer);
  await expect(theirs.page.getByRole('button', { name: 'Upload' })).toBeVisible();

  const later = await visit();
  later.watch.expectRefusal(404);
  later.watch.expectRefusal(410);
  await later.page.goto(link);
  await expect(later.page.getByRole('heading', { level: 1, name: 'This link does not work' })).toBeVisible();
  await expect(page.getByRole('row').filter({ hasText: newcomer.email })).toContainText(
    /invited|active|never|today|ago/i,
  );
});
