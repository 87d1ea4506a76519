import type { KeyboardEvent } from 'react';

export type KeyAction =
  | { kind: 'move'; rows: number; columns: number }
  | { kind: 'start'; text?: string }
  | { kind: 'clear' | 'cancel' | 'insert-line' };

const PAGE_ROWS = 15;
/** More steps than there are lines drawn. */
const TO_THE_END = 20_000;

const ARROWS: Record<string, [rows: number, columns: number]> = {
  ArrowDown: [1, 0],
  ArrowUp: [-1, 0],
  ArrowRight: [0, 1],
  ArrowLeft: [0, -1],
  PageDown: [PAGE_ROWS, 0],
  PageUp: [-PAGE_ROWS, 0],
};

/** What a key does in Excel: in a chosen cell, or in one that is being typed in. */
export function readKey(event: KeyboardEvent, isEditing: boolean): KeyAction | undefined {
  const { key, shiftKey, altKey } = event;
  if (event.nativeEvent.isComposing) return undefined;
  if (key === 'Tab') return { kind: 'move', rows: 0, columns: shiftKey ? -1 : 1 };
  if (key === 'Enter' && isEditing && altKey) return { kind: 'insert-line' };
  if (key === 'Enter') return { kind: 'move', rows: shiftKey ? -1 : 1, columns: 0 };
  if (key === 'Escape') return { kind: 'cancel' };
  return isEditing ? undefined : readKeyInChosenCell(event);
}

function readKeyInChosenCell({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): KeyAction | undefined {
  const isCommand = ctrlKey || metaKey;
  const arrow = ARROWS[key];
  if (arrow && !altKey) return { kind: 'move', rows: arrow[0], columns: arrow[1] };
  if (key === 'Home' || key === 'End') {
    const steps = key === 'Home' ? -TO_THE_END : TO_THE_END;
    return { kind: 'move', rows: isCommand ? steps : 0, columns: steps };
  }
  if (key === 'F2') return { kind: 'start' };
  if (key === 'Delete') return { kind: 'clear' };
  if (key === 'Backspace') return { kind: 'start', text: '' };
  return key.length === 1 && !isCommand && !altKey ? { kind: 'start', text: key } : undefined;
}
