import { graftParagraph } from './graft-paragraph.ts';
import { paragraphId } from './paragraph-ids.ts';
import { readXmlTree, replaceRanges, sourceOf, type XmlNode } from './xml-tree.ts';

/**
 * A block as it should be saved: the original with the edit carried over, paragraph by paragraph. Where the editor's
 * writing has to be used, it passes through `clean` first.
 */
export function mergeBlock(
  original: string,
  before: string | undefined,
  after: string,
  clean: (xml: string) => string,
): string {
  if (before === undefined) return clean(after);
  const originals = outerParagraphs(original);
  const befores = outerParagraphs(before);
  const afters = outerParagraphs(after);
  const merged = new Map<string, string>();
  for (const [id, paragraph] of afters) {
    const [ours, old] = [originals.get(id)?.xml, befores.get(id)?.xml];
    if (ours !== undefined && old !== undefined) merged.set(id, mergeParagraph(ours, old, paragraph.xml, clean));
  }
  if (frameOf(before, befores) === frameOf(after, afters) && isSameSet(originals, befores))
    return fillIn(original, originals, merged);
  const emptied = fillIn(after, afters, new Map([...merged.keys()].map((id) => [id, placeholder(id)])));
  return clean(emptied).replace(/<w:p w14:paraId="(\w+)" w:placeholder=""\/>/g, (_, id) => merged.get(id) ?? '');
}

function mergeParagraph(original: string, before: string, after: string, clean: (xml: string) => string): string {
  if (before === after) return original;
  return graftParagraph(original, before, after, clean) ?? clean(after);
}

interface Placed {
  node: XmlNode;
  xml: string;
}

function outerParagraphs(xml: string): Map<string, Placed> {
  const found = new Map<string, Placed>();
  const visit = (node: XmlNode) => {
    for (const child of node.children) {
      const id = child.name === 'w:p' ? paragraphId(xml, child) : undefined;
      if (id !== undefined) found.set(id, { node: child, xml: sourceOf(xml, child) });
      else visit(child);
    }
  };
  visit(readXmlTree(xml));
  return found;
}

function frameOf(xml: string, paragraphs: Map<string, Placed>): string {
  return fillIn(xml, paragraphs, new Map([...paragraphs.keys()].map((id) => [id, placeholder(id)])));
}

function isSameSet(one: Map<string, Placed>, other: Map<string, Placed>): boolean {
  return one.size === other.size && [...one.keys()].every((id) => other.has(id));
}

function fillIn(xml: string, paragraphs: Map<string, Placed>, content: Map<string, string>): string {
  const replacements = [...paragraphs].flatMap(([id, { node }]) => {
    const text = content.get(id);
    return text === undefined ? [] : [{ start: node.start, end: node.end, text }];
  });
  return replaceRanges(xml, replacements);
}

function placeholder(id: string): string {
  return `<w:p w14:paraId="${id}" w:placeholder=""/>`;
}
