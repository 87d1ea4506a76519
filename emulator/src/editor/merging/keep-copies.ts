import { freshIds, paragraphId } from '../blocks/paragraph-ids.ts';
import { descendants, encodeText, readXmlTree, replaceRanges, sourceOf, type XmlNode } from '../blocks/xml-tree.ts';
import type { Conflict } from './merge-documents.ts';
import { paragraphText } from './paragraph-text.ts';

/** A paragraph that keeps the text of somebody whose paragraph was saved over. */
export interface KeptCopy {
  of: string;
  author: string;
  /** As it stands in the document; anything else there means that somebody has taken it over. */
  shown: string;
  texts: string[];
}

export interface LostText extends Conflict {
  author: string;
  /** Earlier texts of that author which this one goes on from: their copies may give way to it. */
  goesOnFrom: ReadonlySet<string>;
}

/**
 * Puts the texts that lost against a later save into paragraphs behind it that name their authors. A copy that was left
 * alone is written on rather than joined by a second one; `copies` remembers them by their own ids.
 */
export function keepCopies(documentXml: string, losses: LostText[], copies: Map<string, KeptCopy>): string {
  if (losses.length === 0) return documentXml;
  const paragraphs = new Map<string, XmlNode>();
  for (const node of descendants(readXmlTree(documentXml))) {
    const id = node.name === 'w:p' ? paragraphId(documentXml, node) : undefined;
    if (id !== undefined) paragraphs.set(id, node);
  }
  const nextId = freshIds(paragraphs.keys());
  const replacements: { start: number; end: number; text: string }[] = [];
  for (const loss of losses) {
    const known = findCopy(documentXml, paragraphs, copies, loss);
    const texts = known ? addText(known.copy.texts, loss) : [loss.earlierText];
    const copy = { of: loss.key, author: loss.author, texts, shown: wordCopy(loss.author, texts) };
    const id = known?.id ?? nextId();
    copies.set(id, copy);
    const text = writeCopy(id, copy.shown);
    const paragraph = paragraphs.get(loss.key);
    if (known) replacements.push({ start: known.node.start, end: known.node.end, text });
    else if (paragraph) {
      const end = endWithCopies(documentXml, paragraphs, copies, loss.key, paragraph);
      replacements.push({ start: end, end, text });
    }
  }
  return replaceRanges(documentXml, replacements);
}

function findCopy(xml: string, paragraphs: Map<string, XmlNode>, copies: Map<string, KeptCopy>, loss: LostText) {
  for (const [id, copy] of copies) {
    const node = paragraphs.get(id);
    if (copy.of !== loss.key || copy.author !== loss.author || !node) continue;
    if (paragraphText(sourceOf(xml, node)) === copy.shown) return { id, copy, node };
  }
  return undefined;
}

function addText(texts: string[], { earlierText, goesOnFrom }: LostText): string[] {
  if (texts.some((text) => text.includes(earlierText))) return texts;
  return [...texts.filter((text) => !goesOnFrom.has(text) && !earlierText.includes(text)), earlierText];
}

// A new copy stands behind those of other authors.
function endWithCopies(
  xml: string,
  paragraphs: Map<string, XmlNode>,
  copies: Map<string, KeptCopy>,
  key: string,
  paragraph: XmlNode,
): number {
  let { end } = paragraph;
  const kept = [...paragraphs].filter(([id]) => copies.get(id)?.of === key).map(([, node]) => node);
  for (let next = kept.find(({ start }) => start === end); next; next = kept.find(({ start }) => start === end))
    end = next.end;
  return end <= xml.length ? end : paragraph.end;
}

function wordCopy(author: string, texts: string[]): string {
  return `[Earlier text by ${author}: ${texts.join(' / ')}]`;
}

function writeCopy(id: string, text: string): string {
  return `<w:p w14:paraId="${id}"><w:r><w:t xml:space="preserve">${encodeText(text)}</w:t></w:r></w:p>`;
}
