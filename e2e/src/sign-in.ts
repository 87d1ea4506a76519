import type { Page } from '@playwright/test';
import { expect } from './visitors.ts';

interface Account {
  email: string;
  password: string;
  name: string;
}

/** Signs in on the page that is shown, or on the one that stands at the door. */
export async function signIn(page: Page, account: Account): Promise<void> {
  if (!page.url().includes('/sign-in/')) await page.goto('/sign-in/');
  await page.getByLabel('Email').fill(account.email);
  await page.getByLabel('Password', { exact: true }).fill(account.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('button', { name: `Account of ${account.name}` })).toBeVisible();
}
