import { findStory } from '../blocks/body-blocks.ts';
import { declareNamespaces } from '../blocks/namespaces.ts';
import { findChild } from '../blocks/xml-tree.ts';
import type { NewStoryKind } from './story-parts.ts';

/** Makes the last section of a document show a new header or footer, unless it has one of that type. */
export function referToStory(documentXml: string, kind: NewStoryKind, type: string, id: string): string {
  const body = findStory(documentXml);
  const section = findChild(body, 'w:sectPr');
  const reference = `<w:${kind}Reference w:type="${type}" r:id="${id}"/>`;
  const name = `w:${kind}Reference`;
  if (!section) {
    const at = body.innerEnd;
    const added = `${documentXml.slice(0, at)}<w:sectPr>${reference}</w:sectPr>${documentXml.slice(at)}`;
    return declareNamespaces(added, ['r']);
  }
  const own = documentXml.slice(section.start, section.end);
  if (new RegExp(`<${name}\\s[^>]*w:type="${type}"`).test(own)) return documentXml;
  const isEmpty = section.innerStart === section.innerEnd && own.endsWith('/>');
  const changed = isEmpty
    ? `${own.slice(0, -2)}>${reference}</w:sectPr>`
    : own.replace(/^<w:sectPr[^>]*>/, (tag) => tag + reference);
  return declareNamespaces(documentXml.slice(0, section.start) + changed + documentXml.slice(section.end), ['r']);
}
