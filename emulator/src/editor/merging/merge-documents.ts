import { findStory } from '../blocks/body-blocks.ts';
import { readXmlTree, type XmlNode } from '../blocks/xml-tree.ts';
import { type CutContainer, cutContainer, type Piece } from './cut-container.ts';
import { mergeOrder } from './merge-order.ts';
import { paragraphText } from './paragraph-text.ts';

/** A paragraph that both changed: the text of the earlier save has to be kept elsewhere. */
export interface Conflict {
  key: string;
  earlierText: string;
}

export interface MergeInput {
  /** What the page's changes are based on. */
  base: string;
  /** The base with the page's changes. */
  mine: string;
  /** What is stored now. */
  theirs: string;
  /** Whether the stored state of that paragraph was saved by the same page, so that it may be written on. */
  isOwn(key: string): boolean;
}

export interface Merged {
  documentXml: string;
  conflicts: Conflict[];
}

/**
 * Merges two descendants of a document: paragraphs, rows and cells that one side changed are taken from that side.
 * Where both changed a paragraph, mine is taken and the other text reported. A change outlives a deletion.
 */
export function mergeDocuments(input: MergeInput): Merged {
  const conflicts: Conflict[] = [];
  const { base, mine, theirs } = input;
  if (mine === theirs || theirs === base) return { documentXml: mine, conflicts };
  const [baseCut, mineCut, theirCut] = [cutBody(base), cutBody(mine), cutBody(theirs)];
  const documentXml = mergeCuts(baseCut, mineCut, theirCut, { ...input, conflicts });
  return { documentXml, conflicts };
}

interface Context extends MergeInput {
  conflicts: Conflict[];
}

function cutBody(xml: string): CutContainer {
  const body = findStory(xml);
  const cut = cutContainer(xml, body);
  return { head: xml.slice(0, body.start) + cut.head, pieces: cut.pieces, tail: cut.tail + xml.slice(body.end) };
}

function mergeCuts(base: CutContainer | undefined, mine: CutContainer, theirs: CutContainer, context: Context): string {
  const olds = matchPieces(base?.pieces ?? [], [mine, theirs]);
  const mineByKey = new Map(mine.pieces.map((piece) => [olds.identity(piece), piece]));
  const theirsByKey = new Map(theirs.pieces.map((piece) => [olds.identity(piece), piece]));
  const baseByKey = new Map((base?.pieces ?? []).map((piece) => [piece.key, piece]));
  const merged: string[] = [];
  for (const key of mergeOrder([...baseByKey.keys()], [...mineByKey.keys()], [...theirsByKey.keys()])) {
    const [old, my, their] = [baseByKey.get(key), mineByKey.get(key), theirsByKey.get(key)];
    const xml = mergePiece(old, my, their, context);
    if (xml === undefined) continue;
    merged.push(pick(old?.lead, my?.lead, their?.lead) + xml);
  }
  // A cell without a paragraph is no cell.
  if (merged.length === 0 && theirs.pieces.length > 0) merged.push(theirs.pieces.at(-1)?.xml ?? '');
  return pick(base?.head, mine.head, theirs.head) + merged.join('') + pick(base?.tail, mine.tail, theirs.tail);
}

/** The side that differs from the base; mine where both do. */
function pick(base: string | undefined, mine: string | undefined, theirs: string | undefined): string {
  if (mine === undefined) return theirs ?? '';
  if (theirs === undefined) return mine;
  return mine === base ? theirs : mine;
}

function mergePiece(
  base: Piece | undefined,
  mine: Piece | undefined,
  theirs: Piece | undefined,
  context: Context,
): string | undefined {
  if (!mine && !theirs) return undefined;
  // Deleted here: a change made there outlives it, and so does what this page has not seen yet.
  if (!mine) return theirs && theirs.xml !== base?.xml ? theirs.xml : undefined;
  if (!theirs) return base && mine.xml === base.xml ? undefined : mine.xml;
  if (mine.xml === theirs.xml || theirs.xml === base?.xml) return mine.xml;
  if (mine.xml === base?.xml) return theirs.xml;
  if (mine.name !== theirs.name) return mine.xml + theirs.xml;
  if (mine.name === 'w:p') return mergeParagraph(base, mine, theirs, context);
  const cut = (piece: Piece): CutContainer => cutContainer(piece.xml, outerNode(piece.xml));
  return mergeCuts(base?.name === mine.name ? cut(base) : undefined, cut(mine), cut(theirs), context);
}

function mergeParagraph(base: Piece | undefined, mine: Piece, theirs: Piece, context: Context): string {
  const [mineText, theirText] = [paragraphText(mine.xml), paragraphText(theirs.xml)];
  const baseText = base && paragraphText(base.xml);
  if (context.isOwn(mine.key) || theirText === baseText) return mine.xml;
  // Only the formatting changed here: the other's words weigh more.
  if (mineText === baseText) return theirs.xml;
  if (!mineText.includes(theirText)) context.conflicts.push({ key: mine.key, earlierText: theirText });
  return mine.xml;
}

function outerNode(xml: string): XmlNode {
  const node = readXmlTree(xml).children[0];
  if (!node) throw new Error('A piece of a document is an element.');
  return node;
}

// A table is known by its first paragraph; when that one is deleted, by any other that it had.
function matchPieces(base: Piece[], sides: CutContainer[]): { identity(piece: Piece): string } {
  const owners = new Map(base.flatMap((piece) => piece.ids.map((id) => [id, piece.key] as const)));
  const known = new Set(base.map(({ key }) => key));
  const aliases = new Map<Piece, string>();
  for (const { pieces } of sides) {
    const taken = new Set(pieces.map(({ key }) => key).filter((key) => known.has(key)));
    for (const piece of pieces) {
      if (known.has(piece.key)) continue;
      const alias = piece.ids.map((id) => owners.get(id)).find((key) => key !== undefined && !taken.has(key));
      if (alias === undefined) continue;
      taken.add(alias);
      aliases.set(piece, alias);
    }
  }
  return { identity: (piece) => aliases.get(piece) ?? piece.key };
}
