import { serializeBlockContent } from '@eigenpal/docx-editor-core/docx/serializer';
import { proseDocToBlocks } from '@eigenpal/docx-editor-core/prosemirror/conversion';
import type { Node } from 'prosemirror-model';

/** A block of the document under its key: the `w14:paraId` of its first paragraph. */
export interface KeyedNode {
  key: string;
  node: Node;
}

// Page breaks are blocks without paragraphs. Those typed here get a key of their own, those of the file have none:
// there they are part of the paragraph before.
const pageBreakKeys = new WeakMap<Node, string>();

export function keyedNodes(doc: Node): KeyedNode[] {
  const found: KeyedNode[] = [];
  doc.forEach((node) => {
    const key = keyOf(node);
    if (key) found.push({ key, node });
  });
  return found;
}

const COMMENT_MARK =
  /<w:commentRange(?:Start|End) w:id="(-?\d+)"\/>|<w:r>(?:<w:rPr>(?:(?!<\/w:rPr>).)*<\/w:rPr>)?<w:commentReference w:id="(-?\d+)"\/><\/w:r>/g;

/** The same XML with the marks of those comments only that the server has: it puts those of new ones itself. */
export function keepCommentMarks(xml: string, isKnown: (id: number) => boolean): string {
  return xml.replace(COMMENT_MARK, (mark, range, reference) => (isKnown(Number(range ?? reference)) ? mark : ''));
}

/** Gives a key to page breaks that `base` does not have. */
export function nameNewPageBreaks(base: Node, now: Node): void {
  const known = new Set(base.children);
  now.forEach((node) => {
    if (node.type.name === 'pageBreak' && !known.has(node) && !pageBreakKeys.has(node))
      pageBreakKeys.set(node, randomKey());
  });
}

/** Names the relationship to the address of a link. */
export type NameLink = (address: string, current: string | undefined) => string;

export function writeBlock({ key, node }: KeyedNode, nameLink: NameLink): string {
  const container = node.type.schema.topNodeType.create(null, [node]);
  const blocks = proseDocToBlocks(container);
  nameLinks(blocks, nameLink);
  const xml = blocks.map(serializeBlockContent).join('');
  return node.type.name === 'pageBreak' ? xml.replace(/^<w:p(?=[\s>])/, `<w:p w14:paraId="${key}"`) : xml;
}

// A link that was made or changed here has an address, but no relationship to it yet.
function nameLinks(content: unknown, nameLink: NameLink): void {
  if (Array.isArray(content)) for (const part of content) nameLinks(part, nameLink);
  else if (typeof content === 'object' && content !== null) {
    if ('type' in content && content.type === 'hyperlink') nameLinkOf(content, nameLink);
    for (const part of Object.values(content)) if (typeof part === 'object') nameLinks(part, nameLink);
  }
}

function nameLinkOf(link: { type: unknown; rId?: string; href?: string }, nameLink: NameLink): void {
  if (link.href && !link.href.startsWith('#')) link.rId = nameLink(link.href, link.rId);
}

/** The paragraphs that differ between two nodes of the same shape; undefined when the shape differs too. */
export function changedParagraphs(old: Node, now: Node): [KeyedNode, KeyedNode][] | undefined {
  if (old === now || old.eq(now)) return [];
  if (old.type.name === 'paragraph' && now.type.name === 'paragraph') {
    const [oldKey, key] = [keyOf(old), keyOf(now)];
    return key && key === oldKey
      ? [
          [
            { key, node: old },
            { key, node: now },
          ],
        ]
      : undefined;
  }
  if (!old.sameMarkup(now) || old.childCount !== now.childCount || old.isLeaf) return undefined;
  const changed: [KeyedNode, KeyedNode][] = [];
  for (let index = 0; index < old.childCount; index++) {
    const below = changedParagraphs(old.child(index), now.child(index));
    if (!below) return undefined;
    changed.push(...below);
  }
  return changed;
}

export function keyOf(node: Node): string | undefined {
  if (node.type.name === 'pageBreak') return pageBreakKeys.get(node);
  if (node.type.name === 'paragraph') return node.attrs.paraId ?? undefined;
  let key: string | undefined;
  node.descendants((below) => {
    if (key === undefined && below.type.name === 'paragraph') key = below.attrs.paraId ?? undefined;
    return key === undefined;
  });
  return key;
}

function randomKey(): string {
  const [number = 1] = crypto.getRandomValues(new Uint32Array(1));
  return (0x10000000 + (number % 0x70000000)).toString(16).toUpperCase().padStart(8, '0');
}
