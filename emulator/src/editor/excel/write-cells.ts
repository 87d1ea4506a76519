import { encodeText, findAttribute, openTagOf, replaceRanges, type XmlNode } from '../blocks/xml-tree.ts';
import { attribute, child, childrenOf, isTrue, prefixOf, withoutControlCharacters } from '../fields/office-package.ts';
import { type CellAddress, formatAddress, parseRange } from './cell-address.ts';
import type { SheetCell, SheetRow, SheetXml } from './sheet-cells.ts';
import { encodeEscapes } from './string-items.ts';
import type { CellValue } from './workbook-content.ts';

export interface CellWrite {
  at: CellAddress;
  value: CellValue;
}

interface Replacement {
  start: number;
  end: number;
  text: string;
}

/**
 * The sheet's XML with other values in these cells. Text is written into the cell itself, not among the shared strings,
 * so that no other part changes. A cell keeps its format; a new one has that of its row or column.
 */
export function writeCells(sheet: SheetXml, writes: CellWrite[]): string {
  if (!sheet.sheetData) return sheet.xml;
  const byRow = new Map<number, CellWrite[]>();
  for (const write of writes) byRow.set(write.at.row, [...(byRow.get(write.at.row) ?? []), write]);
  const rows = new Map(sheet.rows.map((row) => [row.number, row]));
  const newRows: { number: number; text: string }[] = [];
  const replacements: Replacement[] = [];
  for (const [number, inRow] of [...byRow].sort(([a], [b]) => a - b)) {
    const row = rows.get(number);
    if (row) replacements.push(...changeRow(sheet, row, inRow));
    else newRows.push({ number, text: newRow(sheet, number, inRow) });
  }
  replacements.push(...insertRows(sheet, sheet.sheetData, newRows), ...growDimension(sheet, writes));
  // Of a cell before another and that other's new content, which both begin at one place, the first comes first.
  return replaceRanges(
    sheet.xml,
    replacements.sort((a, b) => a.start - b.start || a.end - b.end),
  );
}

function changeRow(sheet: SheetXml, row: SheetRow, writes: CellWrite[]): Replacement[] {
  const changed: Replacement[] = [];
  const added: { column: number; text: string }[] = [];
  for (const { at, value } of writes) {
    const cell = row.cells.find((one) => one.at.column === at.column);
    if (cell) changed.push({ start: cell.node.start, end: cell.node.end, text: cellXml(sheet, at, cell.style, value) });
    else if (value !== null)
      added.push({ column: at.column, text: cellXml(sheet, at, inheritedStyle(sheet, row, at.column), value) });
  }
  if (added.length === 0) return changed;
  added.sort((a, b) => a.column - b.column);
  const tag = openTagOf(sheet.xml, row.node);
  const newTag = withRoomFor(tag, added[0]?.column ?? 1, added.at(-1)?.column ?? 1);
  if (tag.endsWith('/>')) {
    const text = `${newTag.slice(0, -2)}>${added.map((one) => one.text).join('')}</${row.node.name}>`;
    return [{ start: row.node.start, end: row.node.end, text }];
  }
  const insertions = added.map(({ column, text }) => {
    const next = row.cells.find((cell: SheetCell) => cell.at.column > column)?.node.start ?? endOfCells(row);
    return { start: next, end: next, text };
  });
  if (newTag !== tag) insertions.push({ start: row.node.start, end: row.node.innerStart, text: newTag });
  return [...changed, ...insertions];
}

function endOfCells(row: SheetRow): number {
  return row.cells.at(-1)?.node.end ?? row.node.innerStart;
}

// `spans` is a hint that may be left out, but must not be wrong.
function withRoomFor(rowTag: string, first: number, last: number): string {
  const spans = findAttribute(rowTag, 'spans');
  const fits = spans?.split(/\s+/).some((span) => {
    const [from = 0, to = 0] = span.split(':').map(Number);
    return first >= from && last <= to;
  });
  return spans === undefined || fits ? rowTag : rowTag.replace(/\sspans\s*=\s*["'][^"']*["']/, '');
}

function newRow(sheet: SheetXml, number: number, writes: CellWrite[]): string {
  const prefix = prefixOf(sheet.root.name);
  const cells = writes
    .filter(({ value }) => value !== null)
    .sort((a, b) => a.at.column - b.at.column)
    .map(({ at, value }) => cellXml(sheet, at, inheritedStyle(sheet, undefined, at.column), value));
  return cells.length === 0 ? '' : `<${prefix}row r="${number}">${cells.join('')}</${prefix}row>`;
}

function insertRows(sheet: SheetXml, sheetData: XmlNode, newRows: { number: number; text: string }[]): Replacement[] {
  const all = newRows.filter(({ text }) => text !== '');
  if (all.length === 0) return [];
  const tag = openTagOf(sheet.xml, sheetData);
  if (tag.endsWith('/>')) {
    const text = `${tag.slice(0, -2)}>${all.map((row) => row.text).join('')}</${sheetData.name}>`;
    return [{ start: sheetData.start, end: sheetData.end, text }];
  }
  const last = sheet.rows.at(-1)?.node.end ?? sheetData.innerStart;
  return all.map(({ number, text }) => {
    const at = sheet.rows.find((row) => row.number > number)?.node.start ?? last;
    return { start: at, end: at, text };
  });
}

function inheritedStyle({ xml, root }: SheetXml, row: SheetRow | undefined, column: number): string | undefined {
  if (row && isTrue(attribute(xml, row.node, 'customFormat'))) return attribute(xml, row.node, 's');
  const found = childrenOf(child(root, 'cols'), 'col').find(
    (node) => column >= Number(attribute(xml, node, 'min')) && column <= Number(attribute(xml, node, 'max')),
  );
  return found && attribute(xml, found, 'style');
}

function cellXml({ root }: SheetXml, at: CellAddress, style: string | undefined, value: CellValue): string {
  const prefix = prefixOf(root.name);
  const start = `<${prefix}c r="${formatAddress(at)}"${style === undefined ? '' : ` s="${style}"`}`;
  const end = `</${prefix}c>`;
  if (value === null) return `${start}/>`;
  if (typeof value === 'number') return `${start}><${prefix}v>${value}</${prefix}v>${end}`;
  if (typeof value === 'boolean') return `${start} t="b"><${prefix}v>${value ? 1 : 0}</${prefix}v>${end}`;
  const text = encodeText(encodeEscapes(withoutControlCharacters(value.replace(/\r\n?/g, '\n'))));
  const space = /^\s|\s$|\n/.test(text) ? ' xml:space="preserve"' : '';
  return `${start} t="inlineStr"><${prefix}is><${prefix}t${space}>${text}</${prefix}t></${prefix}is>${end}`;
}

function growDimension({ xml, root }: SheetXml, writes: CellWrite[]): Replacement[] {
  const node = child(root, 'dimension');
  const range = node && parseRange(attribute(xml, node, 'ref') ?? '');
  const added = writes.filter(({ value }) => value !== null).map(({ at }) => at);
  if (!node || !range || added.length === 0) return [];
  const rows = [range.from.row, range.to.row, ...added.map(({ row }) => row)];
  const columns = [range.from.column, range.to.column, ...added.map(({ column }) => column)];
  const from = formatAddress({ row: Math.min(...rows), column: Math.min(...columns) });
  const to = formatAddress({ row: Math.max(...rows), column: Math.max(...columns) });
  const ref = from === to ? from : `${from}:${to}`;
  if (ref === `${formatAddress(range.from)}:${formatAddress(range.to)}`) return [];
  const text = openTagOf(xml, node).replace(/(\sref\s*=\s*["'])[^"']*/, `$1${ref}`);
  return [{ start: node.start, end: node.innerStart, text }];
}
