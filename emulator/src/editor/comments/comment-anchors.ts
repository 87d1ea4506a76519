import { descendants, findAttribute, openTagOf, readXmlTree, replaceRanges, type XmlNode } from '../blocks/xml-tree.ts';
import type { CommentChanges } from './comment-changes.ts';
import { placeComment } from './place-comment.ts';

/**
 * Brings the marks of comments in the text in step with the comments: a new one stands at its text, an answer where the
 * comment stands that it answers, and a deleted one leaves no mark.
 */
export function anchorComments(documentXml: string, { added, deleted }: CommentChanges): string {
  let xml = removeAnchors(documentXml, new Set(deleted.map(String)));
  for (const { id, parent, places } of added) {
    if (anchorsIn(xml).some((anchor) => anchor.id === String(id))) continue;
    xml = parent === undefined ? placeComment(xml, id, places) : anchorAnswer(xml, String(parent), String(id));
  }
  return xml;
}

interface Anchor {
  node: XmlNode;
  /** For the reference: its run. */
  run: XmlNode | undefined;
  id: string | undefined;
}

function anchorsIn(xml: string): Anchor[] {
  const found: Anchor[] = [];
  const visit = (node: XmlNode, run: XmlNode | undefined) => {
    for (const child of node.children) {
      if (/^w:comment(RangeStart|RangeEnd|Reference)$/.test(child.name))
        found.push({ node: child, run, id: findAttribute(openTagOf(xml, child), 'w:id') });
      visit(child, child.name === 'w:r' ? child : run);
    }
  };
  visit(readXmlTree(xml), undefined);
  return found;
}

function removeAnchors(xml: string, ids: ReadonlySet<string>): string {
  if (ids.size === 0) return xml;
  return withoutAnchors(
    xml,
    anchorsIn(xml).filter(({ id }) => id !== undefined && ids.has(id)),
  );
}

function withoutAnchors(xml: string, gone: Anchor[]): string {
  const nodes = gone.map(({ node, run }) => (run && holdsOnly(run, node) ? run : node));
  return replaceRanges(
    xml,
    nodes.map(({ start, end }) => ({ start, end, text: '' })),
  );
}

function holdsOnly(run: XmlNode, node: XmlNode): boolean {
  return [...descendants(run)].every(
    (below) => below === node || below.name === 'w:rPr' || isWithin(run, 'w:rPr', below),
  );
}

function isWithin(run: XmlNode, name: string, node: XmlNode): boolean {
  return run.children.some((child) => child.name === name && child.start <= node.start && node.end <= child.end);
}

function anchorAnswer(xml: string, parent: string, id: string): string {
  const insertions = anchorsIn(xml)
    .filter((anchor) => anchor.id === parent)
    .map(({ node, run }) => {
      const at = node.name === 'w:commentReference' ? (run ?? node).end : node.end;
      const mark = `<${node.name} w:id="${id}"/>`;
      return { start: at, end: at, text: node.name === 'w:commentReference' ? `<w:r>${mark}</w:r>` : mark };
    });
  return replaceRanges(xml, insertions);
}
