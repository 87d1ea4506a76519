import { readXmlTree, type XmlNode } from '../blocks/xml-tree.ts';
import { EditorError } from '../errors.ts';
import {
  attribute,
  child,
  childrenOf,
  isTrue,
  localName,
  OfficePackage,
  relationshipId,
} from '../fields/office-package.ts';

import type { TableCell } from './presentation-content.ts';

/** A presentation's package with its slides in the order in which they are shown. */
export interface Presentation {
  parts: OfficePackage;
  slides: SlideEntry[];
  readOnlyBecause: string | undefined;
}

interface SlideEntry {
  /** `p:sldId`: stays when slides are moved. */
  id: string;
  part: string;
}

export interface Slide {
  xml: string;
  isHidden: boolean;
  boxes: TextBox[];
}

/** One place for text: a placeholder, a text box, a cell of a table. */
export interface TextBox {
  /** The shape's id and, for a cell, its row and column: `4`, `4/0/2`; unique within the slide. */
  id: string;
  name: string;
  /** What a placeholder is for: `title`, `body`, `sldNum`. */
  placeholder: string | undefined;
  /** For a cell of a table: which table, and where in it. */
  cell: TableCell | undefined;
  body: XmlNode;
  isLocked: boolean;
}

export function readPresentation(content: Uint8Array): Presentation {
  const parts = new OfficePackage(content, 'a presentation');
  const mainPart = parts.mainPart();
  const xml = parts.getPart(mainPart);
  const root = readXmlTree(xml).children.find(({ name }) => name !== '#text');
  if (!root || localName(root.name) !== 'presentation')
    throw new EditorError('not-a-word-package', 'This is not a presentation that can be opened.');
  const relationships = parts.relationships(mainPart);
  return {
    parts,
    slides: childrenOf(child(root, 'sldIdLst'), 'sldId').flatMap((node) => {
      const target = relationships.find(({ id }) => id === relationshipId(xml, node));
      return target ? [{ id: attribute(xml, node, 'id') ?? '', part: target.target }] : [];
    }),
    readOnlyBecause: child(root, 'modifyVerifier')
      ? 'This presentation is protected: changing it needs a password.'
      : undefined,
  };
}

export function readSlide(xml: string): Slide {
  const root = readXmlTree(xml).children.find(({ name }) => name !== '#text');
  const boxes: TextBox[] = [];
  collectBoxes(xml, child(child(root, 'cSld'), 'spTree'), boxes);
  makeIdsUnique(boxes);
  const show = root && attribute(xml, root, 'show');
  return { xml, isHidden: show !== undefined && !isTrue(show), boxes };
}

function collectBoxes(xml: string, tree: XmlNode | undefined, boxes: TextBox[]): void {
  for (const node of tree?.children ?? []) {
    const kind = localName(node.name);
    if (kind === 'grpSp') collectBoxes(xml, node, boxes);
    else if (kind === 'sp') collectShape(xml, node, boxes);
    else if (kind === 'graphicFrame') collectTable(xml, node, boxes);
  }
}

function collectShape(xml: string, shape: XmlNode, boxes: TextBox[]): void {
  const body = child(shape, 'txBody');
  const about = child(shape, 'nvSpPr');
  const placeholder = child(child(about, 'nvPr'), 'ph');
  const locks = child(child(about, 'cNvSpPr'), 'spLocks');
  if (!body || childrenOf(body, 'p').length === 0) return;
  boxes.push({
    ...nameOf(xml, about),
    placeholder: placeholder && (attribute(xml, placeholder, 'type') ?? 'body'),
    cell: undefined,
    body,
    isLocked: locks !== undefined && isTrue(attribute(xml, locks, 'noTextEdit')),
  });
}

function collectTable(xml: string, frame: XmlNode, boxes: TextBox[]): void {
  const table = child(child(child(frame, 'graphic'), 'graphicData'), 'tbl');
  const { id, name } = nameOf(xml, child(frame, 'nvGraphicFramePr'));
  const rows = childrenOf(table, 'tr');
  for (const [row, rowNode] of rows.entries()) {
    for (const [column, node] of childrenOf(rowNode, 'tc').entries()) {
      const body = child(node, 'txBody');
      if (!body) continue;
      const span = (attributeName: string) => Number(attribute(xml, node, attributeName) ?? 1);
      const isCovered = isTrue(attribute(xml, node, 'hMerge')) || isTrue(attribute(xml, node, 'vMerge'));
      boxes.push({
        id: `${id}/${row}/${column}`,
        name: `${name}, row ${row + 1}, column ${column + 1}`,
        placeholder: undefined,
        cell: { table: id, row, column, columns: span('gridSpan'), rows: span('rowSpan'), isCovered },
        body,
        isLocked: false,
      });
    }
  }
}

function nameOf(xml: string, about: XmlNode | undefined): { id: string; name: string } {
  const properties = child(about, 'cNvPr');
  return {
    id: (properties && attribute(xml, properties, 'id')) ?? '',
    name: (properties && attribute(xml, properties, 'name')) || 'Text',
  };
}

// Some programs give one id to several shapes.
function makeIdsUnique(boxes: TextBox[]): void {
  const seen = new Map<string, number>();
  for (const box of boxes) {
    const count = (seen.get(box.id) ?? 0) + 1;
    seen.set(box.id, count);
    if (count > 1) box.id += `+${count}`;
  }
}
