import { decodeText, encodeText, type XmlNode } from '../blocks/xml-tree.ts';
import { child, localName, prefixOf, withoutControlCharacters } from '../fields/office-package.ts';

/** A paragraph of a text box as the pieces of which it is made, each with the XML that it was read from. */
export interface BoxParagraph {
  /** Its XML before the pieces: the tag and, if there are, the properties. */
  head: string;
  pieces: Piece[];
  /** Its XML behind the pieces. */
  tail: string;
  /** As stored, while nothing in it changed. */
  source: string | undefined;
  /** For runs that must be made anew: how the end of the paragraph is set. */
  endProperties: string;
  prefix: string;
}

export type Piece =
  /** Text with its formatting; `before` and `after` enclose the text. */
  | { kind: 'run'; text: string; before: string; after: string; origin: number }
  /** Text that PowerPoint works out: a slide number, a date. */
  | { kind: 'field'; text: string; source: string; run: { before: string; after: string; origin: number } }
  /** A line break within the paragraph. */
  | { kind: 'break'; text: '\n'; source: string }
  /** What is no text: an equation, white space between elements. */
  | { kind: 'other'; text: ''; source: string };

/** The paragraphs of a text body. */
export function readParagraphs(xml: string, body: XmlNode): BoxParagraph[] {
  return body.children.filter(({ name }) => localName(name) === 'p').map((node) => readParagraph(xml, node));
}

/** What a person sees: paragraphs and line breaks both begin a new line. */
export function textOfBox(paragraphs: BoxParagraph[]): string {
  return paragraphs.map(({ pieces }) => pieces.map(({ text }) => text).join('')).join('\n');
}

export function writeParagraph(paragraph: BoxParagraph): string {
  if (paragraph.source !== undefined) return paragraph.source;
  return paragraph.head + paragraph.pieces.map(writePiece).join('') + paragraph.tail;
}

function writePiece(piece: Piece): string {
  if (piece.kind !== 'run') return piece.source;
  return piece.before + encodeText(withoutControlCharacters(piece.text)) + piece.after;
}

function readParagraph(xml: string, node: XmlNode): BoxParagraph {
  const prefix = prefixOf(node.name);
  const source = xml.slice(node.start, node.end);
  if (node.innerStart === node.end) {
    const head = `${source.replace(/\s*\/>$/, '')}>`;
    return { head, pieces: [], tail: `</${node.name}>`, source, endProperties: '', prefix };
  }
  const properties = child(node, 'pPr');
  const end = child(node, 'endParaRPr');
  const start = properties?.end ?? node.innerStart;
  const stop = end?.start ?? node.innerEnd;
  return {
    head: xml.slice(node.start, start),
    pieces: node.children.filter((one) => one.start >= start && one.end <= stop).map((one) => readPiece(xml, one)),
    tail: xml.slice(stop, node.end),
    source,
    endProperties: end ? xml.slice(end.start, end.end) : '',
    prefix,
  };
}

function readPiece(xml: string, node: XmlNode): Piece {
  const source = xml.slice(node.start, node.end);
  const name = localName(node.name);
  if (name === 'br') return { kind: 'break', text: '\n', source };
  const textNode = name === 'r' || name === 'fld' ? child(node, 't') : undefined;
  if (!textNode) return { kind: 'other', text: '', source };
  const text = decodeText(xml.slice(textNode.innerStart, textNode.innerEnd)).replaceAll('\n', ' ');
  const tag = `${prefixOf(node.name)}t`;
  const properties = child(node, 'rPr');
  if (name === 'fld') {
    const before = `<${prefixOf(node.name)}r>${properties ? xml.slice(properties.start, properties.end) : ''}<${tag}>`;
    const run = { before, after: `</${tag}></${prefixOf(node.name)}r>`, origin: node.start };
    return { kind: 'field', text, source, run };
  }
  const isEmpty = textNode.innerStart === textNode.end;
  const before = xml.slice(node.start, isEmpty ? textNode.start : textNode.innerStart) + (isEmpty ? `<${tag}>` : '');
  const after = (isEmpty ? `</${tag}>` : '') + xml.slice(textNode.innerEnd, node.end);
  return { kind: 'run', text, before, after, origin: node.start };
}
