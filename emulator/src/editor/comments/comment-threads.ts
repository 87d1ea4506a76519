import { posix } from 'node:path';
import {
  addWordPart,
  insertBefore,
  type Parts,
  putPart,
  readRelationships,
  readText,
} from '../package/package-parts.ts';

/** What `commentsExtended.xml` says of a comment: which one it answers, whether it is done. */
export interface Thread {
  id: number;
  parent?: number;
  done?: boolean;
}

const EXTENDED = 'http://schemas.microsoft.com/office/2011/relationships/commentsExtended';
const EMPTY =
  '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w15:commentsEx xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"></w15:commentsEx>';
/** Parts with an entry a comment, by the kind of their relationship and the entry's element. */
const SIDE_PARTS = [
  { kind: 'commentsExtended', entry: 'w15:commentEx' },
  { kind: 'commentsIds', entry: 'w16cid:commentId' },
];

/** Writes threads down, and takes out what is said of comments that are gone. Comments are known by a paragraph's id. */
export function markThreads(
  parts: Parts,
  documentPart: string,
  threads: Thread[],
  paragraphs: ReadonlyMap<number, string>,
  gone: ReadonlySet<string>,
): void {
  const relationships = readRelationships(parts, documentPart);
  for (const { kind, entry } of SIDE_PARTS) {
    const name = relationships.find((relationship) => relationship.kind === kind)?.target;
    const xml = name && readText(parts, name);
    if (name && xml) storeIfChanged(parts, name, xml, removeEntries(xml, entry, gone));
  }
  if (threads.length === 0) return;
  const known = relationships.find(({ kind }) => kind === 'commentsExtended')?.target;
  const before = (known && readText(parts, known)) ?? EMPTY;
  const xml = threads.reduce((text, thread) => markThread(text, thread, paragraphs), before);
  if (known !== undefined) storeIfChanged(parts, known, before, xml);
  else if (xml !== before) {
    const name = `${posix.dirname(documentPart)}/commentsExtended.xml`;
    addWordPart(parts, documentPart, { name, kind: EXTENDED, type: 'commentsExtended', xml });
  }
}

function storeIfChanged(parts: Parts, name: string, before: string, xml: string): void {
  if (xml !== before) putPart(parts, name, Buffer.from(xml));
}

function removeEntries(xml: string, entry: string, gone: ReadonlySet<string>): string {
  return xml.replace(new RegExp(`<${entry}\\s[^>]*/>`, 'g'), (tag) =>
    gone.has(/:paraId="(\w+)"/.exec(tag)?.[1] ?? '') ? '' : tag,
  );
}

function markThread(xml: string, { id, parent, done }: Thread, paragraphs: ReadonlyMap<number, string>): string {
  const paragraph = paragraphs.get(id);
  if (paragraph === undefined) return xml;
  const tag = new RegExp(`<w15:commentEx\\s[^>]*w15:paraId="${paragraph}"[^>]*/>`).exec(xml)?.[0];
  if (tag) return done === undefined ? xml : xml.replace(tag, setDone(tag, done));
  const parentParagraph = parent === undefined ? undefined : paragraphs.get(parent);
  const answers = parentParagraph ? ` w15:paraIdParent="${parentParagraph}"` : '';
  const entry = `<w15:commentEx w15:paraId="${paragraph}"${answers} w15:done="${done ? 1 : 0}"/>`;
  const open = xml.replace(/(<w15:commentsEx(?:\s[^>]*)?)\/>/, '$1></w15:commentsEx>');
  return insertBefore(open, '</w15:commentsEx>', entry);
}

function setDone(tag: string, done: boolean): string {
  const value = `w15:done="${done ? 1 : 0}"`;
  return tag.includes('w15:done=') ? tag.replace(/w15:done="[^"]*"/, value) : tag.replace(/\/>$/, ` ${value}/>`);
}
