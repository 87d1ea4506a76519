import type { Atom, Paragraph } from './paragraph-atoms.ts';
import { decodeText, encodeText, findChild, openTagOf, sourceOf, type XmlNode } from './xml-tree.ts';

// These may stand twice in a row with the same attributes; a content control or simple field may not.
const DIVISIBLE = new Set(['w:r', 'w:ins', 'w:del', 'w:moveFrom', 'w:moveTo', 'w:hyperlink']);

/** The content of a paragraph before and from the atom `index`; undefined where it cannot be cut. */
export function splitContent(paragraph: Paragraph, index: number): [string, string] | undefined {
  const { xml, contentStart, contentEnd } = paragraph;
  const atom = paragraph.atoms[index];
  if (!atom) return [xml.slice(contentStart, contentEnd), ''];
  const parts = splitAround(xml, atom, 0);
  const first = atom.path[0];
  if (!parts || !first) return undefined;
  return [xml.slice(contentStart, first.start) + parts[0], parts[1] + xml.slice(first.end, contentEnd)];
}

function splitAround(xml: string, atom: Atom, depth: number): [string, string] | undefined {
  const node = atom.path[depth];
  if (!node) return undefined;
  if (depth === atom.path.length - 1) return splitLeaf(xml, node, atom);
  const child = atom.path[depth + 1];
  const parts = splitAround(xml, atom, depth + 1);
  if (!child || !parts) return undefined;
  const properties = findChild(node, 'w:rPr');
  const before = xml.slice(properties?.end ?? node.innerStart, child.start) + parts[0];
  const after = parts[1] + xml.slice(child.end, node.innerEnd);
  if (before.trim() === '') return ['', sourceOf(xml, node)];
  if (!DIVISIBLE.has(node.name)) return undefined;
  const open = openTagOf(xml, node) + (properties ? sourceOf(xml, properties) : '');
  return [`${open}${before}</${node.name}>`, `${open}${after}</${node.name}>`];
}

function splitLeaf(xml: string, node: XmlNode, atom: Atom): [string, string] {
  if (atom.text === undefined || atom.offset === 0) return ['', sourceOf(xml, node)];
  const text = decodeText(xml.slice(node.innerStart, node.innerEnd));
  return [writeText(text.slice(0, atom.offset)), writeText(text.slice(atom.offset))];
}

export function writeText(text: string): string {
  const space = /^\s|\s$/.test(text) ? ' xml:space="preserve"' : '';
  return `<w:t${space}>${encodeText(text)}</w:t>`;
}
