import { format, getFormatFromId, getFormatInfo, isDateFormat, parseValue } from 'numfmt';
import type { CellValue, CellView } from '../../excel/workbook-content.ts';

/** Days between the two beginnings of time that a workbook may count from. */
const DAYS_FROM_1900_TO_1904 = 1462;
const DAY_FORMAT = 'yyyy-mm-dd';
const TIME_FORMAT = 'hh:mm:ss';

export type CellInput = { value: CellValue } | { refused: string };

/** A cell's value as Excel shows it: dates, percents and the like by its number format. */
export function shownText(value: CellValue, cell: CellView | undefined, countsFrom1904: boolean): string {
  if (value === null) return '';
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  const pattern = patternOf(cell);
  const days = typeof value === 'number' && countsFrom1904 && isDateFormat(pattern) ? DAYS_FROM_1900_TO_1904 : 0;
  const shown = typeof value === 'number' ? value + days : value;
  return format(pattern, shown, { throws: false, invalid: String(value) });
}

/** What stands in the cell while it is typed in: exact, and understood when read again. */
export function editedText(value: CellValue, cell: CellView | undefined, countsFrom1904: boolean): string {
  if (typeof value !== 'number') return shownText(value, undefined, false);
  const pattern = patternOf(cell);
  if (!isDateFormat(pattern)) return getFormatInfo(pattern).isPercent ? `${cleanNumber(value * 100)}%` : String(value);
  const days = value + (countsFrom1904 ? DAYS_FROM_1900_TO_1904 : 0);
  const form = days < 1 ? TIME_FORMAT : Number.isInteger(days) ? DAY_FORMAT : `${DAY_FORMAT} ${TIME_FORMAT}`;
  return format(form, days, { throws: false, invalid: String(value) });
}

/** Reads what was typed as Excel does, but for what would need another number format: that stays text. */
export function readInput(typed: string, cell: CellView | undefined, countsFrom1904: boolean): CellInput {
  const pattern = patternOf(cell);
  if (typed === '') return { value: null };
  if (getFormatInfo(pattern).isText) return { value: typed };
  if (typed.startsWith("'")) return { value: typed.slice(1) };
  if (typed.startsWith('=')) return { refused: 'Formulas cannot be typed here; a leading apostrophe makes it text.' };
  const parsed = parseValue(typed.trim());
  if (!parsed) return { value: typed };
  if (typeof parsed.value === 'boolean') return { value: parsed.value };
  return {
    value:
      fittingNumber(parsed.value, 'formatId' in parsed ? parsed.formatId : undefined, pattern, countsFrom1904) ?? typed,
  };
}

function fittingNumber(
  number: number,
  typedFormat: number | undefined,
  pattern: string,
  countsFrom1904: boolean,
): number | undefined {
  const typed = getFormatFromId(typedFormat ?? 0);
  if (isDateFormat(typed)) {
    if (!isDateFormat(pattern)) return undefined;
    return number - (countsFrom1904 && number >= 1 ? DAYS_FROM_1900_TO_1904 : 0);
  }
  const isPercent = getFormatInfo(pattern).isPercent;
  if (getFormatInfo(typed).isPercent) return isPercent ? number : undefined;
  if (typed.includes('$') && pattern === 'General') return undefined;
  return isPercent ? cleanNumber(number / 100) : number;
}

function patternOf(cell: CellView | undefined): string {
  const code = cell?.format ?? 0;
  return typeof code === 'number' ? getFormatFromId(code) : code;
}

// 0.07 * 100 is 7.000000000000001; Excel works with fifteen digits.
function cleanNumber(number: number): number {
  return Number(number.toPrecision(15));
}
