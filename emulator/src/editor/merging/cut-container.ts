import { paragraphId } from '../blocks/paragraph-ids.ts';
import { descendants, sourceOf, type XmlNode } from '../blocks/xml-tree.ts';

/** A part of a container that holds paragraphs: a block of the body, a row, a cell, a block of a cell. */
export interface Piece {
  /** The `w14:paraId` of its first paragraph. */
  key: string;
  name: string;
  /** What stands between the piece before and this one. */
  lead: string;
  xml: string;
  node: XmlNode;
  ids: string[];
}

/**
 * An element cut at those children that hold paragraphs; `head`, leads, pieces and `tail` make up the whole of it.
 * What stands before the first piece, such as the properties of a table, belongs to `head`.
 */
export interface CutContainer {
  head: string;
  pieces: Piece[];
  tail: string;
}

export function cutContainer(xml: string, container: XmlNode): CutContainer {
  const pieces: Piece[] = [];
  let at: number | undefined;
  for (const node of container.children) {
    if (node.name === '#text') continue;
    const ids = paragraphIdsIn(xml, node);
    const key = ids[0];
    if (key === undefined) continue;
    pieces.push({
      key,
      name: node.name,
      lead: xml.slice(at ?? node.start, node.start),
      xml: sourceOf(xml, node),
      node,
      ids,
    });
    at = node.end;
  }
  const headEnd = pieces[0]?.node.start ?? container.innerStart;
  return { head: xml.slice(container.start, headEnd), pieces, tail: xml.slice(at ?? headEnd, container.end) };
}

function paragraphIdsIn(xml: string, node: XmlNode): string[] {
  const paragraphs = node.name === 'w:p' ? [node] : [];
  for (const below of descendants(node)) if (below.name === 'w:p') paragraphs.push(below);
  return paragraphs.map((paragraph) => paragraphId(xml, paragraph)).filter((id) => id !== undefined);
}
