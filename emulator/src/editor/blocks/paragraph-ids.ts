import { declareNamespaces } from './namespaces.ts';
import { descendants, findAttribute, openTagOf, readXmlTree, replaceRanges, type XmlNode } from './xml-tree.ts';

// Word accepts ids below 0x80000000 only.
const FIRST_ID = 0x10000000;
const ID_SPACE = 0x70000000;
const STEP = 0x9e3779b1;

/**
 * Gives a `w14:paraId` to every paragraph that has none, and another one to a paragraph that repeats an earlier one.
 * The ids follow from the content alone: the same bytes get the same ids in every process. Another `first` gives other
 * ones, so that the parts of one file do not share them.
 */
export function addParagraphIds(xml: string, first = 0): string {
  const paragraphs = [...descendants(readXmlTree(xml))].filter((node) => node.name === 'w:p');
  const seen = new Set<string>();
  const next = freshIds(
    paragraphs.map((node) => paragraphId(xml, node)).filter((id) => id !== undefined),
    first,
  );
  const insertions: { start: number; end: number; text: string }[] = [];
  for (const paragraph of paragraphs) {
    const id = paragraphId(xml, paragraph);
    if (id !== undefined && !seen.has(id)) {
      seen.add(id);
      continue;
    }
    insertions.push(id === undefined ? insertedId(paragraph, next()) : exchangedId(xml, paragraph, next()));
  }
  return insertions.length === 0 ? xml : declareNamespaces(replaceRanges(xml, insertions), ['w14']);
}

export function paragraphId(xml: string, paragraph: XmlNode): string | undefined {
  return findAttribute(openTagOf(xml, paragraph), 'w14:paraId');
}

function insertedId(paragraph: XmlNode, id: string) {
  const at = paragraph.start + '<w:p'.length;
  return { start: at, end: at, text: ` w14:paraId="${id}"` };
}

function exchangedId(xml: string, paragraph: XmlNode, id: string) {
  const tag = openTagOf(xml, paragraph).replace(/(\sw14:paraId\s*=\s*)("[^"]*"|'[^']*')/, `$1"${id}"`);
  return { start: paragraph.start, end: paragraph.start + openTagOf(xml, paragraph).length, text: tag };
}

/** Gives one id after the other that is not among `used`. */
export function freshIds(used: Iterable<string>, first = 0): () => string {
  const taken = new Set(used);
  let counter = first;
  return () => {
    for (;;) {
      const number = FIRST_ID + ((Math.imul(++counter, STEP) >>> 0) % ID_SPACE);
      const id = number.toString(16).toUpperCase().padStart(8, '0');
      if (taken.has(id)) continue;
      taken.add(id);
      return id;
    }
  };
}
