import { encodeText, openTagOf, replaceRanges } from '../blocks/xml-tree.ts';
import { attribute } from '../fields/office-package.ts';
import { type CellAddress, isWithin } from './cell-address.ts';
import { readFormulas } from './formulas.ts';
import type { SheetRules, SheetTable } from './sheet-rules.ts';
import type { Workbook } from './workbook.ts';
import type { CellValue } from './workbook-content.ts';

/** The heading of a table's column stands in the cell and in the table's own part, and Excel rejects a difference. */
export type HeadingChange =
  | { kind: 'no-heading' }
  | { kind: 'renamed'; name: string }
  | { kind: 'refused'; because: string };

/** Renames the column of a table in whose heading row the cell lies. */
export function changeHeading(workbook: Workbook, rules: SheetRules, at: CellAddress, value: CellValue): HeadingChange {
  const table = rules.tables.find(({ headings }) => headings && isWithin(at, headings));
  const index = at.column - (table?.headings?.from.column ?? 0);
  const column = table?.columns[index];
  if (!table || !column) return { kind: 'no-heading' };
  const nameOf = (node: typeof column) => attribute(table.xml, node, 'name') ?? '';
  const name = value === null ? '' : String(value).trim();
  if (name === '') return { kind: 'refused', because: 'The heading of a table column cannot be empty.' };
  const taken = table.columns.some((one) => one !== column && nameOf(one).toLowerCase() === name.toLowerCase());
  if (taken) return { kind: 'refused', because: `The table has a column “${name}” already.` };
  if (isUsedInFormulas(workbook, table, nameOf(column)))
    return { kind: 'refused', because: 'Formulas use this heading, and they cannot be changed here.' };
  renameColumn(workbook, table, index, name);
  return { kind: 'renamed', name };
}

function renameColumn({ parts }: Workbook, table: SheetTable, index: number, name: string): void {
  const column = table.columns[index];
  if (!column) return;
  const written = encodeText(name).replaceAll('"', '&quot;').replaceAll('\n', '_x000a_');
  const tag = openTagOf(table.xml, column).replace(/(\sname\s*=\s*)(?:"[^"]*"|'[^']*')/, () => ` name="${written}"`);
  parts.replacePart(table.part, replaceRanges(table.xml, [{ start: column.start, end: column.innerStart, text: tag }]));
}

function isUsedInFormulas(workbook: Workbook, table: SheetTable, name: string): boolean {
  const all = [
    ...readFormulas(workbook).flatMap(({ formulas }) => formulas.map(({ text }) => text)),
    ...workbook.definedNames,
    table.xml.match(/<(?:\w+:)?calculatedColumnFormula[\s\S]*<\/(?:\w+:)?calculatedColumnFormula>/)?.[0] ?? '',
  ];
  return all.some((text) => text.includes('[') && text.toLowerCase().includes(name.toLowerCase()));
}
