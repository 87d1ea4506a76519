import { type FormEvent, useEffect, useState } from 'react';
import type { CellValue, WorkbookView } from '../../excel/workbook-content.ts';
import type { OpenFile } from '../fields/field-window.tsx';
import { editedText } from './cell-text.ts';
import type { Editing } from './grid-row.tsx';
import { findPlace, type Place, type SheetGrid } from './sheet-grid.ts';

interface Props {
  file: OpenFile<WorkbookView, CellValue>;
  grid: SheetGrid;
  at: string;
  editing: Editing | undefined;
  onGo(place: Place): void;
}

/** Which cell is chosen, where to go, and all that the cell holds. */
export function CellBar({ file, grid, at, editing, onGo }: Props) {
  const [typed, setTyped] = useState(at);
  useEffect(() => setTyped(at), [at]);
  const cell = grid.cells.get(at);
  const changed = file.values.get(`${grid.sheet.id}!${at}`);
  const value = changed === undefined ? (cell?.value ?? null) : changed;
  const text = cell?.formula === undefined ? editedText(value, cell, file.view.countsFrom1904) : `=${cell.formula}`;

  const go = (event: FormEvent) => {
    event.preventDefault();
    const place = findPlace(typed);
    if (place) onGo(place);
    else setTyped(at);
  };
  return (
    <div className="cell-bar">
      <form onSubmit={go}>
        <input aria-label="Go to cell" value={typed} onChange={(event) => setTyped(event.target.value)} />
      </form>
      <p className="cell-content">
        {editing ? editing.text : text}
        {file.mayType && cell?.readOnlyBecause && <span className="why"> {cell.readOnlyBecause}</span>}
        {cell?.isRich && changed === undefined && (
          <span className="why"> Parts of this text are formatted; new text is not.</span>
        )}
      </p>
    </div>
  );
}
