import { findAttribute, openTagOf, readXmlTree, type XmlNode } from '../blocks/xml-tree.ts';
import { child, childrenOf } from '../fields/office-package.ts';
import { type CellAddress, formatAddress, parseAddress } from './cell-address.ts';

/** A worksheet's XML with the places of its rows and cells. */
export interface SheetXml {
  xml: string;
  root: XmlNode;
  sheetData: XmlNode | undefined;
  rows: SheetRow[];
  /** By address, e.g. `B2`. */
  cells: Map<string, SheetCell>;
}

export interface SheetRow {
  number: number;
  node: XmlNode;
  cells: SheetCell[];
}

export interface SheetCell {
  at: CellAddress;
  node: XmlNode;
  /** `s`: which of the workbook's cell formats. */
  style: string | undefined;
  /** `t`: what kind of value is stored. */
  type: string | undefined;
  formula: XmlNode | undefined;
  value: XmlNode | undefined;
  inline: XmlNode | undefined;
}

export function readSheet(xml: string): SheetXml {
  const root = readXmlTree(xml).children.find(({ name }) => name !== '#text');
  const top = root ?? { name: 'worksheet', start: 0, end: 0, innerStart: 0, innerEnd: 0, children: [] };
  const sheetData = child(top, 'sheetData');
  const rows: SheetRow[] = [];
  const cells = new Map<string, SheetCell>();
  let rowNumber = 0;
  for (const node of childrenOf(sheetData, 'row')) {
    // Rows and cells may leave out their number: then they follow the one before.
    rowNumber = Number(findAttribute(openTagOf(xml, node), 'r') ?? rowNumber + 1);
    const row = { number: rowNumber, node, cells: readCells(xml, node, rowNumber) };
    rows.push(row);
    for (const cell of row.cells) cells.set(formatAddress(cell.at), cell);
  }
  return { xml, root: top, sheetData, rows, cells };
}

function readCells(xml: string, row: XmlNode, rowNumber: number): SheetCell[] {
  let column = 0;
  return childrenOf(row, 'c').map((node) => {
    const tag = openTagOf(xml, node);
    const at = parseAddress(findAttribute(tag, 'r') ?? '') ?? { row: rowNumber, column: column + 1 };
    column = at.column;
    return {
      at,
      node,
      style: findAttribute(tag, 's'),
      type: findAttribute(tag, 't'),
      formula: child(node, 'f'),
      value: child(node, 'v'),
      inline: child(node, 'is'),
    };
  });
}
