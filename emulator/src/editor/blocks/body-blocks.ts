import { EditorError } from '../errors.ts';
import { paragraphId } from './paragraph-ids.ts';
import { descendants, findChild, readXmlTree, sourceOf, type XmlNode } from './xml-tree.ts';

/** A paragraph, table or content control of the body, or a note; what stands between blocks is kept with the one that follows. */
export interface BodyBlock {
  /** The `w14:paraId` of its first paragraph. */
  key: string;
  name: string;
  lead: string;
  xml: string;
}

/** `word/document.xml` cut at its blocks; `head`, every `lead` and `xml`, and `tail` make up the whole of it. */
export interface BodyBlocks {
  head: string;
  blocks: BodyBlock[];
  tail: string;
  /** From every paragraph's id, nested ones too, to the key of its block. */
  owners: Map<string, string>;
}

/** Cuts a document whose paragraphs all have ids. */
export function readBodyBlocks(xml: string): BodyBlocks {
  const body = findStory(xml);
  const blocks: BodyBlock[] = [];
  const owners = new Map<string, string>();
  let at = body.innerStart;
  for (const child of body.children) {
    const ids = paragraphIds(xml, child);
    const key = ids[0];
    if (key === undefined) continue;
    blocks.push({ key, name: child.name, lead: xml.slice(at, child.start), xml: sourceOf(xml, child) });
    for (const id of ids) owners.set(id, key);
    at = child.end;
  }
  return { head: xml.slice(0, body.innerStart), blocks, tail: xml.slice(at), owners };
}

const STORY_ROOTS = new Set(['w:hdr', 'w:ftr', 'w:footnotes', 'w:endnotes']);

/** The element that holds the blocks: the body of a document, the root of a header or footer, or of all notes. */
export function findStory(xml: string): XmlNode {
  const root = readXmlTree(xml).children.find((node) => node.name.startsWith('w:'));
  if (root && STORY_ROOTS.has(root.name)) return root;
  const body = root && findChild(root, 'w:body');
  if (!body)
    throw new EditorError('unsupported-package', 'The document is written in a dialect that is not supported.');
  return body;
}

function paragraphIds(xml: string, node: XmlNode): string[] {
  const own = node.name === 'w:p' ? [node] : [];
  const paragraphs = [...own, ...[...descendants(node)].filter((below) => below.name === 'w:p')];
  return paragraphs.map((paragraph) => paragraphId(xml, paragraph)).filter((id) => id !== undefined);
}
