import type { Browser } from '@playwright/test';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { paragraphs, startBrowser, startWordRoom, type WordRoom } from '../src/editor/testing/playing-word.ts';
import { wordFile } from '../src/editor/testing/word-files.ts';

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
let browser: Browser;
let room: WordRoom;

beforeAll(async () => {
  browser = await startBrowser();
});

afterAll(() => browser?.close());

beforeEach(async () => {
  room = await startWordRoom(browser);
  return () => room.close();
});

test('a new picture brings its media part, relationship and content type, once, and the other page shows it', async () => {
  room.host.put('plan', wordFile(paragraphs('Look:')));
  const [ada, ben] = [await room.open('ada', 'plan'), await room.open('ben', 'plan')];
  await ada.placeCaret('Look:');
  await ada.page
    .locator('input[type=file][accept*=image]')
    .first()
    .setInputFiles({ name: 'dot.png', mimeType: 'image/png', buffer: PIXEL });
  await expect.poll(() => Object.keys(partsOf('plan')), { timeout: 20_000 }).toContain('word/media/image1.png');
  await ada.placeCaret('Look:');
  await ada.type(' there');
  await ada.saved();
  await ben.shows('Look: there');

  const parts = partsOf('plan');
  const [, id = ''] =
    /Id="(rId\d+)"[^>]*Target="media\/image1.png"/.exec(text(parts, 'word/_rels/document.xml.rels')) ?? [];
  expect(text(parts, 'word/document.xml').match(/r:embed="[^"]*"/g)).toEqual([`r:embed="${id}"`]);
  expect(text(parts, '[Content_Types].xml')).toContain('<Default Extension="png" ContentType="image/png"/>');
  expect(Buffer.from(parts['word/media/image1.png'] ?? [])).toEqual(PIXEL);
  expect(Object.keys(parts).filter((name) => name.includes('media'))).toHaveLength(1);
  expect(await ben.page.locator('img[src^="data:image/png"], img[src^="blob:"]').count()).toBeGreaterThan(0);
});

test('a new link brings the relationship to its address', async () => {
  room.host.put('plan', wordFile(paragraphs('Read the handbook')));
  const ada = await room.open('ada', 'plan');
  await ada.placeCaret('Read the handbook');
  for (let letter = 0; letter < 'handbook'.length; letter++) await ada.page.keyboard.press('Shift+ArrowLeft');
  await ada.page.keyboard.press('Control+k');
  await ada.page.getByPlaceholder(/http/i).first().fill('https://handbook.example/?a=1&b=2');
  await ada.page.keyboard.press('Enter');
  await expect.poll(() => text(partsOf('plan'), 'word/document.xml'), { timeout: 20_000 }).toContain('<w:hyperlink');
  await ada.saved();

  const parts = partsOf('plan');
  const rels = text(parts, 'word/_rels/document.xml.rels');
  const [, id = ''] =
    /Id="(rId\d+)"[^>]*Target="https:\/\/handbook.example\/\?a=1&amp;b=2" TargetMode="External"/.exec(rels) ?? [];
  expect(text(parts, 'word/document.xml')).toMatch(new RegExp(`<w:hyperlink r:id="${id}"[^>]*>.*handbook`));
});

function partsOf(sourcedoc: string): Record<string, Uint8Array> {
  return unzipSync(room.host.content(sourcedoc));
}

function text(parts: Record<string, Uint8Array>, name: string): string {
  return strFromU8(parts[name] ?? new Uint8Array());
}
