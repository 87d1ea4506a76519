import { DEMO_CLIENT_ID, people, stMarys } from '@megdocs/fixtures';
import { makeDocument } from './documents.ts';
import { bandOf, openAndLeaveWord, receiptOf } from './editing.ts';
import { inspectPage } from './inspect-page.ts';
import { endConnection, passMicrosoft } from './microsoft.ts';
import { signIn } from './sign-in.ts';
import { expect, test } from './visitors.ts';

/** An access token lives sixty to ninety minutes. */
const NO_TOKEN_LIVES_SO_LONG = 91 * 60;

test('C1, C8, C9: the account page says how the connection stands, and mends and ends it', async ({
  visit,
  product,
}) => {
  const visitor = await visit();
  const { page } = visitor;
  await signIn(page, people.author2);
  await endConnection(page);

  await page.getByRole('button', { name: `Account of ${people.author2.name}` }).click();
  await page.getByRole('menuitem', { name: 'Microsoft' }).click();
  const state = page.getByRole('region', { name: 'State of the connection' });
  await expect(state).toContainText('Not connected');
  await expect(page.getByRole('main')).toContainText('We never see your password');
  for (const scope of ['User.Read', 'Files.ReadWrite.All'])
    await expect(page.getByRole('term').filter({ hasText: scope })).toBeVisible();

  await state.getByRole('button', { name: 'Connect to Microsoft' }).click();
  await passMicrosoft(page, people.author2);
  await expect(page).toHaveURL(/\/accounts\/account\/microsoft\/$/);
  await expect(state.getByRole('paragraph').filter({ hasText: /^Connected$/ })).toBeVisible();
  for (const fact of [people.author2.name, people.author2.email, stMarys.name]) await expect(state).toContainText(fact);

  const document = await makeDocument(page, 'While Microsoft says no');
  await page.goto(document.address);
  await openAndLeaveWord(visitor, people.author2, product);
  await product.control('POST', `/users/${people.author2.email}`, { revokeSessions: true });
  await product.control('POST', '/clock', { advanceSeconds: NO_TOKEN_LIVES_SO_LONG });
  await bandOf(page).getByRole('button', { name: 'Check in…' }).click();
  const checkingIn = page.getByRole('dialog', { name: /^Check in/ });
  await expect(checkingIn).toContainText('Microsoft can’t be asked just now', { timeout: 30_000 });
  await checkingIn.getByRole('button', { name: 'Cancel' }).click();
  await page.goto('/accounts/account/microsoft/');
  await expect(state).toContainText('Reconnect needed');
  await product.control('POST', '/clock', { advanceSeconds: -NO_TOKEN_LIVES_SO_LONG });
  await expect(state).toContainText('Nothing is lost and nothing is retried until you reconnect');
  await expect(state).toContainText(document.title);
  await inspectPage(page, 'microsoft-reconnect');
  await page.goto(document.address);
  await expect(bandOf(page)).toContainText(/can’t see what is saved in Word since/);

  await page.goto('/accounts/account/microsoft/');
  await state.getByRole('button', { name: 'Reconnect' }).click();
  await passMicrosoft(page, people.author2);
  await expect(state.getByRole('paragraph').filter({ hasText: /^Connected$/ })).toBeVisible();
  await page.goto(document.address);
  await expect(bandOf(page)).not.toContainText(/can’t see what is saved/, { timeout: 60_000 });
  await bandOf(page).getByRole('button', { name: 'Discard…' }).click();
  const discarding = page.getByRole('dialog', { name: /^Discard the edits of/ });
  await discarding.getByLabel('Why').fill('Only a try');
  await discarding.getByRole('button', { name: 'Discard the edits' }).click();
  await expect(receiptOf(page)).toContainText('Only a try');

  await page.goto('/accounts/account/microsoft/');
  await state.getByRole('button', { name: 'Disconnect' }).click();
  const leaving = page.getByRole('dialog', { name: `Disconnect ${people.author2.email}?` });
  await expect(leaving).toContainText('Microsoft still remembers that you allowed MEGDocs');
  const now = leaving.getByRole('radio', { name: /^Now/ });
  await expect(
    leaving
      .getByRole('radio', { name: /^When the clean-up is done/ })
      .or(leaving.getByRole('button', { name: 'Disconnect now' }))
      .first(),
  ).toBeVisible();
  if (await now.isVisible()) await now.check();
  await leaving.getByRole('button', { name: /^Disconnect/ }).click();
  await expect(state).toContainText('Not connected');
});

test('C4: whoever declines at Microsoft reads what happened and may try again', async ({ visit, product }) => {
  const { page } = await visit();
  await signIn(page, people.approver);
  await endConnection(page);
  await product.control('POST', `/users/${people.approver.email}`, { revokeConsent: DEMO_CLIENT_ID });
  await page.goto('/accounts/account/microsoft/');
  await page.getByRole('button', { name: 'Connect to Microsoft' }).click();
  await passMicrosoft(page, people.approver, 'Cancel');
  await expect(page.getByRole('heading', { level: 1, name: 'You did not accept the permissions' })).toBeVisible();
  await expect(page.getByRole('heading', { level: 2, name: 'What you can do' })).toBeVisible();
  await expect(page.getByText(/^Reference [A-Z0-9]+, also in our log$/)).toBeVisible();
  await page.getByRole('button', { name: 'Try again' }).click();
  await passMicrosoft(page, people.approver);
  await expect(page).toHaveURL(/\/accounts\/account\/microsoft\/$/);
  await expect(page.getByRole('region', { name: 'State of the connection' })).toContainText(people.approver.email);
});

test('C4, C13: "need admin approval" ends with a note for the IT department', async ({ visit, product }) => {
  const { page, context: browser } = await visit();
  await browser.grantPermissions(['clipboard-read', 'clipboard-write']);
  await signIn(page, people.reader);
  await endConnection(page);
  await page.goto('/accounts/account/microsoft/');
  await product.control('POST', '/faults', {
    match: { method: 'POST', path: '/oauth2/v2\\.0/token$' },
    fault: { aadsts: 90094 },
  });
  await page.getByRole('button', { name: 'Connect to Microsoft' }).click();
  await passMicrosoft(page, people.reader);
  await expect(
    page.getByRole('heading', { level: 1, name: 'Your organisation has to approve MEGDocs first' }),
  ).toBeVisible();
  const note = page.getByRole('region', { name: 'Note for your IT department' });
  await expect(note).toContainText('AADSTS90094');
  await expect(note).toContainText(/\/adminconsent\?client_id=/);
  await expect(note).toContainText(/Files\.ReadWrite\.All/);
  await note.getByRole('button', { name: /^Copy/ }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('AADSTS90094');
  await page.getByRole('link', { name: 'Back to account settings' }).click();
  await expect(page.getByRole('region', { name: 'State of the connection' })).toContainText('Not connected');
});

test('C10: an account with another address is asked about, and nothing happens before the person has chosen', async ({
  visit,
}) => {
  const { page } = await visit();
  await signIn(page, people.author2);
  await endConnection(page);
  const other = await visit();
  await signIn(other.page, people.reader);
  await endConnection(other.page);
  const state = other.page.getByRole('region', { name: 'State of the connection' });
  const question = other.page.getByRole('heading', {
    level: 1,
    name: 'Which Microsoft account do you want to use?',
  });

  await other.page.goto('/accounts/account/microsoft/');
  await other.page.getByRole('button', { name: 'Connect to Microsoft' }).click();
  await passMicrosoft(other.page, people.author2);
  await expect(question).toBeVisible();
  for (const address of [people.author2.email, people.reader.email])
    await expect(other.page.getByRole('definition').filter({ hasText: address })).toBeVisible();
  await inspectPage(other.page, 'microsoft-held');
  await other.page.goto('/accounts/account/microsoft/');
  await expect(state).toContainText('Not connected');
  await other.page.getByRole('link', { name: 'Decide which account to use' }).click();
  await other.page.getByRole('button', { name: 'Do not connect it' }).click();
  await expect(other.page.getByRole('link', { name: 'Decide which account to use' })).toBeHidden();
  await expect(state).toContainText('Not connected');

  await state.getByRole('button', { name: 'Connect to Microsoft' }).click();
  await passMicrosoft(other.page, people.author2);
  await other.page.getByRole('button', { name: `Use ${people.author2.email}` }).click();
  await expect(state).toContainText(people.author2.email);
  await endConnection(other.page);
});

test('C11, C13: administrators say which accounts are admitted, and hand IT a page', async ({ visit }) => {
  const { page, context: browser } = await visit();
  await browser.grantPermissions(['clipboard-read', 'clipboard-write']);
  await signIn(page, people.controller);
  await page.goto('/administration/microsoft/');
  const save = page.getByRole('button', { name: 'Save what is admitted' });
  await page.getByRole('radio', { name: 'Work accounts of these tenants only' }).check();
  await page.getByRole('textbox', { name: 'Tenant ids, one a line' }).fill('stmarys.example');
  await expect(page.getByText(/^Each must be a tenant id/)).toBeVisible();
  await expect(save).toBeDisabled();
  await inspectPage(page, 'administration-microsoft-tenants');
  await page.getByRole('radio', { name: 'Work accounts of every organisation' }).check();
  await save.click();
  await expect(page.getByText('Saved which accounts are admitted.')).toBeAttached();

  await page.getByRole('link', { name: 'The page for IT' }).click();
  await expect(page.getByRole('heading', { level: 2, name: 'What MEGDocs does not do' })).toBeVisible();
  await inspectPage(page, 'microsoft-for-it');
  await page.getByRole('button', { name: /^Copy as text/ }).click();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  for (const part of ['Files.ReadWrite.All', '/auth/oauth2/microsoft/callback/', '/v2.0/adminconsent?client_id='])
    expect(copied).toContain(part);
});
