import type { CellValue, SheetView, WorkbookView } from '../../excel/workbook-content.ts';
import type { OpenFile } from '../fields/field-window.tsx';
import { shownText } from './cell-text.ts';
import { findPlace, type Place } from './sheet-grid.ts';

/** What a browser test may use: a long sheet is not drawn as a whole. */
interface ExcelForTests {
  sheets(): string[];
  openSheet(name: string): boolean;
  /** The text of every cell of the open sheet that is not empty, by address. */
  cells(): Record<string, string>;
  /** Chooses a cell of the open sheet and puts the focus on it: typing replaces what it holds. */
  selectCell(address: string): boolean;
}

declare global {
  interface Window {
    excelForTests?: ExcelForTests;
  }
}

interface Shown {
  file: OpenFile<WorkbookView, CellValue>;
  sheet: SheetView | undefined;
  openSheet(id: string): void;
  select(place: Place): void;
}

/** To be called after every drawing. */
export function offerAutomation({ file, sheet, openSheet, select }: Shown): void {
  const { sheets, countsFrom1904 } = file.view;
  window.excelForTests = {
    sheets: () => sheets.filter(({ isHidden }) => !isHidden).map(({ name }) => name),
    openSheet: (name) => {
      const found = sheets.find((one) => one.name === name && !one.isHidden);
      if (found) openSheet(found.id);
      return found !== undefined;
    },
    cells: () => {
      const cells = new Map(sheet?.cells.map((cell) => [cell.at, cell]));
      const values = new Map(sheet?.cells.map(({ at, value }) => [at, value]));
      const prefix = `${sheet?.id}!`;
      for (const [key, value] of file.values) if (key.startsWith(prefix)) values.set(key.slice(prefix.length), value);
      const texts = [...values].map(([at, value]) => [at, shownText(value, cells.get(at), countsFrom1904)] as const);
      return Object.fromEntries(texts.filter(([, text]) => text !== ''));
    },
    selectCell: (address) => {
      const place = findPlace(address);
      if (!place || !sheet || sheet.isOther) return false;
      select(place);
      const focus = () => document.querySelector<HTMLElement>(`td[data-at="${address.toUpperCase()}"]`)?.focus();
      requestAnimationFrame(() => requestAnimationFrame(focus));
      return true;
    },
  };
  document.documentElement.dataset.editorReady = 'true';
}
