/** What the page shows of a workbook. */
export interface WorkbookView {
  readOnlyBecause?: string;
  countsFrom1904: boolean;
  sheets: SheetView[];
}

export interface SheetView {
  id: string;
  name: string;
  isHidden: boolean;
  /** No cells at all: a chart on a sheet of its own. */
  isOther: boolean;
  /** Cells that are not listed can be filled, unless the sheet is protected. */
  isProtected: boolean;
  /** More cells than can be shown were left out. */
  isCut: boolean;
  cells: CellView[];
  merges: string[];
  columns: { from: number; to: number; width: number | undefined; isHidden: boolean }[];
  hiddenRows: number[];
}

/** What a cell holds; null is an empty one. */
export type CellValue = string | number | boolean | null;

export interface CellView {
  at: string;
  value: CellValue;
  /** An error value such as `#DIV/0!`, whose text `value` is. */
  isError?: boolean;
  /** Number format: a pattern, or the number of a built-in one; absent for General. */
  format?: string | number;
  /** The formula, without `=`; empty for one that is written at another cell. */
  formula?: string;
  isRich?: boolean;
  readOnlyBecause?: string;
}
