import { attribute, child, childrenOf, isTrue, textIn } from '../fields/office-package.ts';
import { formatAddress } from './cell-address.ts';
import { formatOf } from './cell-formats.ts';
import type { SheetCell, SheetXml } from './sheet-cells.ts';
import { readSheetRules, type SheetRules, whyReadOnly } from './sheet-rules.ts';
import { readStringItem } from './string-items.ts';
import { openSheet, readWorkbook, type SheetEntry, type Workbook } from './workbook.ts';
import type { CellView, SheetView, WorkbookView } from './workbook-content.ts';

const MOST_CELLS = 200_000;

export function viewWorkbook(content: Uint8Array): WorkbookView {
  const workbook = readWorkbook(content);
  return {
    ...(workbook.readOnlyBecause === undefined ? {} : { readOnlyBecause: workbook.readOnlyBecause }),
    countsFrom1904: workbook.countsFrom1904,
    sheets: workbook.sheets.map((entry) => viewSheet(workbook, entry)),
  };
}

function viewSheet(workbook: Workbook, entry: SheetEntry): SheetView {
  const { id, name, isHidden, hasCells } = entry;
  const nothing = { isProtected: false, isCut: false, cells: [], merges: [], columns: [], hiddenRows: [] };
  if (!hasCells) return { id, name, isHidden, isOther: true, ...nothing };
  const sheet = openSheet(workbook, entry);
  const rules = readSheetRules(workbook, entry, sheet);
  const all = [...sheet.cells.values()].flatMap((cell) => viewCell(workbook, sheet, rules, cell) ?? []);
  return {
    id,
    name,
    isHidden,
    isOther: false,
    isProtected: rules.isProtected,
    isCut: all.length > MOST_CELLS,
    cells: all.slice(0, MOST_CELLS),
    merges: rules.merges.map(({ from, to }) => `${formatAddress(from)}:${formatAddress(to)}`),
    columns: viewColumns(sheet),
    hiddenRows: sheet.rows
      .filter(({ node }) => isTrue(attribute(sheet.xml, node, 'hidden')))
      .map(({ number }) => number),
  };
}

function viewCell(workbook: Workbook, sheet: SheetXml, rules: SheetRules, cell: SheetCell): CellView | undefined {
  const read = readValue(workbook, sheet, cell);
  const { pattern } = formatOf(workbook.formats, cell.style);
  const because = whyReadOnly(workbook, sheet, rules, cell.at);
  const isPlain = pattern === 0 && (because !== undefined) === rules.isProtected;
  if (read.value === null && !cell.formula && isPlain) return undefined;
  return {
    at: formatAddress(cell.at),
    ...read,
    ...(pattern === 0 ? {} : { format: pattern }),
    ...(cell.formula ? { formula: textIn(sheet.xml, cell.formula) } : {}),
    ...(because === undefined ? {} : { readOnlyBecause: because }),
  };
}

/** The value that is stored, for a formula the one it had when last calculated. */
export function readValue(
  { strings }: Pick<Workbook, 'strings'>,
  { xml }: Pick<SheetXml, 'xml'>,
  { type, value, inline }: SheetCell,
): Pick<CellView, 'value' | 'isRich' | 'isError'> {
  if (type === 'inlineStr') return stringValue(inline && readStringItem(xml, inline));
  if (!value) return { value: null };
  const text = textIn(xml, value);
  if (type === 's') return stringValue(strings[Number(text)]);
  if (type === 'b') return { value: isTrue(text) };
  if (type === 'e') return { value: text, isError: true };
  // `d` is a date in ISO form, which strict files may hold.
  if (type === 'str' || type === 'd') return { value: text };
  const number = Number(text);
  return { value: text === '' || !Number.isFinite(number) ? null : number };
}

function stringValue(item: { text: string; isRich: boolean } | undefined): Pick<CellView, 'value' | 'isRich'> {
  if (!item || item.text === '') return { value: null };
  return { value: item.text, ...(item.isRich ? { isRich: true } : {}) };
}

function viewColumns({ xml, root }: SheetXml): SheetView['columns'] {
  return childrenOf(child(root, 'cols'), 'col').map((node) => {
    const width = attribute(xml, node, 'width');
    return {
      from: Number(attribute(xml, node, 'min')),
      to: Number(attribute(xml, node, 'max')),
      width: width === undefined ? undefined : Number(width),
      isHidden: isTrue(attribute(xml, node, 'hidden')),
    };
  });
}
