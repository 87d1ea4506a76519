// node emulator/bench/merge-delay.ts [FILE.docx …]
// Two people in two browsers: how long a key takes, and how long a save takes to be seen by the other. A small and a
// long document are made when no file is named.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { startBrowser, startWordRoom, type WordPage, type WordRoom } from '../src/editor/testing/playing-word.ts';
import { wordFile } from '../src/editor/testing/word-files.ts';

const TURNS = 6;
const KEYS = 'measured words.';

const made = (count: number) =>
  wordFile(
    Array.from(
      { length: count },
      (_, index) =>
        `<w:p><w:r><w:t>Paragraph ${index}: wash your hands before and after every contact with a patient.</w:t></w:r></w:p>`,
    ).join(''),
  );
const named = process.argv.slice(2).map((path) => [basename(path), new Uint8Array(readFileSync(path))] as const);
const documents =
  named.length > 0
    ? named
    : ([
        ['10 paragraphs', made(10)],
        ['700 paragraphs', made(700)],
      ] as const);

const browser = await startBrowser();
const print = (...columns: string[]) => process.stdout.write(`| ${columns.join(' | ')} |\n`);
print('document', 'a key, ms', 'save accepted to seen by the other, ms', 'last key to seen, ms', 'caret in its place');
print('---', '---', '---', '---', '---');
for (const [name, content] of documents) await measure(name, content);
await browser.close();

async function measure(name: string, content: Uint8Array): Promise<void> {
  const room = await startWordRoom(browser);
  room.host.put('measured', content);
  const [ada, ben] = [await room.open('ada', 'measured'), await room.open('ben', 'measured')];
  const places = (await ada.texts()).filter((text) => text.length > 12);
  const [first = '', last = ''] = [places[0], places.at(-1)];
  const measures = { key: [] as number[], seen: [] as number[], total: [] as number[], caret: 0 };
  for (let turn = 0; turn < TURNS; turn++) {
    const [writer, reader] = turn % 2 === 0 ? [ada, ben] : [ben, ada];
    await reader.placeCaret(last);
    await takeTurn(room, writer, reader, { first, mark: `[${turn}]` }, measures);
  }
  const columns = [measures.key, measures.seen, measures.total].map(
    (values) => `${Math.min(...values).toFixed(0)}–${Math.max(...values).toFixed(0)}`,
  );
  print(name, ...columns, `${measures.caret} of ${TURNS}`);
  await room.close();
}

async function takeTurn(
  room: WordRoom,
  writer: WordPage,
  reader: WordPage,
  { first, mark }: { first: string; mark: string },
  measures: { key: number[]; seen: number[]; total: number[]; caret: number },
): Promise<void> {
  const caret = await caretOf(reader);
  await writer.placeCaret(first.slice(0, 12));
  const begin = performance.now();
  await writer.type(KEYS + mark);
  measures.key.push((performance.now() - begin) / (KEYS.length + mark.length));
  const lastKey = performance.now();
  const accepted = storedWith(room, mark);
  const seen = reader.showsSomewhere(mark);
  const acceptedAt = await accepted;
  await seen;
  measures.seen.push(Math.max(0, performance.now() - acceptedAt));
  measures.total.push(performance.now() - lastKey);
  if ((await caretOf(reader)) === caret) measures.caret++;
}

function storedWith(room: WordRoom, mark: string): Promise<number> {
  return new Promise((resolve) => {
    const stop = room.host.watchSaves({ driveId: 'drive', itemId: 'measured' }, () => {
      if (!room.documentOf('measured').includes(mark)) return;
      stop();
      resolve(performance.now());
    });
  });
}

function caretOf(page: WordPage): Promise<string> {
  return page.page.evaluate<string>('window.wordForTests.caret()');
}
