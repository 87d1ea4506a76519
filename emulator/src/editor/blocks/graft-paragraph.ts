import { mergeParagraphProperties } from './merge-properties.ts';
import { type Atom, type Paragraph, readParagraph, textOf } from './paragraph-atoms.ts';
import { splitContent, writeText } from './split-content.ts';
import { decodeText, openTagOf, replaceRanges, type XmlNode } from './xml-tree.ts';

/** What differs between two readings of a paragraph: atoms `from`–`to` of the one became `from`–`newTo` of the other. */
interface Difference {
  from: number;
  to: number;
  newTo: number;
}

/**
 * Carries an edit over to the original XML of a paragraph. The page's editor reads and writes less than Word does, so
 * its writing of the paragraph `before` and `after` the edit serves only to see what changed; everything else stays as
 * Word wrote it. Undefined when the edit cannot be placed: the caller then takes the editor's own writing.
 *
 * @param clean is given the XML that comes from the editor before it is used
 */
export function graftParagraph(
  originalXml: string,
  beforeXml: string,
  afterXml: string,
  clean: (xml: string) => string,
): string | undefined {
  const original = readParagraph(originalXml);
  const before = readParagraph(beforeXml);
  const after = readParagraph(afterXml);
  if (!original || !before || !after || textOf(original.atoms) !== textOf(before.atoms)) return undefined;
  const content = graftContent(original, before, after, clean);
  if (content === undefined) return undefined;
  const properties = mergeParagraphProperties(original.properties, before.properties, after.properties, clean);
  return `${openTagOf(original.xml, original.node)}${properties}${content}</w:p>`;
}

function graftContent(original: Paragraph, before: Paragraph, after: Paragraph, clean: (xml: string) => string) {
  const difference = findDifference(before.atoms, after.atoms);
  if (difference.from === difference.to && difference.from === difference.newTo)
    return original.xml.slice(original.contentStart, original.contentEnd);
  if (isSameButForComments(before, after)) return original.xml.slice(original.contentStart, original.contentEnd);
  return graftText(original, before, after, difference) ?? graftPieces(original, before, after, difference, clean);
}

// The marks of comments are put and taken away by what was done with the comments: `anchorComments`.
function isSameButForComments(before: Paragraph, after: Paragraph): boolean {
  const [old, now] = [before, after].map(({ atoms }) =>
    atoms.filter((atom) => !COMMENT_MARK.test(atom.path.at(-1)?.name ?? '')).map(({ identity }) => identity),
  );
  return JSON.stringify(old) === JSON.stringify(now);
}

function findDifference(before: Atom[], after: Atom[]): Difference {
  const shorter = Math.min(before.length, after.length);
  let from = 0;
  while (from < shorter && before[from]?.identity === after[from]?.identity) from++;
  let same = 0;
  while (same < shorter - from && before.at(-1 - same)?.identity === after.at(-1 - same)?.identity) same++;
  return { from, to: before.length - same, newTo: after.length - same };
}

// Words typed or deleted, set like their neighbour: only the contents of the `w:t` elements change.
function graftText(original: Paragraph, before: Paragraph, after: Paragraph, difference: Difference) {
  const { from, to, newTo } = difference;
  const deleted = before.atoms.slice(from, to);
  const inserted = after.atoms.slice(from, newTo);
  const setting = inserted[0]?.setting;
  if ([...deleted, ...inserted].some((atom) => atom.text === undefined)) return undefined;
  if (inserted.some((atom) => atom.setting !== setting)) return undefined;
  const host = setting === undefined ? 'none' : findHost(before.atoms, difference, setting);
  if (!host) return undefined;
  const texts = original.atoms.filter((atom) => atom.text !== undefined);
  const start = textOf(before.atoms.slice(0, from)).length;
  return writeTexts(original, texts, { start, end: start + deleted.length, host, inserted: textOf(inserted) });
}

function findHost(before: Atom[], { from, to }: Difference, setting: string): 'left' | 'right' | undefined {
  const fits = (atom: Atom | undefined) => atom?.text !== undefined && atom.setting === setting;
  if (fits(before[from - 1])) return 'left';
  if (fits(before[from < to ? from : to])) return 'right';
  return undefined;
}

interface TextEdit {
  start: number;
  end: number;
  /** Whether the new words join the `w:t` of the character before or of the one at `start`. */
  host: 'left' | 'right' | 'none';
  inserted: string;
}

function writeTexts(original: Paragraph, texts: Atom[], edit: TextEdit): string | undefined {
  const host = edit.host === 'none' ? undefined : texts[edit.host === 'left' ? edit.start - 1 : edit.start];
  if (edit.host !== 'none' && !host) return undefined;
  const deletedFrom = new Map<XmlNode, Set<number>>();
  for (const atom of texts.slice(edit.start, edit.end)) {
    const node = atom.path.at(-1);
    if (node) deletedFrom.set(node, (deletedFrom.get(node) ?? new Set()).add(atom.offset));
  }
  const hostNode = host?.path.at(-1);
  const changed = new Set([...deletedFrom.keys(), ...(hostNode ? [hostNode] : [])]);
  const insertAt = host ? host.offset + (edit.host === 'left' ? 1 : 0) : 0;
  const replacements = [...changed].map((node) => {
    const units = decodeText(original.xml.slice(node.innerStart, node.innerEnd)).split('');
    const kept = (unit: string, offset: number) => (deletedFrom.get(node)?.has(offset) ? '' : unit);
    const pieces = units.map(kept);
    const text =
      node === hostNode
        ? pieces.slice(0, insertAt).join('') + edit.inserted + pieces.slice(insertAt).join('')
        : pieces.join('');
    return { start: node.start, end: node.end, text: writeText(text) };
  });
  return replaceRanges(original.xml, replacements).slice(
    original.contentStart,
    // Only text inside the content changed length.
    original.contentEnd - original.xml.length || undefined,
  );
}

// Anything else (suggestions, formatting, breaks): the original is cut open and the editor's piece put in.
function graftPieces(
  original: Paragraph,
  before: Paragraph,
  after: Paragraph,
  { from, to, newTo }: Difference,
  clean: (xml: string) => string,
): string | undefined {
  const start = findOriginalIndex(original.atoms, before.atoms, from);
  const end = from === to ? start : Math.max(start, findOriginalIndex(original.atoms, before.atoms, to));
  const left = splitContent(original, start)?.[0];
  const right = splitContent(original, end)?.[1];
  const piece = middleOf(after, from, newTo);
  if (left === undefined || right === undefined || piece === undefined) return undefined;
  const dropped = new Set(before.atoms.slice(from, to).map(markOf));
  const kept = original.atoms.slice(start, end).filter((atom) => isRangeMark(atom) && !dropped.has(markOf(atom)));
  const marks = kept.map((atom) => markSource(original, atom)).join('');
  return left + marks + clean(withOriginalFormatting(piece, original, before, from)) + right;
}

// The same place in the original: after the same number of characters, then past as many other elements as it has.
function findOriginalIndex(original: Atom[], before: Atom[], index: number): number {
  let characters = 0;
  let marks = 0;
  for (const atom of before.slice(0, index)) {
    if (atom.text === undefined) marks++;
    else {
      characters++;
      marks = 0;
    }
  }
  let at = 0;
  for (let seen = 0; seen < characters; at++) if (original[at]?.text !== undefined) seen++;
  while (marks > 0 && at < original.length && original[at]?.text === undefined) {
    at++;
    marks--;
  }
  return at;
}

function middleOf(paragraph: Paragraph, from: number, to: number): string | undefined {
  const left = splitContent(paragraph, from);
  const right = splitContent(paragraph, to);
  if (!left || !right) return undefined;
  if (right[1] === '') return left[1];
  // Cutting closes and reopens elements, so the piece is cut from its own right side again.
  const rest = readParagraph(`<w:p>${left[1]}</w:p>`);
  return rest && splitContent(rest, to - from)?.[0];
}

// The editor spells out formatting that comes from styles. Where its spelling of neighbouring text is known, the
// original's own `w:rPr` is used.
function withOriginalFormatting(piece: string, original: Paragraph, before: Paragraph, from: number): string {
  const originals = original.atoms.filter((atom) => atom.text !== undefined);
  const texts = before.atoms.filter((atom) => atom.text !== undefined);
  const at = textOf(before.atoms.slice(0, from)).length;
  const spelling = new Map<string, string>();
  const nearestFirst = texts.map((_, index) => index).sort((a, b) => Math.abs(a + 1 - at) - Math.abs(b + 1 - at));
  for (const index of nearestFirst) {
    const ours = texts[index]?.runProperties;
    if (ours && !spelling.has(ours)) spelling.set(ours, originals[index]?.runProperties ?? '');
  }
  return piece.replace(/<w:rPr>.*?<\/w:rPr>/gs, (properties) => spelling.get(properties) ?? properties);
}

const COMMENT_MARK = /^w:comment(?:RangeStart|RangeEnd|Reference)$/;
const RANGE_MARKS = /^w:(?:bookmark|commentRange|perm|moveFromRange|moveToRange)(?:Start|End)$/;

function isRangeMark(atom: Atom): boolean {
  return RANGE_MARKS.test(atom.path.at(-1)?.name ?? '');
}

function markOf(atom: Atom): string {
  const name = atom.path.at(-1)?.name ?? '';
  return `${name} ${/\sw:id="([^"]*)"/.exec(atom.identity)?.[1] ?? ''}`;
}

function markSource(paragraph: Paragraph, atom: Atom): string {
  const node = atom.path.at(-1);
  return node && atom.path.length === 1 ? paragraph.xml.slice(node.start, node.end) : '';
}
