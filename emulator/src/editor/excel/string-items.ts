import { descendants, readXmlTree, type XmlNode } from '../blocks/xml-tree.ts';
import { childrenOf, localName, textIn } from '../fields/office-package.ts';

/** The text of a shared or inline string, as shown; `isRich` when parts of it are formatted on their own. */
export interface StringItem {
  text: string;
  isRich: boolean;
}

export function readSharedStrings(xml: string | undefined): StringItem[] {
  if (xml === undefined) return [];
  const root = readXmlTree(xml).children.find(({ name }) => name !== '#text');
  return childrenOf(root, 'si').map((item) => readStringItem(xml, item));
}

export function readStringItem(xml: string, item: XmlNode): StringItem {
  const runs = childrenOf(item, 'r');
  // `rPh` beside the runs is how to pronounce the text, not a part of it.
  const texts = (runs.length > 0 ? runs : [item]).flatMap((one) => childrenOf(one, 't'));
  return {
    text: texts.map((node) => decodeEscapes(textIn(xml, node))).join(''),
    isRich: runs.some((run) => [...descendants(run)].some(({ name }) => localName(name) === 'rPr')),
  };
}

/** Excel writes characters that XML cannot hold as `_x000D_`, and a text that looks like that with `_x005F_` before. */
export function encodeEscapes(text: string): string {
  return text.replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_');
}

function decodeEscapes(text: string): string {
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));
}
