import { readXmlTree, type XmlNode } from '../blocks/xml-tree.ts';
import { attribute, child, childrenOf, isTrue } from '../fields/office-package.ts';
import { type CellAddress, type CellRange, formatAddress, isWithin, parseRange } from './cell-address.ts';
import { formatOf } from './cell-formats.ts';
import type { SheetXml } from './sheet-cells.ts';
import type { SheetEntry, Workbook } from './workbook.ts';

/** Where a sheet takes no change, and why; and which of its cells are headings of tables. */
export interface SheetRules {
  isProtected: boolean;
  merges: CellRange[];
  fixed: { range: CellRange; because: string }[];
  tables: SheetTable[];
}

export interface SheetTable {
  part: string;
  xml: string;
  headings: CellRange | undefined;
  columns: XmlNode[];
}

export function readSheetRules(workbook: Workbook, entry: SheetEntry, sheet: SheetXml): SheetRules {
  const { xml, root } = sheet;
  const protection = child(root, 'sheetProtection');
  const related = workbook.parts.relationships(entry.part);
  const tables = related
    .filter(({ kind }) => kind === 'table')
    .flatMap(({ target }) => readTable(target, workbook.parts.getPart(target)));
  const pivots = related
    .filter(({ kind }) => kind === 'pivotTable')
    .flatMap(({ target }) => readPivotRange(workbook.parts.getPart(target)) ?? []);
  return {
    isProtected: protection !== undefined && isTrue(attribute(xml, protection, 'sheet')),
    merges: childrenOf(child(root, 'mergeCells'), 'mergeCell').flatMap(
      (node) => parseRange(attribute(xml, node, 'ref') ?? '') ?? [],
    ),
    fixed: [
      ...pivots.map((range) => ({ range, because: 'A pivot table shows its result here.' })),
      ...tables.flatMap(({ totals }) => (totals ? [{ range: totals, because: 'This is the total of a table.' }] : [])),
      ...arrayRanges(sheet).map((range) => ({ range, because: 'A formula fills this cell.' })),
    ],
    tables,
  };
}

/** Why this cell takes no change, in words for the person who tries. */
export function whyReadOnly(
  workbook: Workbook,
  sheet: SheetXml,
  rules: SheetRules,
  at: CellAddress,
): string | undefined {
  const cell = sheet.cells.get(formatAddress(at));
  if (cell?.formula) return 'This cell holds a formula, and formulas cannot be changed here.';
  const fixed = rules.fixed.find(({ range }) => isWithin(at, range));
  if (fixed) return fixed.because;
  const isCovered = (range: CellRange) =>
    isWithin(at, range) && !(at.row === range.from.row && at.column === range.from.column);
  if (rules.merges.some(isCovered)) return 'This cell lies under a merged one.';
  if (rules.isProtected && formatOf(workbook.formats, cell?.style).isLocked)
    return 'This sheet is protected, and the cell is locked.';
  return undefined;
}

function readTable(part: string, xml: string): (SheetTable & { totals: CellRange | undefined })[] {
  const root = readXmlTree(xml).children.find(({ name }) => name !== '#text');
  const range = root && parseRange(attribute(xml, root, 'ref') ?? '');
  if (!root || !range) return [];
  const has = (name: string, otherwise: string) => (attribute(xml, root, name) ?? otherwise) !== '0';
  return [
    {
      part,
      xml,
      columns: childrenOf(child(root, 'tableColumns'), 'tableColumn'),
      headings: has('headerRowCount', '1') ? { from: range.from, to: { ...range.to, row: range.from.row } } : undefined,
      totals: has('totalsRowCount', '0') ? { from: { ...range.from, row: range.to.row }, to: range.to } : undefined,
    },
  ];
}

function readPivotRange(xml: string): CellRange | undefined {
  const root = readXmlTree(xml).children.find(({ name }) => name !== '#text');
  const location = child(root, 'location');
  return location && parseRange(attribute(xml, location, 'ref') ?? '');
}

// Array formulas and data tables fill a range from its first cell.
function arrayRanges({ xml, cells }: SheetXml): CellRange[] {
  const ranges: CellRange[] = [];
  for (const { formula } of cells.values()) {
    const type = formula && attribute(xml, formula, 't');
    if (!formula || (type !== 'array' && type !== 'dataTable')) continue;
    const range = parseRange(attribute(xml, formula, 'ref') ?? '');
    if (range) ranges.push(range);
  }
  return ranges;
}
