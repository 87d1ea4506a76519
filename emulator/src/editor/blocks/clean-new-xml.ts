import type { PackageReferences } from '../package/word-package.ts';
import {
  descendants,
  encodeText,
  findAttribute,
  openTagOf,
  readXmlTree,
  replaceRanges,
  sourceOf,
  type XmlNode,
} from './xml-tree.ts';

const LARGEST_ID = 0x7fffffff;
const NEW_CHANGE = /(<w:(?:ins|del|move\w+|\w+Change|cellIns|cellDel|cellMerge)\s[^>]*?\bw:id=")(\d+)("[^>]*>)/g;

/** Who makes the tracked changes of this save, and when. */
export interface ChangeMark {
  author: string;
  at: Date;
}

export interface Cleaner {
  clean(xml: string): string;
  /** What could not be kept, in words for the person who is typing. */
  lost: Set<string>;
}

/**
 * Makes XML that comes from the page fit to stand in this package: tracked changes get ids that fit into 32 bits (the
 * editor counts from the time of day), and nothing refers to a part that the package does not have, which would make
 * Word call the document damaged.
 */
export function createCleaner(documentXml: string, references: PackageReferences, change: ChangeMark): Cleaner {
  const lost = new Set<string>();
  const renumber = createRenumbering(documentXml, change);
  return { lost, clean: (xml) => renumber(dropDanglingReferences(xml, references, lost)) };
}

function createRenumbering(documentXml: string, change: ChangeMark): (xml: string) => string {
  let largest: number | undefined;
  const given = new Map<string, number>();
  const renumbered = (id: string): number => {
    largest ??= largestId(documentXml);
    const known = given.get(id) ?? ++largest;
    given.set(id, known);
    return known;
  };
  const author = encodeText(change.author).replaceAll('"', '&quot;');
  const date = `${change.at.toISOString().slice(0, 19)}Z`;
  return (xml) =>
    xml.replace(NEW_CHANGE, (tag, open, id, close) => {
      if (Number(id) <= LARGEST_ID) return tag;
      return `${open}${renumbered(id)}${close}`
        .replace(/\sw:author="[^"]*"/, ` w:author="${author}"`)
        .replace(/\sw:date="[^"]*"/, ` w:date="${date}"`);
    });
}

function largestId(documentXml: string): number {
  let largest = 0;
  for (const [, id] of documentXml.matchAll(/\sw:id="(\d{1,9})"/g)) largest = Math.max(largest, Number(id));
  return largest;
}

function dropDanglingReferences(xml: string, references: PackageReferences, lost: Set<string>): string {
  const replacements: { start: number; end: number; text: string }[] = [];
  let done = 0;
  for (const node of descendants(readXmlTree(xml))) {
    if (node.start < done) continue;
    const loss = findLoss(xml, node, references);
    if (!loss) continue;
    lost.add(loss);
    if (node.name === 'w:hyperlink') {
      // The words of the link stay.
      replacements.push(
        { start: node.start, end: node.innerStart, text: '' },
        { start: node.innerEnd, end: node.end, text: '' },
      );
    } else {
      replacements.push({ start: node.start, end: node.end, text: '' });
      done = node.end;
    }
  }
  return replacements.length === 0 ? xml : replaceRanges(xml, replacements);
}

function findLoss(xml: string, node: XmlNode, references: PackageReferences): string | undefined {
  const id = () => findAttribute(openTagOf(xml, node), 'w:id') ?? '';
  switch (node.name) {
    case 'w:drawing':
    case 'w:pict':
    case 'w:object':
      return hasUnknownRelationship(sourceOf(xml, node), references) ? 'A new picture was not saved.' : undefined;
    case 'w:hyperlink':
      return hasUnknownRelationship(openTagOf(xml, node), references)
        ? 'The address of a new link was not saved.'
        : undefined;
    case 'w:commentRangeStart':
    case 'w:commentRangeEnd':
    case 'w:commentReference':
      return references.comments.has(id()) ? undefined : 'A new comment was not saved.';
    case 'w:footnoteReference':
      return references.footnotes.has(id()) ? undefined : 'A new footnote was not saved.';
    case 'w:endnoteReference':
      return references.endnotes.has(id()) ? undefined : 'A new endnote was not saved.';
    case 'w:numPr':
      return hasUnknownNumbering(xml, node, references) ? 'The marks of a new list were not saved.' : undefined;
    default:
      return undefined;
  }
}

function hasUnknownRelationship(xml: string, { relationships }: PackageReferences): boolean {
  return [...xml.matchAll(/\sr:\w+="([^"]+)"/g)].some(([, id]) => id !== undefined && !relationships.has(id));
}

function hasUnknownNumbering(xml: string, node: XmlNode, { numberings }: PackageReferences): boolean {
  const number = node.children.find((child) => child.name === 'w:numId');
  const id = number && findAttribute(openTagOf(xml, number), 'w:val');
  return id !== undefined && id !== '0' && !numberings.has(id);
}
