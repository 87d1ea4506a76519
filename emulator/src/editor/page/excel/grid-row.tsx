import { memo, useEffect, useRef } from 'react';
import type { CellValue } from '../../excel/workbook-content.ts';
import { shownText } from './cell-text.ts';
import { addressOf, type SheetGrid } from './sheet-grid.ts';

export interface Editing {
  at: string;
  text: string;
}

interface RowProps {
  grid: SheetGrid;
  row: number;
  values: ReadonlyMap<string, CellValue>;
  countsFrom1904: boolean;
  mayType: boolean;
  /** The address of the cell that has the focus, when it is in this row. */
  active: string | undefined;
  editing: Editing | undefined;
  onType(text: string): void;
  onLeave(): void;
}

export const GridRow = memo(function GridRow(props: RowProps) {
  const { grid, row } = props;
  return (
    <tr>
      <th scope="row">{row}</th>
      {grid.columns.map(({ number }) => {
        const at = addressOf({ row, column: number });
        return grid.covered.has(at) ? null : <GridCell key={at} {...props} at={at} />;
      })}
    </tr>
  );
});

function GridCell({
  grid,
  values,
  countsFrom1904,
  mayType,
  active,
  editing,
  onType,
  onLeave,
  at,
}: RowProps & { at: string }) {
  const cell = grid.cells.get(at);
  const changed = values.get(`${grid.sheet.id}!${at}`);
  const value = changed === undefined ? (cell?.value ?? null) : changed;
  const span = grid.merged.get(at);
  const isReadOnly = !mayType || cell?.readOnlyBecause !== undefined || (grid.sheet.isProtected && !cell);
  const text = shownText(value, cell, countsFrom1904);
  const isStale = cell?.formula !== undefined && value === null;
  const className = [
    typeof value === 'number' ? 'number' : '',
    cell?.formula === undefined ? '' : 'formula',
    mayType && isReadOnly ? 'fixed' : '',
  ];
  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: within a grid a cell of a table is a gridcell
    <td
      data-at={at}
      className={className.filter((one) => one !== '').join(' ') || undefined}
      tabIndex={at === active ? 0 : -1}
      aria-selected={at === active}
      aria-readonly={isReadOnly}
      aria-label={`${at}, ${isStale ? 'not calculated yet' : text || 'empty'}${cell?.formula === undefined ? '' : ', formula'}`}
      title={isReadOnly ? cell?.readOnlyBecause : undefined}
      colSpan={span?.columns}
      rowSpan={span?.rows}
    >
      {editing?.at === at ? <CellInput editing={editing} onType={onType} onLeave={onLeave} /> : isStale ? '…' : text}
    </td>
  );
}

function CellInput({ editing, onType, onLeave }: { editing: Editing; onType(text: string): void; onLeave(): void }) {
  const input = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    const { current } = input;
    current?.focus();
    current?.setSelectionRange(current.value.length, current.value.length);
  }, []);
  return (
    <textarea
      ref={input}
      aria-label={`Content of ${editing.at}`}
      rows={Math.min(6, editing.text.split('\n').length)}
      value={editing.text}
      spellCheck={false}
      onChange={(event) => onType(event.target.value)}
      onBlur={onLeave}
    />
  );
}
