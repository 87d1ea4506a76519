import { people } from '@megdocs/fixtures';
import { makeDocument, wordsOf } from './documents.ts';
import { bandOf, checkIn, openAndLeaveWord, receiptOf } from './editing.ts';
import { inspectOnPhone, inspectPage } from './inspect-page.ts';
import { connectMicrosoft, endConnection, passMicrosoft, saveInWord } from './microsoft.ts';
import { signIn } from './sign-in.ts';
import { expect, test } from './visitors.ts';

test('WCAG A and AA: reading and the register, in light and dark', async ({ visit }) => {
  const { page, watch } = await visit();
  watch.expectRefusal(401);
  await page.goto('/sign-in/');
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
  await inspectPage(page, 'sign-in');
  await page.getByLabel('Email').fill(people.reader.email);
  await page.getByLabel('Password', { exact: true }).fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await inspectPage(page, 'sign-in-refused');

  await signIn(page, people.reader);
  await expect(page.getByRole('table', { name: 'Documents' })).toBeVisible();
  await inspectPage(page, 'register-reader');
  await page.getByRole('button', { name: 'Add filter' }).click();
  await page.getByRole('menuitem', { name: 'Next review: overdue' }).click();
  await expect(page.getByRole('button', { name: /Remove filter/ })).toBeVisible();
  await inspectPage(page, 'register-filtered');
  await page.getByRole('table', { name: 'Documents' }).getByRole('link').first().click();
  await expect(
    page.frameLocator('iframe').getByRole('article').or(page.frameLocator('iframe').locator('section')).first(),
  ).toBeVisible();
  await inspectPage(page, 'document-reader');
  await page.getByRole('button', { name: /^Notifications/ }).click();
  await expect(page.getByRole('dialog', { name: 'Notifications' })).toBeVisible();
  await inspectPage(page, 'notifications');
});

test('WCAG A and AA: a document before, while and after it is edited, in light and dark', async ({
  visit,
  product,
}) => {
  test.slow();
  const author = await visit();
  const { page } = author;
  await signIn(page, people.author);
  await endConnection(page);
  const document = await makeDocument(page, 'Seen by everybody');
  await page.goto(document.address);
  await expect(page.getByRole('region', { name: 'What stands in the way of editing' })).toBeVisible();
  await expect(page.frameLocator('iframe').getByText(document.title)).toBeVisible();
  await inspectPage(page, 'document-blocked');
  await connectMicrosoft(page, people.author);
  await page.goto(document.address);
  await expect(page.getByRole('link', { name: 'Edit in Word' })).toBeVisible();
  await expect(page.frameLocator('iframe').getByText(document.title)).toBeVisible();
  await inspectPage(page, 'document-draft');
  await inspectOnPhone(page, 'document-draft');
  for (const tab of ['Versions', 'Activity', 'Access']) {
    await page.getByRole('tab', { name: new RegExp(`^${tab}`) }).click();
    const named = page.getByRole('tabpanel').getByText(people.author.name).filter({ visible: true });
    await expect(named.first()).toBeVisible();
    await inspectPage(page, `document-${tab.toLowerCase()}`);
  }
  await page.getByRole('tab', { name: 'Read' }).click();
  await page.getByRole('button', { name: `More for ${document.number}` }).click();
  await page.getByRole('menuitem', { name: 'Edit details…' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await inspectPage(page, 'dialog-details');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Send to review' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await inspectPage(page, 'dialog-send-to-review');
  await page.keyboard.press('Escape');

  const copy = await openAndLeaveWord(author, people.author, product);
  await saveInWord(product, copy, people.author.email, wordsOf('Everybody sees it.'));
  await expect(bandOf(page)).toContainText('1 checkpoint', { timeout: 30_000 });
  await inspectPage(page, 'being-edited');
  await inspectOnPhone(page, 'being-edited');
  await bandOf(page).getByRole('button', { name: '1 checkpoint' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await inspectPage(page, 'dialog-checkpoints');
  await page.keyboard.press('Escape');
  await bandOf(page).getByRole('button', { name: 'Discard…' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await inspectPage(page, 'dialog-discard');
  await page.keyboard.press('Escape');
  await bandOf(page).getByRole('button', { name: 'Check in…' }).click();
  await expect(page.getByRole('dialog')).toContainText('Everything saved in Microsoft 365 is here', {
    timeout: 40_000,
  });
  await inspectPage(page, 'dialog-check-in');
  await inspectOnPhone(page, 'dialog-check-in');
  await page.keyboard.press('Escape');
  await page.goto('/my-work/');
  await expect(page.getByRole('main')).toContainText(document.title);
  await inspectPage(page, 'my-work');

  await page.goto(document.address);
  await checkIn(page, 'Seen by everybody', '0.2');
  await saveInWord(product, copy, people.author2.email, wordsOf('Everybody sees it, and more.'));
  await expect(receiptOf(page).getByRole('link', { name: 'Look at it' })).toBeVisible({ timeout: 45_000 });
  await inspectPage(page, 'receipt');
  await inspectOnPhone(page, 'receipt');
  await receiptOf(page).getByRole('link', { name: 'Look at it' }).click();
  await expect(page.frameLocator('iframe').first().getByText('Everybody sees it, and more.')).toBeVisible();
  await inspectPage(page, 'late-save');
  await page.getByRole('button', { name: 'Adopt as 0.3…' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await inspectPage(page, 'dialog-adopt');
});

test('WCAG A and AA: account settings, administration and what went wrong, in light and dark', async ({
  visit,
  product,
}) => {
  test.slow();
  const { page, watch } = await visit();
  watch.expectRefusal(404);
  await signIn(page, people.controller);
  await endConnection(page);
  const state = page.getByRole('region', { name: 'State of the connection' });
  await page.goto('/accounts/account/microsoft/');
  await expect(state).toContainText('Not connected');
  await inspectPage(page, 'microsoft-not-connected');
  await product.control('POST', '/faults', {
    match: { method: 'POST', path: '/oauth2/v2\\.0/token$' },
    fault: { aadsts: 90094 },
  });
  await state.getByRole('button', { name: 'Connect to Microsoft' }).click();
  await passMicrosoft(page, people.controller);
  await expect(page.getByRole('region', { name: 'Note for your IT department' })).toBeVisible();
  await inspectPage(page, 'error-needs-approval');
  await page.getByRole('button', { name: 'Try again' }).click();
  await passMicrosoft(page, people.controller);
  await expect(state.getByRole('button', { name: 'Disconnect' })).toBeVisible();
  await inspectPage(page, 'microsoft-connected');
  await state.getByRole('button', { name: 'Disconnect' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await inspectPage(page, 'dialog-disconnect');

  for (const [address, name, shows] of [
    ['/accounts/account/', 'profile', people.controller.email],
    ['/accounts/account/sessions/', 'sessions', /this browser|this session|Chrome/i],
    ['/administration/people/', 'people', people.author.name],
    ['/administration/folders/', 'folders', 'Infection prevention'],
    ['/administration/microsoft/', 'administration-microsoft', '/auth/oauth2/microsoft/callback/'],
    ['/administration/self-test/', 'administration-self-test', 'Environment variables'],
    ['/editing-now/', 'editing-now', /Editing now/],
    ['/documents/?q=nowhere', 'register-empty', /No document/],
    ['/nowhere/', 'nothing-here', 'Nothing at this address'],
    [`/documents/00000000-0000-4000-8000-000000000000/`, 'document-not-found', 'does not exist, or you may not see it'],
  ] as const) {
    await page.goto(address);
    await expect(page.getByRole('main')).toContainText(shows);
    await inspectPage(page, name);
  }
  await page.goto('/administration/people/');
  await page.getByRole('button', { name: 'Invite…' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await inspectPage(page, 'dialog-invite');
});

test('WCAG A and AA: the pages on a phone, in light and dark', async ({ visit }) => {
  const { page } = await visit();
  await signIn(page, people.controller);
  for (const [address, name, shows] of [
    ['/documents/', 'register', 'Hand hygiene'],
    ['/administration/people/', 'people', people.author.name],
    ['/administration/folders/', 'folders', 'Infection prevention'],
    ['/administration/microsoft/', 'administration-microsoft', '/auth/oauth2/microsoft/callback/'],
    ['/administration/self-test/', 'administration-self-test', 'Environment variables'],
    ['/editing-now/', 'editing-now', /Updates by itself|Nobody edits/],
    ['/my-work/', 'my-work', 'Updates by itself'],
    ['/accounts/account/microsoft/', 'microsoft', 'onnected'],
    ['/accounts/account/', 'profile', people.controller.email],
  ] as const) {
    await page.goto(address);
    await expect(page.getByRole('main')).toContainText(shows);
    await inspectOnPhone(page, name);
  }
});
