import { type Paragraph, readParagraph, textOf } from '../blocks/paragraph-atoms.ts';
import { paragraphId } from '../blocks/paragraph-ids.ts';
import { splitContent } from '../blocks/split-content.ts';
import { descendants, openTagOf, readXmlTree, replaceRanges, sourceOf, type XmlNode } from '../blocks/xml-tree.ts';
import type { CommentPlace } from './comment-changes.ts';

/** Marks the text that a new comment is about, or where that is gone, the first paragraph. */
export function placeComment(xml: string, id: number, places: CommentPlace[]): string {
  const paragraphs = [...descendants(readXmlTree(xml))].filter(({ name }) => name === 'w:p');
  const byId = new Map(paragraphs.map((node) => [paragraphId(xml, node), node]));
  const found = places.flatMap((place) => {
    const node = byId.get(place.key);
    return node ? [{ node, place }] : [];
  });
  const [fallback] = paragraphs;
  const first = found[0] ?? (fallback && { node: fallback, place: undefined });
  const last = found.at(-1) ?? first;
  if (!first || !last) return xml;
  const start = `<w:commentRangeStart w:id="${id}"/>`;
  const end = `<w:commentRangeEnd w:id="${id}"/><w:r><w:commentReference w:id="${id}"/></w:r>`;
  const marks = new Map<XmlNode, Mark[]>();
  for (const [{ node, place }, mark, side] of [[last, end, 'after'] as const, [first, start, 'before'] as const])
    marks.set(node, [...(marks.get(node) ?? []), { place, xml: mark, side }]);
  return replaceRanges(
    xml,
    [...marks].map(([node, own]) => ({ start: node.start, end: node.end, text: putMarks(sourceOf(xml, node), own) })),
  );
}

interface Mark {
  place: CommentPlace | undefined;
  xml: string;
  side: 'before' | 'after';
}

// The mark at the end of a piece is put first, so that places before it stay right.
function putMarks(source: string, marks: Mark[]): string {
  return marks.reduce((xml, mark) => {
    const paragraph = readParagraph(xml);
    if (!paragraph) return xml;
    const { contentStart, contentEnd } = paragraph;
    const whole: [string, string] = [paragraph.xml.slice(contentStart, contentEnd), ''];
    const [left, right] = splitContent(paragraph, indexOf(paragraph, mark)) ?? whole;
    const open = openTagOf(paragraph.xml, paragraph.node) + paragraph.properties;
    return `${open}${left}${mark.xml}${right}</w:p>`;
  }, source);
}

function indexOf({ atoms }: Paragraph, { place, side }: Mark): number {
  const texts = atoms.flatMap((atom, index) => (atom.text === undefined ? [] : [index]));
  const at = place && nearest(textOf(atoms), place);
  if (at === undefined || !place) return side === 'before' ? 0 : atoms.length;
  if (side === 'before') return texts[at] ?? atoms.length;
  const last = texts[at + place.text.length - 1];
  return last === undefined ? atoms.length : last + 1;
}

// Others may have written in the same paragraph meanwhile.
function nearest(text: string, place: CommentPlace): number | undefined {
  let best: number | undefined;
  for (let at = text.indexOf(place.text); at !== -1 && place.text !== ''; at = text.indexOf(place.text, at + 1))
    if (best === undefined || Math.abs(at - place.from) < Math.abs(best - place.from)) best = at;
  return best;
}
