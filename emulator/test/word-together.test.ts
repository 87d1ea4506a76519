import type { Browser } from '@playwright/test';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { paragraphs, startBrowser, startWordRoom, table, type WordRoom } from '../src/editor/testing/playing-word.ts';
import { wordFile } from '../src/editor/testing/word-files.ts';

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

test('two people in different paragraphs: both texts survive, and each sees the other without saving', async () => {
  room.host.put('plan', wordFile(paragraphs('one', 'two', 'three')));
  const [ada, ben] = [await room.open('ada', 'plan'), await room.open('ben', 'plan')];

  await ada.placeCaret('one');
  await ada.type(' by Ada');
  await ben.shows('one by Ada', 'two', 'three');
  await ben.placeCaret('three');
  await ben.type(' by Ben');
  await ada.shows('one by Ada', 'two', 'three by Ben');

  expect(room.documentOf('plan')).toContain('>one by Ada<');
  expect(room.documentOf('plan')).toContain('>three by Ben<');
});

test('both type at once, in a paragraph and in cells of one table: nothing is lost and no copy is made', async () => {
  room.host.put('plan', wordFile(paragraphs('intro', 'rest') + table(['A1', 'B1'], ['A2', 'B2'])));
  const [ada, ben] = [await room.open('ada', 'plan'), await room.open('ben', 'plan')];
  await ada.placeCaret('A1');
  await ben.placeCaret('B2');

  await Promise.all([ada.type(' Ada writes in her cell'), ben.type(' Ben writes in his cell')]);
  const all = ['intro', 'rest', 'A1 Ada writes in her cell', 'B1', 'A2', 'B2 Ben writes in his cell', ''];
  await ada.shows(...all);
  await ben.shows(...all);

  expect(room.documentOf('plan')).not.toContain('Earlier text');
});

test('one paragraph for two: the later save wins, the earlier text is kept once, and both pages show the same', async () => {
  room.host.put('plan', wordFile(paragraphs('start', 'end')));
  const [ada, ben] = [await room.open('ada', 'plan'), await room.open('ben', 'plan')];
  await ada.placeCaret('start');
  await ben.placeCaret('start');

  await Promise.all([ada.type(' Ada thinks so and says it at length.'), ben.type(' Ben thinks otherwise, at length.')]);
  await Promise.all([ada.saved(), ben.saved()]);
  await expect
    .poll(async () => (await ada.texts()).join('|') === (await ben.texts()).join('|'), { timeout: 20_000 })
    .toBe(true);

  const texts = await ada.texts();
  const text = texts.join(' ');
  expect(text).toContain('Ada thinks so and says it at length.');
  expect(text).toContain('Ben thinks otherwise, at length.');
  for (const author of ['Ada Author', 'Ben Builder'])
    expect(texts.filter((one) => one.startsWith(`[Earlier text by ${author}:`)).length).toBeLessThan(2);
});

test('what another changes leaves the caret at its place in the text, also in the same paragraph', async () => {
  room.host.put('plan', wordFile(paragraphs('zero', 'The caret stands here and stays.', 'last')));
  const [ada, ben] = [await room.open('ada', 'plan'), await room.open('ben', 'plan')];
  await ada.placeCaret('The caret stands');
  for (let step = 0; step < ' and stays.'.length; step++) await ada.page.keyboard.press('ArrowLeft');

  await ben.placeCaret('zero');
  await ben.page.keyboard.press('Enter');
  await ben.type('a new line above');
  await ada.shows('zero', 'a new line above', 'The caret stands here and stays.', 'last');
  await ben.placeCaret('The caret stands');
  await ben.type(' Forever.');
  await ada.shows('zero', 'a new line above', 'The caret stands here and stays. Forever.', 'last');
  await ada.type('!');

  await ben.shows('zero', 'a new line above', 'The caret stands here! and stays. Forever.', 'last');
});

test('two who type in one paragraph at once: neither sentence gets into the other, both are whole', async () => {
  room.host.put('plan', wordFile(paragraphs('Rounds.', 'last')));
  const [ada, ben] = [await room.open('ada', 'plan'), await room.open('ben', 'plan')];
  const sentences = [' The nurse checks the pump twice daily.', ' The doctor signs the chart at noon.'];
  await Promise.all(
    [ada, ben].map(async (window, index) => {
      await window.placeCaret('Rounds.');
      // As people type: saves and news of them fall between the keys.
      await window.page.keyboard.type(sentences[index] ?? '', { delay: 220 });
      await window.saved();
    }),
  );

  for (const window of [ada, ben]) for (const sentence of sentences) await window.showsSomewhere(sentence.trim());
  const whole = sentences.map((sentence) => `Rounds.${sentence}`);
  await expect.poll(async () => whole.includes((await ada.texts())[0] ?? ''), { timeout: 20_000 }).toBe(true);
  await ben.shows(...(await ada.texts()));
});

test('a row that one adds and a cell that the other edits meanwhile come together', async () => {
  room.host.put('plan', wordFile(paragraphs('keep') + table(['A1', 'B1'])));
  const [ada, ben] = [await room.open('ada', 'plan'), await room.open('ben', 'plan')];
  await ben.page.route('**/blocks', (route) => route.abort());
  await ben.placeCaret('B1');
  await ben.type(' by Ben');
  await ben.says('What you typed is kept in this window');

  await ada.page.getByText('B1', { exact: true }).first().click({ button: 'right' });
  await ada.page.getByText('Insert row below').first().click();
  await ada.shows('keep', 'A1', 'B1', '', '', '');
  await ada.saved();
  await ben.page.unroute('**/blocks');
  await ben.saved();

  const all = ['keep', 'A1', 'B1 by Ben', '', '', ''];
  await ada.shows(...all);
  await ben.shows(...all);
});

test('three people, one of them offline for a while: everything arrives', async () => {
  room.host.put('plan', wordFile(paragraphs('one', 'two', 'three')));
  const people = [
    await room.open('ada', 'plan'),
    await room.open('ben', 'plan'),
    await room.open('cleo', 'plan'),
  ] as const;
  const [ada, ben, cleo] = people;
  await cleo.page.context().setOffline(true);
  await cleo.placeCaret('three');
  await cleo.type(' by Cleo, in the train');
  await cleo.says('The server cannot be reached.');
  await Promise.all([ada.placeCaret('one'), ben.placeCaret('two')]);
  await Promise.all([ada.type(' by Ada'), ben.type(' by Ben')]);
  await ada.shows('one by Ada', 'two by Ben', 'three');

  await cleo.page.context().setOffline(false);

  for (const person of people) await person.shows('one by Ada', 'two by Ben', 'three by Cleo, in the train');
});

test('a base that the server has forgotten leads to a fresh read and a merge', async () => {
  room.host.put('plan', wordFile(paragraphs('one', 'two', 'three')));
  const ada = await room.open('ada', 'plan');
  await ada.placeCaret('two');
  await ada.page.route('**/blocks', async (route) => {
    const body = route.request().postDataJSON();
    const forgotten = body.sequence === 1 ? { ...body, base: '"c:{of another life},1"' } : body;
    await route.continue({ postData: JSON.stringify(forgotten) });
  });
  const answers: number[] = [];
  ada.page.on('response', (answer) => answer.url().endsWith('/blocks') && answers.push(answer.status()));

  await ada.type(' by Ada');
  await ada.saved();

  expect(answers[0]).toBe(409);
  expect(new Set(answers.slice(1))).toEqual(new Set([200]));
  expect(room.documentOf('plan')).toContain('>two by Ada<');
  await ada.shows('one', 'two by Ada', 'three');
});
