import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Browser, chromium, type Page } from '@playwright/test';
import fastify from 'fastify';
import { registerEditor } from '../index.ts';
import { readWordPackage } from '../package/word-package.ts';
import { BUILT_PAGE } from '../serving/editor-page.ts';
import { createMemoryHost, type MemoryHost } from './memory-host.ts';

const FLAGS =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';
const PATIENCE = { timeout: 20_000 };

/** A browser, once the editor's page is built. */
export async function startBrowser(): Promise<Browser> {
  await access(`${BUILT_PAGE}index.html`, constants.R_OK).catch(async () => {
    const root = fileURLToPath(new URL('../../../', import.meta.url));
    await promisify(execFile)('npm', ['run', 'build'], { cwd: root });
  });
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS.split(' ') });
}

/** The editor on a world of its own, for people with a browser each. */
export interface WordRoom {
  host: MemoryHost;
  url: string;
  /** Opens a document as that person: `ada`, `ben` or `cleo`. */
  open(person: string, sourcedoc: string): Promise<WordPage>;
  documentOf(sourcedoc: string): string;
  close(): Promise<void>;
}

export async function startWordRoom(browser: Browser): Promise<WordRoom> {
  const host = createMemoryHost();
  const app = fastify({ forceCloseConnections: true });
  registerEditor(app, host);
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const contexts = new Map<string, ReturnType<Browser['newContext']>>();
  const contextOf = async (person: string) => {
    const known = contexts.get(person);
    if (known) return known;
    const context = browser.newContext({ viewport: { width: 1280, height: 800 } });
    contexts.set(person, context);
    await (await context).addCookies([{ name: 'session', value: person, url }]);
    return context;
  };
  return {
    host,
    url,
    open: async (person, sourcedoc) => {
      const page = await (await contextOf(person)).newPage();
      await page.goto(`${url}/:w:/r/personal/ada/_layouts/15/Doc.aspx?sourcedoc=${sourcedoc}&action=default`);
      await page.waitForSelector('html[data-editor-ready]', PATIENCE);
      return new WordPage(page);
    },
    documentOf: (sourcedoc) => readWordPackage(host.content(sourcedoc)).documentXml,
    close: async () => {
      for (const context of contexts.values()) await (await context).close();
      await app.close();
    },
  };
}

/** What a person does in one window. */
export class WordPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Puts the caret at the end of the first paragraph that contains `text`. */
  async placeCaret(text?: string): Promise<void> {
    const place = `window.wordForTests.placeCaret(${JSON.stringify(text)})`;
    if (!(await this.#becomes(place))) throw new Error(`There is no paragraph with “${text}” to type into.`);
  }

  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text);
  }

  texts(): Promise<string[]> {
    return this.page.evaluate<string[]>('window.wordForTests.paragraphs()');
  }

  async saved(): Promise<void> {
    await this.page.waitForSelector('[data-save-state=saved]', PATIENCE);
  }

  /** Waits until the window shows exactly these paragraphs. */
  async shows(...texts: string[]): Promise<void> {
    const wanted = JSON.stringify(texts);
    const isShown = `JSON.stringify(window.wordForTests.paragraphs()) === ${JSON.stringify(wanted)}`;
    if (!(await this.#becomes(isShown)))
      throw new Error(`Expected ${wanted}, but the window shows ${JSON.stringify(await this.texts())}`);
  }

  /** Waits until some paragraph contains `text`. */
  async showsSomewhere(text: string): Promise<void> {
    const isThere = `window.wordForTests.paragraphs().some((one) => one.includes(${JSON.stringify(text)}))`;
    if (!(await this.#becomes(isThere))) throw new Error(`“${text}” does not appear.`);
  }

  // The page's security policy forbids the evaluation by which Playwright itself would wait.
  async #becomes(condition: string): Promise<boolean> {
    const deadline = performance.now() + PATIENCE.timeout;
    while (performance.now() < deadline) {
      if (await this.page.evaluate<boolean>(condition)) return true;
      await setTimeout(20);
    }
    return false;
  }

  async says(text: string): Promise<void> {
    await this.page.getByText(text).first().waitFor(PATIENCE);
  }
}

/** A body of plain paragraphs. */
export function paragraphs(...texts: string[]): string {
  return texts.map((text) => `<w:p><w:r><w:t>${text}</w:t></w:r></w:p>`).join('');
}

/** A table of plain cells. */
export function table(...rows: string[][]): string {
  const cell = (text: string) => `<w:tc><w:tcPr><w:tcW w:w="2000" w:type="dxa"/></w:tcPr>${paragraphs(text)}</w:tc>`;
  const grid = (rows[0] ?? []).map(() => '<w:gridCol w:w="2000"/>').join('');
  const lines = rows.map((row) => `<w:tr>${row.map(cell).join('')}</w:tr>`).join('');
  return `<w:tbl><w:tblPr/><w:tblGrid>${grid}</w:tblGrid>${lines}</w:tbl>`;
}
