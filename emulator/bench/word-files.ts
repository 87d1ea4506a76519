// node emulator/bench/word-files.ts FOLDER
// Opens every .docx of a folder in a real browser, types a sentence, and says which parts are not byte for byte what
// they were. `sheets-and-slides.ts` does the same for .xlsx and .pptx.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readZip } from '../src/editor/package/zip.ts';
import { startBrowser, startWordRoom, type WordPage } from '../src/editor/testing/playing-word.ts';

const SENTENCE = ' A sentence typed in the browser.';

const folder = process.argv[2];
if (folder === undefined) throw new Error('Which folder? node emulator/bench/word-files.ts FOLDER');

const browser = await startBrowser();
const room = await startWordRoom(browser);
const print = (...columns: string[]) => process.stdout.write(`| ${columns.join(' | ')} |\n`);
print('file', 'result', 'parts that differ', 'parts kept', 'said');
print('---', '---', '---', '---', '---');
for (const path of listFiles(folder)) print(...(await tryFile(path)));
await room.close();
await browser.close();

function listFiles(from: string): string[] {
  return readdirSync(from, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.docx$/i.test(name))
    .sort()
    .map((name) => join(from, name));
}

async function tryFile(path: string): Promise<string[]> {
  const file = basename(path);
  const before = new Uint8Array(readFileSync(path));
  room.host.put(file, before);
  const answer = await fetch(`${room.url}/_editor/documents/${encodeURIComponent(file)}/content`, {
    headers: { cookie: 'session=ada' },
  });
  if (!answer.ok) return [file, 'refused', '', '', await refusalOf(answer)];
  if (answer.headers.get('x-editor-mode') === 'viewing')
    return [file, 'read only', '', '', decodeURIComponent(answer.headers.get('x-editor-reason') ?? '')];
  const word = await room.open('ada', encodeURIComponent(file));
  const [typed, said] = [await typeSentence(word), await noticesOf(word)];
  await word.page.close();
  const kept = new Map(readZip(before).map((entry) => [entry.name, Buffer.from(entry.compressed)]));
  const after = readZip(room.host.content(file));
  const differing = after
    .filter(({ name, compressed }) => !kept.get(name)?.equals(Buffer.from(compressed)))
    .map(({ name }) => name);
  const gone = [...kept.keys()]
    .filter((name) => !after.some((entry) => entry.name === name))
    .map((name) => `gone: ${name}`);
  return [
    file,
    typed ? 'typed and saved' : 'TYPING IS NOT IN THE FILE',
    [...differing, ...gone].join(', '),
    String(after.length - differing.length),
    said,
  ];
}

async function typeSentence(word: WordPage): Promise<boolean> {
  await word.placeCaret();
  await word.type(SENTENCE);
  await word.saved();
  const text = room
    .documentOf(decodeURIComponent(new URL(word.page.url()).searchParams.get('sourcedoc') ?? ''))
    .replace(/<[^>]*>/g, '');
  return text.includes(SENTENCE.trim());
}

function noticesOf(word: WordPage): Promise<string> {
  return word.page
    .locator('.notice')
    .allInnerTexts()
    .then((texts) => texts.join(' '));
}

async function refusalOf(answer: Response): Promise<string> {
  const { error } = (await answer.json()) as { error: { message: string } };
  return error.message;
}
