import { type MouseEvent, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { CellValue, WorkbookView } from '../../excel/workbook-content.ts';
import type { OpenFile } from '../fields/field-window.tsx';
import { CellBar } from './cell-bar.tsx';
import { GridRow } from './grid-row.tsx';
import { addressOf, columnName, layOutSheet, type Place, placeOf } from './sheet-grid.ts';
import { useCellEditing } from './use-cell-editing.ts';

const ROW_NUMBERS_WIDTH = 46;

interface Props {
  file: OpenFile<WorkbookView, CellValue>;
  sheet: WorkbookView['sheets'][number];
  active: Place;
  onMove(place: Place): void;
}

export function SheetPanel({ file, sheet, active, onMove }: Props) {
  const [times, setTimes] = useState(1);
  const table = useRef<HTMLTableElement>(null);
  // Only a place far out changes what is laid out.
  const farRow = active.row > 10 ? active.row : 0;
  const farColumn = active.column > 5 ? active.column : 0;
  const grid = useMemo(
    () => layOutSheet(sheet, file.values, { times, far: { row: farRow, column: farColumn } }),
    [sheet, file.values, times, farRow, farColumn],
  );
  // At once after the drawing: a key that comes sooner would be lost.
  const wantsFocus = useRef(false);
  useLayoutEffect(() => {
    if (!wantsFocus.current) return;
    wantsFocus.current = false;
    table.current?.querySelector<HTMLElement>('td[tabindex="0"]')?.focus();
  });
  const moveFocus = (place: Place) => {
    wantsFocus.current = true;
    onMove({ ...place });
  };
  const cells = useCellEditing({ grid, file, active, onMove: moveFocus });
  const at = addressOf(active);

  const select = ({ target }: MouseEvent) => {
    const cell = target instanceof Element ? target.closest('td')?.dataset.at : undefined;
    if (cell === undefined || cell === cells.editing?.at) return;
    // On a phone there is no double click: a second tap on a cell begins to type in it.
    if (cell === at && window.matchMedia('(pointer: coarse)').matches) cells.start(cell);
    else moveFocus(placeOf(cell));
  };

  return (
    <>
      <CellBar file={file} grid={grid} at={at} editing={cells.editing} onGo={moveFocus} />
      <div className="sheet" id="sheet-panel" role="tabpanel" aria-label={sheet.name}>
        <table
          ref={table}
          // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a grid is a table whose cells take keys
          role="grid"
          aria-label={sheet.name}
          aria-readonly={!file.mayType}
          style={{ width: ROW_NUMBERS_WIDTH + grid.columns.reduce((sum, { width }) => sum + width, 0) }}
          onClick={select}
          onDoubleClick={() => cells.start(at)}
          onKeyDown={cells.pressKey}
        >
          <colgroup>
            <col style={{ width: ROW_NUMBERS_WIDTH }} />
            {grid.columns.map(({ number, width }) => (
              <col key={number} style={{ width }} />
            ))}
          </colgroup>
          <thead>
            <tr>
              <td className="corner" />
              {grid.columns.map(({ number }) => (
                <th key={number} scope="col">
                  {columnName(number)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {grid.rows.map((row) => (
              <GridRow
                key={row}
                grid={grid}
                row={row}
                values={file.values}
                countsFrom1904={file.view.countsFrom1904}
                mayType={file.mayType}
                active={row === active.row ? at : undefined}
                editing={cells.editing && placeOf(cells.editing.at).row === row ? cells.editing : undefined}
                onType={cells.type}
                onLeave={cells.finish}
              />
            ))}
          </tbody>
        </table>
        {grid.hasMoreRows && (
          <button type="button" className="more" onClick={() => setTimes(times + 1)}>
            Show more rows
          </button>
        )}
        {sheet.isCut && <p className="notice">This sheet holds more cells than can be shown here.</p>}
      </div>
    </>
  );
}
