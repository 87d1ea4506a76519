import { decodeText, findChild, openTagOf, readXmlTree, sourceOf, type XmlNode } from './xml-tree.ts';

/** The smallest things in a paragraph: one UTF-16 unit of text, or one element that is not text (a tab, a field mark). */
export interface Atom {
  /** The unit of text; undefined for an element that is not text. */
  text: string | undefined;
  /** Equal for atoms that look the same and are set the same. */
  identity: string;
  /** For text: how it is set (formatting, tracked change, link); equal for text that may share a `w:t`. */
  setting: string;
  /** `w:rPr` of the run, or nothing. */
  runProperties: string;
  /** From a child of the paragraph down to the element that holds the atom. */
  path: XmlNode[];
  /** For text: its place in the decoded text of its `w:t`. */
  offset: number;
}

export interface Paragraph {
  xml: string;
  node: XmlNode;
  properties: string;
  /** Where the content after the properties begins. */
  contentStart: number;
  contentEnd: number;
  atoms: Atom[];
}

const CONTAINERS = new Set(
  'w:r w:ins w:del w:moveFrom w:moveTo w:hyperlink w:smartTag w:sdt w:sdtContent w:fldSimple w:customXml w:dir w:bdo'.split(
    ' ',
  ),
);
const SETTINGS_OF_CONTAINERS = new Set(['w:rPr', 'w:sdtPr', 'w:sdtEndPr', 'w:smartTagPr', 'w:customXmlPr']);

export function readParagraph(source: string): Paragraph | undefined {
  const xml = source.replace(/^(<w:p(?:\s[^>]*)?)\/>$/, '$1></w:p>');
  const node = readXmlTree(xml).children[0];
  if (node?.name !== 'w:p') return undefined;
  const properties = findChild(node, 'w:pPr');
  const atoms: Atom[] = [];
  for (const child of node.children) {
    if (child !== properties) collectAtoms(xml, child, [], '', '', atoms);
  }
  return {
    xml,
    node,
    properties: properties ? sourceOf(xml, properties) : '',
    contentStart: properties?.end ?? node.innerStart,
    contentEnd: node.innerEnd,
    atoms,
  };
}

export function textOf(atoms: Atom[]): string {
  return atoms.map((atom) => atom.text ?? '').join('');
}

function collectAtoms(xml: string, node: XmlNode, above: XmlNode[], setting: string, rPr: string, atoms: Atom[]): void {
  if (node.name === '#text' || SETTINGS_OF_CONTAINERS.has(node.name)) return;
  const path = [...above, node];
  if (CONTAINERS.has(node.name)) {
    const own = node.name === 'w:r' ? findChild(node, 'w:rPr') : undefined;
    const runProperties = own ? sourceOf(xml, own) : node.name === 'w:r' ? '' : rPr;
    const inner = setting + settingOf(xml, node) + runProperties;
    for (const child of node.children) collectAtoms(xml, child, path, inner, runProperties, atoms);
  } else if (node.name === 'w:t') {
    const text = decodeText(xml.slice(node.innerStart, node.innerEnd));
    for (let offset = 0; offset < text.length; offset++) {
      const unit = text.charAt(offset);
      atoms.push({ text: unit, identity: unit + setting, setting, runProperties: rPr, path, offset });
    }
  } else {
    const identity = `<${sourceOf(xml, node)}${setting}`;
    atoms.push({ text: undefined, identity, setting, runProperties: rPr, path, offset: 0 });
  }
}

// The date of a tracked change moves on while somebody types in it, revision marks of runs say nothing to a reader.
function settingOf(xml: string, node: XmlNode): string {
  if (node.name === 'w:r') return '';
  return openTagOf(xml, node).replace(/\sw:(?:date|rsid\w*)="[^"]*"/g, '');
}
