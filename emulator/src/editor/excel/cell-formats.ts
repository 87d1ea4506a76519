import { descendants, readXmlTree, type XmlNode } from '../blocks/xml-tree.ts';
import { attribute, child, childrenOf, isTrue, localName } from '../fields/office-package.ts';

/** What the page must know of a cell's format; looks are not its matter. */
export interface CellFormat {
  /** The number format's pattern, or the number of a built-in one. */
  pattern: string | number;
  /** Whether a protected sheet keeps the cell from being changed. */
  isLocked: boolean;
}

const GENERAL: CellFormat = { pattern: 0, isLocked: true };

/** The formats of `cellXfs`, in the order in which cells number them. */
export function readCellFormats(xml: string | undefined): CellFormat[] {
  if (xml === undefined) return [GENERAL];
  const root = readXmlTree(xml).children.find(({ name }) => name !== '#text');
  const patterns = root ? readPatterns(xml, root) : new Map();
  return childrenOf(child(root, 'cellXfs'), 'xf').map((xf) => {
    const id = attribute(xml, xf, 'numFmtId') ?? '0';
    const protection = child(xf, 'protection');
    const locked = protection && attribute(xml, protection, 'locked');
    return { pattern: patterns.get(id) ?? Number(id), isLocked: locked === undefined || isTrue(locked) };
  });
}

export function formatOf(formats: CellFormat[], style: string | undefined): CellFormat {
  return formats[Number(style ?? 0)] ?? GENERAL;
}

function readPatterns(xml: string, root: XmlNode): Map<string, string> {
  const patterns = new Map<string, string>();
  for (const node of descendants(child(root, 'numFmts') ?? { ...root, children: [] })) {
    const id = attribute(xml, node, 'numFmtId');
    const code = attribute(xml, node, 'formatCode');
    if (localName(node.name) === 'numFmt' && id !== undefined && code !== undefined) patterns.set(id, code);
  }
  return patterns;
}
