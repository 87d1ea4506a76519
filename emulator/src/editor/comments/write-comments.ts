import { posix } from 'node:path';
import type { ChangeMark } from '../blocks/clean-new-xml.ts';
import { declareNamespaces } from '../blocks/namespaces.ts';
import { freshIds, paragraphId } from '../blocks/paragraph-ids.ts';
import { writeText } from '../blocks/split-content.ts';
import { descendants, findAttribute, openTagOf, readXmlTree, replaceRanges, type XmlNode } from '../blocks/xml-tree.ts';
import {
  addWordPart,
  encodeAttribute,
  insertBefore,
  type Parts,
  putPart,
  readRelationships,
  readText,
} from '../package/package-parts.ts';
import type { CommentChanges } from './comment-changes.ts';
import { markThreads, type Thread } from './comment-threads.ts';

const EMPTY =
  '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:comments xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"></w:comments>';

/**
 * Changes `comments.xml` and what belongs to it. Comments that nobody touched keep their bytes.
 * @returns the ids of all comments of the package afterwards
 */
export function writeComments(parts: Parts, documentPart: string, changes: CommentChanges, by: ChangeMark): void {
  const { added, deleted, resolved } = changes;
  if (added.length + deleted.length + resolved.length === 0) return;
  const known = readRelationships(parts, documentPart).find(({ kind }) => kind === 'comments')?.target;
  const before = (known && readText(parts, known)) ?? EMPTY;
  const removed = removeComments(before, deleted);
  let { xml } = removed;
  for (const comment of added)
    if (!findComment(xml, comment.id)) xml = appendComment(xml, comment.id, comment.text, by);
  const threads: Thread[] = [];
  for (const { id, parent } of added) {
    if (parent !== undefined) threads.push({ id, parent });
  }
  for (const { id, done } of resolved) threads.push({ id, done });
  const named = nameLastParagraphs(
    xml,
    threads.flatMap(({ id, parent }) => (parent === undefined ? [id] : [id, parent])),
  );
  if (named.xml !== before) storeComments(parts, documentPart, known, named.xml);
  markThreads(parts, documentPart, threads, named.paragraphs, removed.paragraphs);
}

function storeComments(parts: Parts, documentPart: string, known: string | undefined, xml: string): void {
  if (known !== undefined) putPart(parts, known, Buffer.from(xml));
  else {
    const name = `${posix.dirname(documentPart)}/comments.xml`;
    addWordPart(parts, documentPart, { name, kind: 'comments', type: 'comments', xml });
  }
}

function commentsOf(xml: string): XmlNode[] {
  return [...descendants(readXmlTree(xml))].filter(({ name }) => name === 'w:comment');
}

function findComment(xml: string, id: number): XmlNode | undefined {
  return commentsOf(xml).find((node) => findAttribute(openTagOf(xml, node), 'w:id') === String(id));
}

function removeComments(xml: string, ids: number[]): { xml: string; paragraphs: Set<string> } {
  const nodes = ids.map((id) => findComment(xml, id)).filter((node) => node !== undefined);
  const paragraphs = nodes.flatMap((node) => paragraphsOf(node).map((paragraph) => paragraphId(xml, paragraph)));
  return {
    xml: replaceRanges(
      xml,
      nodes.map(({ start, end }) => ({ start, end, text: '' })),
    ),
    paragraphs: new Set(paragraphs.filter((id) => id !== undefined)),
  };
}

function paragraphsOf(comment: XmlNode): XmlNode[] {
  return [...descendants(comment)].filter(({ name }) => name === 'w:p');
}

function appendComment(xml: string, id: number, text: string[], { author, at }: ChangeMark): string {
  const nextId = freshIds(idsIn(xml), id);
  const date = `${at.toISOString().slice(0, 19)}Z`;
  const initials = author.replace(/(\S)\S*\s*/g, '$1').slice(0, 9);
  const lines = text.length === 0 ? [''] : text;
  const body = lines.map((line, index) => {
    const mark = index === 0 ? '<w:r><w:annotationRef/></w:r>' : '';
    return `<w:p w14:paraId="${nextId()}">${mark}<w:r>${writeText(line)}</w:r></w:p>`;
  });
  const attributes = `w:id="${id}" w:author="${encodeAttribute(author)}" w:date="${date}" w:initials="${encodeAttribute(initials)}"`;
  const open = xml.replace(/(<w:comments(?:\s[^>]*)?)\/>/, '$1></w:comments>');
  const comment = `<w:comment ${attributes}>${body.join('')}</w:comment>`;
  return declareNamespaces(insertBefore(open, '</w:comments>', comment), ['w14']);
}

function idsIn(xml: string): string[] {
  return [...xml.matchAll(/\sw14:paraId="(\w+)"/g)].map(([, id]) => id ?? '');
}

// Threads refer to comments by the id of their last paragraph.
function nameLastParagraphs(source: string, ids: number[]): { xml: string; paragraphs: Map<number, string> } {
  let xml = source;
  const paragraphs = new Map<number, string>();
  for (const id of ids) {
    const comment = findComment(xml, id);
    const last = comment && paragraphsOf(comment).at(-1);
    if (!last) continue;
    const known = paragraphId(xml, last);
    const name = known ?? freshIds(idsIn(xml), id)();
    if (known === undefined) {
      const at = last.start + '<w:p'.length;
      xml = declareNamespaces(`${xml.slice(0, at)} w14:paraId="${name}"${xml.slice(at)}`, ['w14']);
    }
    paragraphs.set(id, name);
  }
  return { xml, paragraphs };
}
