import { readBodyBlocks } from '../blocks/body-blocks.ts';
import { paragraphId } from '../blocks/paragraph-ids.ts';
import { descendants, readXmlTree, replaceRanges, sourceOf, type XmlNode } from '../blocks/xml-tree.ts';

export interface StaleParts {
  /** Paragraphs that were being typed in when a newer version arrived, with the tag that they are based on. */
  paragraphs: Record<string, string>;
  /** The same for whole blocks, such as a table that got another shape, by their keys. */
  blocks: Record<string, string>;
}

/** The two faces of a base of which some parts are older than the rest. */
export interface ComposedBase {
  /** What the page's changes are applied to. */
  applyTo: string;
  /** What both sides are compared with: a part whose own base is forgotten counts as new on both sides. */
  compareWith: string;
}

export function composeBase(
  baseXml: string,
  stale: StaleParts,
  findVersion: (tag: string) => string | undefined,
): ComposedBase {
  let applyTo = baseXml;
  const forgotten: string[] = [];
  for (const [key, tag] of Object.entries(stale.blocks)) {
    const old = findVersion(tag);
    const block = old === undefined ? undefined : blockOf(old, key);
    if (block === undefined) forgotten.push(key);
    else applyTo = replaceBlock(applyTo, key, block);
  }
  const { known, unknown } = findParagraphs(stale.paragraphs, findVersion);
  applyTo = replaceParagraphs(applyTo, known);
  const compareWith = forgotten.reduce((xml, key) => replaceBlock(xml, key, ''), applyTo);
  return { applyTo, compareWith: replaceParagraphs(compareWith, unknown) };
}

function blockOf(xml: string, key: string): string | undefined {
  const { blocks, owners } = readBodyBlocks(xml);
  return blocks.find((block) => block.key === owners.get(key))?.xml;
}

function replaceBlock(xml: string, key: string, text: string): string {
  const { head, blocks, tail, owners } = readBodyBlocks(xml);
  const own = owners.get(key);
  return head + blocks.map((block) => block.lead + (block.key === own ? text : block.xml)).join('') + tail;
}

function findParagraphs(stale: Record<string, string>, findVersion: (tag: string) => string | undefined) {
  const known = new Map<string, string>();
  const unknown = new Map<string, string>();
  const trees = new Map<string, Map<string, string>>();
  for (const [key, tag] of Object.entries(stale)) {
    const xml = findVersion(tag);
    if (xml !== undefined && !trees.has(tag))
      trees.set(tag, new Map(paragraphsOf(xml).map(([id, node]) => [id, sourceOf(xml, node)])));
    const old = trees.get(tag)?.get(key);
    if (old === undefined) unknown.set(key, `<w:p w14:paraId="${key}"/>`);
    else known.set(key, old);
  }
  return { known, unknown };
}

function replaceParagraphs(xml: string, by: Map<string, string>): string {
  if (by.size === 0) return xml;
  const replacements = paragraphsOf(xml).flatMap(([id, { start, end }]) => {
    const text = by.get(id);
    return text === undefined ? [] : [{ start, end, text }];
  });
  return replaceRanges(xml, replacements);
}

function paragraphsOf(xml: string): [string, XmlNode][] {
  const found: [string, XmlNode][] = [];
  for (const node of descendants(readXmlTree(xml))) {
    const id = node.name === 'w:p' ? paragraphId(xml, node) : undefined;
    if (id !== undefined) found.push([id, node]);
  }
  return found;
}
