import { openTagOf, replaceRanges } from '../blocks/xml-tree.ts';
import { attribute, child, prefixOf, textIn } from '../fields/office-package.ts';
import { type CellAddress, type CellRange, formatAddress, isWithin, parseRange } from './cell-address.ts';
import type { SheetXml } from './sheet-cells.ts';
import { openSheet, type SheetEntry, type Workbook } from './workbook.ts';

// Beyond this, finding out what depends on what takes longer than calculating everything again.
const MOST_FORMULAS = 5000;

export interface SheetFormulas {
  entry: SheetEntry;
  sheet: SheetXml;
  formulas: Formula[];
}

interface Formula {
  sheetName: string;
  at: CellAddress;
  text: string;
  /** What it reads; undefined when that cannot be told from its words. */
  reads: Reference[] | undefined;
}

interface Reference {
  sheetName: string;
  range: CellRange;
}

export interface ChangedCell {
  sheetName: string;
  at: CellAddress;
}

export function readFormulas(workbook: Workbook): SheetFormulas[] {
  return workbook.sheets
    .filter(({ part, hasCells }) => hasCells && /<(?:\w+:)?f[\s/>]/.test(workbook.parts.getPart(part)))
    .map((entry) => {
      const sheet = openSheet(workbook, entry);
      const formulas = [...sheet.cells.values()].flatMap(({ at, formula }) => {
        if (!formula) return [];
        const text = textIn(sheet.xml, formula);
        return [{ sheetName: entry.name, at, text, reads: readReferences(text, entry.name) }];
      });
      return { entry, sheet, formulas };
    });
}

/**
 * Takes the calculated values away that the changed cells may have been part of, and tells the next program to calculate
 * when it opens the file: a stale result must not look like a true one. A formula whose references cannot be told (names,
 * tables, INDIRECT) counts as depending on everything.
 */
export function forgetResults(workbook: Workbook, changed: ChangedCell[]): void {
  const sheets = readFormulas(workbook);
  const stale = findDependents(
    sheets.flatMap(({ formulas }) => formulas),
    changed,
  );
  if (stale.size === 0) return;
  for (const { entry, sheet, formulas } of sheets) {
    const replacements = formulas
      .filter((formula) => stale.has(formula))
      .flatMap(({ at }) => {
        const cell = sheet.cells.get(formatAddress(at));
        if (!cell?.value) return [];
        const { node, value } = cell;
        const tag = openTagOf(sheet.xml, node).replace(/\st\s*=\s*["'][^"']*["']/, '');
        return [
          { start: node.start, end: node.innerStart, text: tag },
          { start: value.start, end: value.end, text: '' },
        ];
      });
    workbook.parts.replacePart(entry.part, replaceRanges(sheet.xml, replacements));
  }
  workbook.parts.replacePart(workbook.mainPart, calculatingOnLoad(workbook));
}

function findDependents(formulas: Formula[], changed: ChangedCell[]): Set<Formula> {
  if (formulas.length > MOST_FORMULAS) return new Set(formulas);
  const stale = new Set(formulas.filter(({ reads }) => reads === undefined));
  const left = new Set(formulas.filter((formula) => !stale.has(formula)));
  const open: ChangedCell[] = [...changed, ...stale];
  for (let cell = open.pop(); cell; cell = open.pop()) {
    const { at, sheetName } = cell;
    for (const formula of left) {
      if (!formula.reads?.some((one) => one.sheetName === sheetName.toLowerCase() && isWithin(at, one.range))) continue;
      left.delete(formula);
      stale.add(formula);
      open.push(formula);
    }
  }
  return stale;
}

const TEXT = /"(?:[^"]|"")*"/g;
const UNTOLD = /\[|\b(?:INDIRECT|OFFSET|NOW|TODAY|RAND|RANDBETWEEN|CELL|INFO)\(/i;
const REFERENCE =
  /(?:(?:'((?:[^']|'')+)'|([A-Za-z_][\w.]*))!)?(?<![\w.])(\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?|\$?[A-Z]{1,3}:\$?[A-Z]{1,3}|\$?\d+:\$?\d+)(?![\w.(])/gi;
const FUNCTION_OR_NUMBER = /[A-Za-z_][\w.]*\(|\b\d[\d.]*(?:E[+-]?\d+)?|\b(?:TRUE|FALSE)\b/gi;

function readReferences(formula: string, ownSheet: string): Reference[] | undefined {
  const text = formula.replace(TEXT, '""');
  // A formula without words is shared with another cell, relative to which it reads.
  if (text === '' || UNTOLD.test(text)) return undefined;
  const reads: Reference[] = [];
  const rest = text.replace(REFERENCE, (_, quoted?: string, plain?: string, range = '') => {
    const sheetName = (quoted?.replaceAll("''", "'") ?? plain ?? ownSheet).toLowerCase();
    const parsed = parseRange(range);
    if (parsed) reads.push({ sheetName, range: parsed });
    return parsed && !sheetName.includes(':') ? ' ' : 'name';
  });
  return /[A-Za-z_]/.test(rest.replace(FUNCTION_OR_NUMBER, ' ')) ? undefined : reads;
}

const BEFORE_CALCULATION = ['definedNames', 'externalReferences', 'functionGroups', 'sheets'];

function calculatingOnLoad({ xml, root }: Workbook): string {
  const settings = child(root, 'calcPr');
  if (settings) {
    if (attribute(xml, settings, 'fullCalcOnLoad') === '1') return xml;
    const tag = openTagOf(xml, settings).replace(/\sfullCalcOnLoad\s*=\s*["'][^"']*["']/, '');
    const text = tag.replace(/\s*\/?>$/, (end) => ` fullCalcOnLoad="1"${end.trimStart()}`);
    return replaceRanges(xml, [{ start: settings.start, end: settings.innerStart, text }]);
  }
  // The schema wants the element right behind these.
  const before = BEFORE_CALCULATION.map((name) => child(root, name)).find((node) => node !== undefined);
  const at = before?.end ?? root.innerStart;
  return replaceRanges(xml, [{ start: at, end: at, text: `<${prefixOf(root.name)}calcPr fullCalcOnLoad="1"/>` }]);
}
