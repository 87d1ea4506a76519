import type { Page } from '@playwright/test';
import { expect } from './visitors.ts';

/** Waits until Word shows the document in this tab. */
export async function waitForWord(word: Page): Promise<void> {
  await expect(word.locator('html[data-editor-ready="true"]')).toBeAttached({ timeout: 30_000 });
}

/** Types at the end of the first paragraph that holds `place`, and waits until Word says that it is saved. */
export async function typeInWord(word: Page, sentence: string, place?: string): Promise<void> {
  await waitForWord(word);
  await expect
    .poll(() => word.evaluate((text) => window.wordForTests?.placeCaret(text) ?? false, place), { timeout: 15_000 })
    .toBe(true);
  await word.keyboard.type(sentence);
  await expect
    .poll(() => word.evaluate(() => window.wordForTests?.paragraphs().join('\n') ?? ''))
    .toContain(sentence.trim());
  await expect(word.getByRole('status').filter({ hasText: /^Saved$/ })).toBeVisible({ timeout: 20_000 });
}

declare global {
  interface Window {
    /** Offered by the emulator's editor page. */
    wordForTests?: { paragraphs(): string[]; placeCaret(text?: string): boolean };
  }
}
