// node emulator/bench/sheets-and-slides.ts FOLDER
// Opens every .xlsx and .pptx of a folder, changes one field as a page would, and says which parts are not what they were.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readZip } from '../src/editor/package/zip.ts';
import { type OfficeSession, startOfficeSession } from '../test/office-session.ts';

interface Row {
  file: string;
  holds: string;
  changed: string;
  parts: string;
  reads: string;
}

const folder = process.argv[2];
if (folder === undefined) throw new Error('Which folder? node emulator/bench/sheets-and-slides.ts FOLDER');

const session = await startOfficeSession();
const print = (...columns: string[]) => process.stdout.write(`| ${columns.join(' | ')} |\n`);
print('file', 'holds', 'changed', 'parts that differ', 'read again');
print('---', '---', '---', '---', '---');
for (const path of listFiles(folder)) {
  const { file, holds, changed, parts, reads } = await tryFile(session, path);
  print(file, holds, changed, parts, reads);
}
await session.close();

function listFiles(from: string): string[] {
  return readdirSync(from, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(xlsx|pptx)$/i.test(name))
    .sort()
    .map((name) => join(from, name));
}

async function tryFile({ upload }: OfficeSession, path: string): Promise<Row> {
  const file = basename(path);
  const before = readFileSync(path);
  const opened = await upload(file, before);
  const content = (await opened.view()) as Content;
  if ('error' in content) return { file, holds: '', changed: 'refused', parts: '', reads: content.error.message };
  const field = findField(content);
  if (!field) return { file, holds: summarize(content), changed: 'nothing to change', parts: '', reads: '' };
  const saved = await opened.save({ [field.key]: field.value });
  const after = await opened.download();
  const again = findValue((await opened.view()) as Content, field.key);
  return {
    file,
    holds: summarize(content),
    changed: `${field.key}${saved.lost?.length ? ` (${saved.lost.join(' ')})` : ''}`,
    parts: differingParts(before, after).join(', '),
    reads: again === field.value ? 'the new text' : `“${again}”`,
  };
}

type Content =
  | { error: { message: string } }
  | { view: { sheets: { id: string; name: string; cells: Cell[] }[] } }
  | { view: { slides: { id: string; boxes: { id: string; text: string; readOnlyBecause?: string }[] }[] } };

interface Cell {
  at: string;
  value: unknown;
  readOnlyBecause?: string;
}

function summarize(content: Content): string {
  if ('error' in content) return '';
  if ('sheets' in content.view) {
    const cells = content.view.sheets.map(({ cells: all }) => all.filter(({ value }) => value !== null).length);
    return `${cells.length} sheets, ${cells.reduce((sum, count) => sum + count, 0)} cells`;
  }
  const boxes = content.view.slides.reduce((sum, slide) => sum + slide.boxes.length, 0);
  return `${content.view.slides.length} slides, ${boxes} boxes`;
}

/** The first text that takes a change, with a few words more. */
function findField(content: Content): { key: string; value: string } | undefined {
  const words = ', tried & <found>';
  if ('error' in content) return undefined;
  if ('sheets' in content.view) {
    for (const { id, cells } of content.view.sheets) {
      const cell = cells.find(
        ({ value, readOnlyBecause }) => typeof value === 'string' && readOnlyBecause === undefined,
      );
      if (cell) return { key: `${id}!${cell.at}`, value: cell.value + words };
    }
    const first = content.view.sheets[0];
    return first && { key: `${first.id}!A1`, value: words };
  }
  for (const { id, boxes } of content.view.slides) {
    const box = boxes.find(({ readOnlyBecause }) => readOnlyBecause === undefined);
    if (box) return { key: `${id}!${box.id}`, value: box.text + words };
  }
  return undefined;
}

function findValue(content: Content, key: string): unknown {
  const [group, field] = key.split('!');
  if ('error' in content) return content.error.message;
  if ('sheets' in content.view)
    return content.view.sheets.find(({ id }) => id === group)?.cells.find(({ at }) => at === field)?.value;
  return content.view.slides.find(({ id }) => id === group)?.boxes.find(({ id }) => id === field)?.text;
}

/** By their stored bytes, which is stricter than by their content. */
function differingParts(before: Uint8Array, after: Uint8Array): string[] {
  const stored = (content: Uint8Array) =>
    new Map(readZip(content).map(({ name, compressed }) => [name, Buffer.from(compressed).toString('base64')]));
  const [old, now] = [stored(before), stored(after)];
  return [...new Set([...old.keys(), ...now.keys()])].filter((name) => old.get(name) !== now.get(name));
}
