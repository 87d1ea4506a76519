import type { XmlElement } from './xml-tree.ts';

const WORD = new Set([
  'http://schemas.openxmlformats.org/wordprocessingml/2006/main',
  'http://purl.oclc.org/ooxml/wordprocessingml/main',
]);

/** An element of Word's own vocabulary, in the transitional or the strict spelling. */
export function isWord(element: XmlElement, local: string): boolean {
  return element.local === local && WORD.has(element.namespace);
}
