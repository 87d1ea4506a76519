import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { parseXml } from './xml-tree.ts';

const XML_PART_LIMIT_BYTES = 64 * 1024 * 1024;

/** The parts of a Word file that our extras read. */
export interface WordPackage {
  /** Name of the part that holds the text. */
  documentPart: string;
  /** Missing in files that some programs write. */
  settingsPart: string | undefined;
  /** Every part that holds text of people: body, headers, footers, notes. */
  storyParts: string[];
  signed: boolean;
  read(name: string): Promise<string>;
}

/** The file can't be prepared or read as Word's; its caller leaves it as it is. */
export class NotReadable extends Error {
  override readonly name = 'NotReadable';
}

/** Lends the opened package while `work` runs. @throws NotReadable */
export async function withWordPackage<T>(path: string, work: (opened: WordPackage) => Promise<T>): Promise<T> {
  let zip: ZipFile | undefined;
  try {
    zip = await openPromise(path, { autoClose: false });
    return await work(await describe(zip));
  } catch (error) {
    // A disk that fails is no fault of the file.
    if (error instanceof NotReadable || (error instanceof Error && 'syscall' in error)) throw error;
    throw new NotReadable('The package is damaged.', { cause: error });
  } finally {
    zip?.close();
  }
}

const STORY = /wordprocessingml\.(document\.main|header|footer|footnotes|endnotes)\+xml$/;
const SETTINGS = /wordprocessingml\.settings\+xml$/;
const MAIN = /wordprocessingml\.document\.main\+xml$/;

async function describe(zip: ZipFile): Promise<WordPackage> {
  const entries = new Map<string, Entry>();
  for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry);
  const read = (name: string) => readText(zip, entries.get(name));
  const parts = { main: '', settings: undefined as string | undefined, stories: [] as string[] };
  for (const { local, attribute } of parseXml(await read('[Content_Types].xml')).root.children) {
    const type = attribute('ContentType') ?? '';
    const name = (attribute('PartName') ?? '').replace(/^\//, '');
    if (local !== 'Override' || !entries.has(name)) continue;
    if (MAIN.test(type)) parts.main ||= name;
    if (SETTINGS.test(type)) parts.settings ??= name;
    if (STORY.test(type)) parts.stories.push(name);
  }
  if (!parts.main) throw new NotReadable('It has no main document.');
  return {
    documentPart: parts.main,
    settingsPart: parts.settings,
    storyParts: parts.stories,
    signed: [...entries.keys()].some((name) => /^_xmlsignatures\//i.test(name)),
    read,
  };
}

async function readText(zip: ZipFile, entry: Entry | undefined): Promise<string> {
  if (!entry) throw new NotReadable('A part is missing.');
  if (entry.uncompressedSize > XML_PART_LIMIT_BYTES) throw new NotReadable('A part is too long.');
  const chunks: Buffer[] = [];
  for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk);
  // UTF-16 is allowed and never seen; a mark at the beginning stays where it is.
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks));
}
