import type { Browser, BrowserContext, BrowserContextOptions, Page } from '@playwright/test';
import { test as productTest } from './product.ts';
import { type Watch, watchBrowser } from './watch-browser.ts';

export interface Visitor {
  page: Page;
  /** A browser of this person's own: another visitor shares nothing with it. */
  context: BrowserContext;
  watch: Watch;
}

export type Visit = (options?: BrowserContextOptions) => Promise<Visitor>;

/** People with a browser of their own, each watched for what no journey may cause. */
export const test = productTest.extend<{ visit: Visit }>({
  visit: async ({ browser, product }, use) => {
    const visitors: Visitor[] = [];
    await use(async (options) => {
      const context = await newContext(browser, { baseURL: product.url, ...options });
      const watch = watchBrowser(context, product);
      const visitor = { context, watch, page: await context.newPage() };
      visitors.push(visitor);
      return visitor;
    });
    for (const visitor of visitors) await visitor.context.close();
    for (const visitor of visitors) visitor.watch.assertClean();
  },
});

export { expect } from '@playwright/test';

function newContext(browser: Browser, options: BrowserContextOptions): Promise<BrowserContext> {
  return browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    timezoneId: 'Europe/London',
    reducedMotion: 'reduce',
    ...options,
  });
}
