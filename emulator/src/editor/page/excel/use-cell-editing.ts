import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { CellValue } from '../../excel/workbook-content.ts';
import type { OpenFile } from '../fields/field-window.tsx';
import { editedText, readInput } from './cell-text.ts';
import type { Editing } from './grid-row.tsx';
import { movePlace } from './move-place.ts';
import { type KeyMode, readKey } from './read-key.ts';
import { addressOf, type Place, type SheetGrid } from './sheet-grid.ts';

/** What is typed is taken over when somebody stops for so long, though they stay in the cell. */
const PAUSE_MS = 2000;

interface Options {
  grid: SheetGrid;
  file: Pick<OpenFile<{ countsFrom1904: boolean }, CellValue>, 'view' | 'values' | 'mayType' | 'change' | 'note'>;
  active: Place;
  /** Chooses a cell and puts the focus on it. */
  onMove(place: Place): void;
}

export interface CellEditing {
  editing: Editing | undefined;
  start(at: string): void;
  type(text: string): void;
  finish(): void;
  pressKey(event: KeyboardEvent): void;
}

/** Moving among cells and typing in them with the keys that Excel has for it. */
export function useCellEditing({ grid, file, active, onMove }: Options): CellEditing {
  const { sheet } = grid;
  const { view, values, mayType, change, note } = file;
  const [editing, setEditing] = useState<Editing & { original: CellValue; mode: KeyMode }>();
  // Leaving a cell and the timer must see what was typed last, not what was drawn last.
  const live = useRef<typeof editing>(undefined);
  const pause = useRef<ReturnType<typeof setTimeout>>(undefined);

  const valueAt = (at: string) => {
    const changed = values.get(`${sheet.id}!${at}`);
    return changed === undefined ? (grid.cells.get(at)?.value ?? null) : changed;
  };
  const put = (at: string, value: CellValue) => {
    if (value !== valueAt(at)) change(`${sheet.id}!${at}`, value);
  };
  const textAt = (at: string) => editedText(valueAt(at), grid.cells.get(at), view.countsFrom1904);
  const set = (next: typeof editing) => {
    live.current = next;
    setEditing(next);
  };
  const mayChange = (at: string) => {
    const cell = grid.cells.get(at);
    const because = cell?.readOnlyBecause ?? (sheet.isProtected && !cell ? 'This sheet is protected.' : undefined);
    if (mayType && because !== undefined) note(`${at} cannot be changed. ${because}`);
    return mayType && because === undefined;
  };

  const take = () => {
    clearTimeout(pause.current);
    if (!live.current || live.current.text === textAt(live.current.at)) return;
    const { at, text } = live.current;
    const input = readInput(text, grid.cells.get(at), view.countsFrom1904);
    if ('refused' in input) note(`${at} was not changed. ${input.refused}`);
    else put(at, input.value);
  };
  const takeAfterPause = () => {
    clearTimeout(pause.current);
    pause.current = setTimeout(() => newest.current(), PAUSE_MS);
  };
  const start = (at: string, text?: string) => {
    if (!mayChange(at)) return;
    set({ at, text: text ?? textAt(at), original: valueAt(at), mode: text === undefined ? 'editing' : 'typing' });
    if (text !== undefined) takeAfterPause();
  };
  const type = (text: string) => {
    if (!live.current) return;
    set({ ...live.current, text });
    takeAfterPause();
  };
  const finish = () => {
    take();
    set(undefined);
  };
  const cancel = () => {
    clearTimeout(pause.current);
    if (!live.current) return;
    put(live.current.at, live.current.original);
    set(undefined);
    onMove(active);
  };
  const pressKey = (event: KeyboardEvent) => {
    const action = readKey(event, live.current?.mode ?? 'chosen');
    if (!action) return;
    const target = action.kind === 'move' ? movePlace(grid, active, action.rows, action.columns) : active;
    // Behind the last and before the first cell, Tab leaves the grid.
    if (event.key === 'Tab' && !live.current && target === active) return;
    event.preventDefault();
    if (action.kind === 'start') start(addressOf(active), action.text);
    else if (action.kind === 'insert-line') insertLine(event.target, type);
    else if (action.kind === 'cancel') cancel();
    else if (action.kind === 'clear') mayChange(addressOf(active)) && put(addressOf(active), null);
    else {
      finish();
      onMove(target);
    }
  };

  const newest = useRef(take);
  newest.current = take;
  useEffect(() => {
    // Before the page's last save, which hears of it later.
    const leave = () => newest.current();
    window.addEventListener('pagehide', leave, { capture: true });
    document.addEventListener('visibilitychange', leave, { capture: true });
    return () => {
      clearTimeout(pause.current);
      window.removeEventListener('pagehide', leave, { capture: true });
      document.removeEventListener('visibilitychange', leave, { capture: true });
    };
  }, []);
  return { editing, start, type, finish, pressKey };
}

function insertLine(area: EventTarget, type: (text: string) => void): void {
  if (!(area instanceof HTMLTextAreaElement)) return;
  area.setRangeText('\n', area.selectionStart, area.selectionEnd, 'end');
  type(area.value);
}
