const LAST_ROW = 1_048_576;
const LAST_COLUMN = 16_384;

/** Rows and columns count from 1, as in `A1`. */
export interface CellAddress {
  row: number;
  column: number;
}

export interface CellRange {
  from: CellAddress;
  to: CellAddress;
}

export function parseAddress(text: string): CellAddress | undefined {
  const match = /^\$?([A-Za-z]{1,3})\$?([1-9]\d{0,6})$/.exec(text);
  if (!match) return undefined;
  const address = { column: columnNumber(match[1] ?? ''), row: Number(match[2]) };
  return address.column <= LAST_COLUMN && address.row <= LAST_ROW ? address : undefined;
}

export function formatAddress({ row, column }: CellAddress): string {
  return columnName(column) + row;
}

/** `A1:B2`, `A1`, `A:C` or `1:3`. */
export function parseRange(text: string): CellRange | undefined {
  const [first = '', second = first] = text.split(':');
  const from = parseAddress(first) ?? parseLine(first, 1);
  const to = parseAddress(second) ?? parseLine(second, Number.POSITIVE_INFINITY);
  if (!from || !to) return undefined;
  return {
    from: { row: Math.min(from.row, to.row), column: Math.min(from.column, to.column) },
    to: { row: Math.max(from.row, to.row), column: Math.max(from.column, to.column) },
  };
}

export function isWithin({ row, column }: CellAddress, { from, to }: CellRange): boolean {
  return row >= from.row && row <= to.row && column >= from.column && column <= to.column;
}

function parseLine(text: string, missing: number): CellAddress | undefined {
  const match = /^\$?(?:([A-Za-z]{1,3})|([1-9]\d{0,6}))$/.exec(text);
  if (!match) return undefined;
  return match[1] ? { column: columnNumber(match[1]), row: missing } : { row: Number(match[2]), column: missing };
}

function columnNumber(letters: string): number {
  return [...letters.toUpperCase()].reduce((number, letter) => number * 26 + letter.charCodeAt(0) - 64, 0);
}

function columnName(column: number): string {
  let name = '';
  for (let rest = column; rest > 0; rest = Math.floor((rest - 1) / 26))
    name = String.fromCharCode(65 + ((rest - 1) % 26)) + name;
  return name;
}
