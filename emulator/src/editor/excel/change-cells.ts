import type { FieldChange } from '../fields/open-files.ts';
import { type CellAddress, formatAddress, parseAddress } from './cell-address.ts';
import { forgetResults } from './formulas.ts';
import { readSheetRules, whyReadOnly } from './sheet-rules.ts';
import { changeHeading } from './table-headings.ts';
import { openSheet, readWorkbook, type SheetEntry, type Workbook } from './workbook.ts';
import type { CellValue } from './workbook-content.ts';
import { readValue } from './workbook-view.ts';
import { type CellWrite, writeCells } from './write-cells.ts';

/** Puts values into cells of a workbook; keys are `{sheetId}!{address}`, e.g. `1!B2`. */
export function changeCells(
  content: Uint8Array,
  changes: FieldChange<CellValue>[],
): { content: Uint8Array | undefined; lost: string[] } {
  const workbook = readWorkbook(content);
  const lost: string[] = [];
  const bySheet = new Map<SheetEntry, Map<string, CellWrite>>();
  for (const { key, value } of changes) {
    const mark = key.lastIndexOf('!');
    const entry = workbook.sheets.find(({ id, hasCells }) => hasCells && id === key.slice(0, mark));
    const at = parseAddress(key.slice(mark + 1));
    if (!entry) lost.push(`The sheet of ${key.slice(mark + 1)} no longer exists.`);
    else if (!at) lost.push(`There is no cell ${key.slice(mark + 1)}.`);
    else bySheet.set(entry, (bySheet.get(entry) ?? new Map()).set(formatAddress(at), { at, value }));
  }
  const changed = [...bySheet].flatMap(([entry, writes]) => changeSheet(workbook, entry, [...writes.values()], lost));
  if (changed.length > 0) forgetResults(workbook, changed);
  return { content: workbook.parts.write(), lost };
}

function changeSheet(
  workbook: Workbook,
  entry: SheetEntry,
  wanted: CellWrite[],
  lost: string[],
): { sheetName: string; at: CellAddress }[] {
  const sheet = openSheet(workbook, entry);
  const writes: CellWrite[] = [];
  let rules = readSheetRules(workbook, entry, sheet);
  for (const { at, value } of wanted) {
    const cell = sheet.cells.get(formatAddress(at));
    const current = cell ? readValue(workbook, sheet, cell).value : null;
    if (value === current || (value === '' && current === null)) continue;
    const because = whyReadOnly(workbook, sheet, rules, at);
    const heading = because === undefined ? changeHeading(workbook, rules, at, value) : { kind: 'no-heading' as const };
    const refusal = because ?? (heading.kind === 'refused' ? heading.because : undefined);
    // The next heading is compared with this one's new name.
    if (heading.kind === 'renamed') rules = readSheetRules(workbook, entry, sheet);
    if (refusal !== undefined) lost.push(`${entry.name}!${formatAddress(at)} was not changed. ${refusal}`);
    else writes.push({ at, value: heading.kind === 'renamed' ? heading.name : value === '' ? null : value });
  }
  if (writes.length > 0) workbook.parts.replacePart(entry.part, writeCells(sheet, writes));
  return writes.map(({ at }) => ({ sheetName: entry.name, at }));
}
