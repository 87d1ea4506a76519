import fc from 'fast-check';
import fastify from 'fastify';
import { expect, test } from 'vitest';
import { registerEditor } from '../index.ts';
import { readWordPackage } from '../package/word-package.ts';
import { createMemoryHost } from '../testing/memory-host.ts';
import { wordFile } from '../testing/word-files.ts';

const PEOPLE = ['ada', 'ben', 'cleo'];
const W14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"';
const idOf = (number: number) => (0x20000000 + number).toString(16).toUpperCase();
const p = (id: string, text: string) => `<w:p ${W14} w14:paraId="${id}"><w:r><w:t>${text}</w:t></w:r></w:p>`;

/** A page without a screen: it types sentences, saves, and reads on after some saves only. */
interface Page {
  name: string;
  sequence: number;
  tag: string;
  base: Map<string, string>;
  now: Map<string, string>;
  stale: Map<string, string>;
}

type Step =
  | { kind: 'type'; person: number; paragraph: number }
  | { kind: 'insert'; person: number; paragraph: number }
  | { kind: 'delete'; person: number; paragraph: number }
  | { kind: 'save'; person: number }
  | { kind: 'read'; person: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('type' as const), person: fc.nat(2), paragraph: fc.nat(5) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('insert' as const), person: fc.nat(2), paragraph: fc.nat(5) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('delete' as const), person: fc.nat(2), paragraph: fc.nat(5) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('save' as const), person: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('read' as const), person: fc.nat(2) }) },
);

test('every sentence typed by three people is in the document or in a kept copy', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const { text, sentences } = await play(steps);
      for (const sentence of sentences) expect(text).toContain(sentence);
    }),
    { numRuns: 300 },
  );
}, 120_000);

async function play(steps: Step[]): Promise<{ text: string; sentences: string[] }> {
  const host = createMemoryHost();
  const app = fastify();
  registerEditor(app, host);
  const cells = `<w:tbl><w:tr><w:tc>${p(idOf(3), 'c3')}</w:tc><w:tc>${p(idOf(4), 'c4')}</w:tc></w:tr></w:tbl>`;
  host.put('plan', wordFile([0, 1, 2].map((number) => p(idOf(number), `p${number}`)).join('') + cells));
  const address = '/_editor/documents/plan';
  const headers = (name: string) => ({ cookie: `session=${name}`, 'sec-fetch-site': 'same-origin' });
  const read = async (page: Page) => {
    const answer = await app.inject({ url: `${address}/content`, headers: headers(page.name) });
    const tag = decodeURIComponent(String(answer.headers['x-editor-tag']));
    bringIn(page, tag, paragraphsOf(readWordPackage(answer.rawPayload).documentXml));
  };
  const save = async (page: Page) => {
    const body = { ...saveOf(page), author: page.name, tab: `tab-0000-${page.name}`, sequence: ++page.sequence };
    const answer = await app.inject({
      method: 'POST',
      url: `${address}/blocks`,
      headers: headers(page.name),
      payload: body,
    });
    expect(answer.statusCode).toBe(200);
    if (answer.json().merged) {
      // The page's own words are no news to it when it reads on.
      for (const { key, xml } of body.blocks) {
        if (xml === null) continue;
        page.stale.set(key, answer.json().tag);
        page.base.set(key, page.now.get(key) ?? '');
      }
      await read(page);
    } else Object.assign(page, { tag: answer.json().tag, base: new Map(page.now), stale: new Map() });
  };
  const pages = PEOPLE.map(
    (name): Page => ({ name, sequence: 0, tag: '', base: new Map(), now: new Map(), stale: new Map() }),
  );
  for (const page of pages) await read(page);
  let count = 0;
  const sentences = new Set<string>();
  for (const step of steps) {
    const page = pages[step.person];
    if (!page) continue;
    if (step.kind === 'save') await save(page);
    else if (step.kind === 'read') await read(page);
    else {
      const keys = [...page.now.keys()];
      const key = keys[step.paragraph % Math.max(keys.length, 1)];
      if (key === undefined) continue;
      const text = page.now.get(key) ?? '';
      const sentence = `s${count++}of${page.name}.`;
      if (step.kind === 'type' && !text.startsWith('[')) {
        page.now.set(key, `${text} ${sentence}`);
        sentences.add(sentence);
      } else if (step.kind === 'insert') {
        const fresh = idOf(1000 + count);
        page.now = insertAfter(page.now, key, [fresh, sentence]);
        sentences.add(sentence);
      } else if (step.kind === 'delete' && !/s\d+of|^\[|^c/.test(text)) page.now.delete(key);
    }
  }
  for (const page of pages) await save(page);
  const text = readWordPackage(host.content('plan')).documentXml.replace(/<[^>]*>/g, '');
  await app.close();
  return { text, sentences: [...sentences] };
}

function insertAfter(paragraphs: Map<string, string>, key: string, added: [string, string]): Map<string, string> {
  return new Map([...paragraphs].flatMap((entry) => (entry[0] === key ? [entry, added] : [entry])));
}

function saveOf(page: Page) {
  const blocks = [...page.now].map(([key, text]) => {
    const was = page.base.get(key);
    if (was === text) return { key, xml: null };
    return { key, xml: p(key, text), ...(was === undefined ? {} : { was: p(key, was) }) };
  });
  const deleted = [...page.base.keys()].filter((key) => !page.now.has(key));
  return { base: page.tag, stale: Object.fromEntries(page.stale), blocks, deleted };
}

// What the browser's page does with a newer version, on plain texts.
function bringIn(page: Page, tag: string, newer: Map<string, string>): void {
  const [base, now, stale] = [new Map<string, string>(), new Map<string, string>(), new Map<string, string>()];
  for (const [key, there] of newer) {
    const [old, own] = [page.base.get(key), page.now.get(key)];
    base.set(key, there);
    if (own === undefined) {
      if (old === undefined || old !== there) now.set(key, there);
    } else if (own === old || own === there) now.set(key, there);
    else {
      now.set(key, own);
      if (old === there) continue;
      stale.set(key, page.stale.get(key) ?? page.tag);
      if (old !== undefined) base.set(key, old);
    }
  }
  for (const [key, own] of page.now) if (!newer.has(key) && page.base.get(key) !== own) now.set(key, own);
  Object.assign(page, { tag, base, now, stale });
}

function paragraphsOf(xml: string): Map<string, string> {
  const found = [...xml.matchAll(/w14:paraId="(\w{8})"[^>]*>(.*?)<\/w:p>/gs)];
  return new Map(found.map(([, id = '', content = '']) => [id, content.replace(/<[^>]*>/g, '')]));
}
