import type { CellValue, CellView, SheetView } from '../../excel/workbook-content.ts';

export interface Place {
  row: number;
  column: number;
}

const LAST_ROW = 1_048_576;
const LAST_COLUMN = 16_384;

const LEAST_ROWS = 20;
const LEAST_COLUMNS = 8;
const EMPTY_ROWS = 10;
const EMPTY_COLUMNS = 3;
const MOST_COLUMNS = 100;
const AROUND = 10;
/** A long sheet is drawn by so many cells at a time; a browser takes a second for more. */
const CELLS_AT_A_TIME = 6000;
const MOST_ROWS_AT_A_TIME = 300;
const LEAST_ROWS_AT_A_TIME = 50;

/** A sheet made ready for drawing: its cells by address, and which places there are. */
export interface SheetGrid {
  sheet: SheetView;
  cells: Map<string, CellView>;
  /** What a merged cell's first place reaches over. */
  merged: Map<string, { rows: number; columns: number }>;
  covered: Map<string, Place>;
  /** The rows and columns that can be shown, hidden ones left out. */
  rows: number[];
  columns: { number: number; width: number }[];
  hasMoreRows: boolean;
}

/** @param drawn how much of a long sheet to draw, and a place that must be there although it lies beyond */
export function layOutSheet(
  sheet: SheetView,
  values: ReadonlyMap<string, CellValue>,
  drawn: { times: number; far: Place },
): SheetGrid {
  const used = [...sheet.cells.filter(({ value }) => value !== null).map(({ at }) => at), ...ownKeys(sheet, values)];
  let lastRow = LEAST_ROWS;
  let lastColumn = LEAST_COLUMNS;
  for (const { row, column } of used.map(placeOf)) {
    lastRow = Math.max(lastRow, row + EMPTY_ROWS);
    lastColumn = Math.max(lastColumn, column + EMPTY_COLUMNS);
  }
  const hiddenRows = new Set(sheet.hiddenRows);
  const columns = linesTo(Math.min(lastColumn, MOST_COLUMNS), drawn.far.column, LAST_COLUMN);
  const atATime = Math.max(LEAST_ROWS_AT_A_TIME, Math.floor(CELLS_AT_A_TIME / columns.length));
  const drawnRows = drawn.times * Math.min(MOST_ROWS_AT_A_TIME, atATime);
  return {
    sheet,
    cells: new Map(sheet.cells.map((cell) => [cell.at, cell])),
    ...readMerges(sheet),
    rows: linesTo(Math.min(lastRow, drawnRows), drawn.far.row, LAST_ROW).filter((row) => !hiddenRows.has(row)),
    columns: columns.flatMap((number) => {
      const settings = sheet.columns.find(({ from, to }) => number >= from && number <= to);
      return settings?.isHidden ? [] : [{ number, width: widthOf(settings?.width) }];
    }),
    hasMoreRows: lastRow > drawnRows,
  };
}

// All up to `shown`, and some around a place beyond.
function linesTo(shown: number, far: number, last: number): number[] {
  const all = Array.from({ length: Math.min(shown, last) }, (_, index) => index + 1);
  for (let line = Math.max(shown + 1, far - AROUND); far > shown && line <= Math.min(last, far + AROUND); line++)
    all.push(line);
  return all;
}

export function addressOf({ row, column }: Place): string {
  return columnName(column) + row;
}

export function columnName(column: number): string {
  let name = '';
  for (let rest = column; rest > 0; rest = Math.floor((rest - 1) / 26))
    name = String.fromCharCode(65 + ((rest - 1) % 26)) + name;
  return name;
}

export function placeOf(address: string): Place {
  const [, letters = 'A', digits = '1'] = /^([A-Z]+)(\d+)$/.exec(address) ?? [];
  const column = [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
  return { row: Number(digits), column };
}

/** The place that a person names, e.g. `b12`. */
export function findPlace(typed: string): Place | undefined {
  const address = typed.trim().toUpperCase();
  if (!/^[A-Z]{1,3}[1-9]\d{0,6}$/.test(address)) return undefined;
  const place = placeOf(address);
  return place.row <= LAST_ROW && place.column <= LAST_COLUMN ? place : undefined;
}

function readMerges({ merges }: SheetView): Pick<SheetGrid, 'merged' | 'covered'> {
  const merged: SheetGrid['merged'] = new Map();
  const covered: SheetGrid['covered'] = new Map();
  for (const range of merges) {
    const [first = 'A1', last = first] = range.split(':');
    const [from, to] = [placeOf(first), placeOf(last)];
    merged.set(first, { rows: to.row - from.row + 1, columns: to.column - from.column + 1 });
    for (let row = from.row; row <= to.row; row++)
      for (let column = from.column; column <= to.column; column++)
        if (row !== from.row || column !== from.column) covered.set(addressOf({ row, column }), from);
  }
  return { merged, covered };
}

function ownKeys({ id }: SheetView, values: ReadonlyMap<string, CellValue>): string[] {
  return [...values.keys()].filter((key) => key.startsWith(`${id}!`)).map((key) => key.slice(id.length + 1));
}

// A unit of width is a digit of about seven pixels.
function widthOf(width: number | undefined): number {
  return Math.min(420, Math.max(56, Math.round((width ?? 11) * 7 + 5)));
}
