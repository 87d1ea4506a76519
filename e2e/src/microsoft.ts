import type { Page } from '@playwright/test';
import type { Product } from './product.ts';
import { expect } from './visitors.ts';

export interface MicrosoftAccount {
  email: string;
  password: string;
}

/** Makes sure that the signed-in person's account is connected, through Microsoft's own pages. */
export async function connectMicrosoft(page: Page, account: MicrosoftAccount): Promise<void> {
  await page.goto('/accounts/account/microsoft/');
  const state = page.getByRole('region', { name: 'State of the connection' });
  await expect(state).toBeVisible();
  const connected = state.getByRole('paragraph').filter({ hasText: /^Connected$/ });
  if (await connected.isVisible()) return;
  await state.getByRole('button', { name: /^(Connect to Microsoft|Reconnect)$/ }).click();
  await passMicrosoft(page, account);
  await expect(connected).toBeVisible();
}

/** Answers Microsoft's pages as they come: account, password, consent. Ends when the browser has left them. */
export async function passMicrosoft(
  page: Page,
  account: MicrosoftAccount,
  decision: 'Accept' | 'Cancel' = 'Accept',
): Promise<void> {
  const picker = page.getByRole('heading', { name: 'Pick an account' });
  const email = page.getByLabel('Email');
  const password = page.getByLabel('Password');
  const consent = page.getByRole('heading', { name: /^Permissions requested/ });
  const beyond = page.getByRole('navigation', { name: 'Main' }).or(page.locator('html[data-editor-ready="true"]'));
  for (let step = 0; step < 6; step++) {
    await expect(picker.or(email).or(password).or(consent).or(beyond).first()).toBeAttached({ timeout: 30_000 });
    if (await picker.isVisible()) {
      await page.getByRole('button', { name: account.email }).click();
    } else if (await email.isVisible()) {
      await email.fill(account.email);
      await page.getByRole('button', { name: 'Next' }).click();
    } else if (await password.isVisible()) {
      await password.fill(account.password);
      await page.getByRole('button', { name: 'Sign in' }).click();
    } else if (await consent.isVisible()) {
      await page.getByRole('button', { name: decision }).click();
    } else return;
  }
  throw new Error(`Microsoft asks for more than it should: ${await page.title()}`);
}

/** The copy of a document that is being edited, as Microsoft names it. */
export interface WorkingCopy {
  driveId: string;
  itemId: string;
}

/** Somebody saves in Word without a browser. */
export async function saveInWord(product: Product, copy: WorkingCopy, by: string, content: Buffer): Promise<void> {
  await product.control('POST', `/items/${copy.driveId}/${copy.itemId}`, {
    save: { by, contentBase64: content.toString('base64') },
  });
}

/** Makes sure that no Microsoft account is connected, as setup: the journey is about what comes after. */
export async function endConnection(page: Page): Promise<void> {
  const origin = new URL(page.url()).origin;
  const answer = await page.request.post('/accounts/account/microsoft/disconnect', {
    headers: { origin },
    form: { when: 'now' },
  });
  if (!answer.ok()) throw new Error(`The connection could not be ended: ${answer.status()}`);
}
