import type { BrowserContext, ConsoleMessage } from '@playwright/test';
import type { Product } from './product.ts';

export interface Watch {
  /** A failure that the journey causes on purpose: a browser writes every refused request to its console. */
  expectRefusal(status: number): void;
  /** Throws what was seen that no page may do. */
  assertClean(): void;
}

/** Listens for errors on the console (violations of the pages' policy among them) and for requests to strangers. */
export function watchBrowser(context: BrowserContext, product: Product): Watch {
  const seen: string[] = [];
  const expected = new Set<number>();
  const origins = originsOf(product);
  context.on('console', (message) => {
    if (!['error', 'warning'].includes(message.type())) return;
    if (isExpected(message, expected) || isSlowness(message)) return;
    seen.push(
      `console ${message.type()} on ${pathOf(message.page()?.url())}: ${message.text()} (${message.location().url})`,
    );
  });
  context.on('weberror', (error) =>
    seen.push(`error on ${pathOf(error.page()?.url())}: ${error.error().stack ?? error.error()}`),
  );
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (/^https?:$/.test(url.protocol) && !origins.has(url.origin)) seen.push(`request to a stranger: ${url}`);
  });
  return {
    expectRefusal: (status) => expected.add(status),
    assertClean: () => {
      if (seen.length > 0) throw new Error(`A page did what no page may do:\n${[...new Set(seen)].join('\n')}`);
    },
  };
}

/** Our own, and the emulator's two: sign-in with Graph, and Word. */
function originsOf({ url, emulatorUrl }: Product): Set<string> {
  const content = new URL(emulatorUrl);
  content.port = String(Number(content.port) + 1);
  return new Set([url, emulatorUrl, content.origin].map((each) => new URL(each).origin));
}

function isExpected(message: ConsoleMessage, expected: ReadonlySet<number>): boolean {
  const status = Number(
    /^Failed to load resource: the server responded with a status of (\d+)/.exec(message.text())?.[1],
  );
  const { url } = message.location();
  if (!status) return false;
  // Every first page of a stranger asks who they are.
  if (status === 401 && url.endsWith('/api/me')) return true;
  // Word saved upon a text that the service has rewritten meanwhile: it merges both and saves again.
  if (status === 409 && /\/_editor\/documents\/[^/]+\/blocks$/.test(url)) return true;
  return expected.has(status);
}

/** The editor of the emulator's Word warns when a step took it long: that tells of the machine, not of the page. */
function isSlowness(message: ConsoleMessage): boolean {
  return /^\[parseDocx\] .*\d+ms/.test(message.text());
}

function pathOf(url: string | undefined): string {
  return url && URL.canParse(url) ? new URL(url).pathname : '?';
}
