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

/** `typing` began with the first letter: arrows lead on to the next cell. In `editing` they move within the text. */
export type KeyMode = 'chosen' | 'typing' | 'editing';

/** What a key does in Excel. */
export function readKey(event: KeyboardEvent, mode: KeyMode): KeyAction | undefined {
  const { key, shiftKey, altKey } = event;
  if (event.nativeEvent.isComposing) return undefined;
  if (key === 'Tab') return { kind: 'move', rows: 0, columns: shiftKey ? -1 : 1 };
  if (key === 'Enter' && altKey && mode !== 'chosen') return { kind: 'insert-line' };
  if (key === 'Enter') return { kind: 'move', rows: shiftKey ? -1 : 1, columns: 0 };
  if (key === 'Escape') return { kind: 'cancel' };
  if (mode === 'chosen') return readKeyInChosenCell(event);
  return mode === 'typing' ? readArrow(event) : undefined;
}

function readArrow({ key, altKey, shiftKey, ctrlKey }: KeyboardEvent): KeyAction | undefined {
  const arrow = altKey || shiftKey || ctrlKey ? undefined : ARROWS[key];
  return arrow && { kind: 'move', rows: arrow[0], columns: arrow[1] };
}

function readKeyInChosenCell(event: KeyboardEvent): KeyAction | undefined {
  const { key, ctrlKey, metaKey, altKey } = event;
  const isCommand = ctrlKey || metaKey;
  const arrow = readArrow(event);
  if (arrow) return arrow;
  if (key === 'Home' || key === 'End') {
    const steps = key === 'Home' ? -TO_THE_END : TO_THE_END;
    return { kind: 'move', rows: isCommand ? steps : 0, columns: steps };
  }
  if (key === 'F2') return { kind: 'start' };
  if (key === 'Delete') return { kind: 'clear' };
  if (key === 'Backspace') return { kind: 'start', text: '' };
  return key.length === 1 && !isCommand && !altKey ? { kind: 'start', text: key } : undefined;
}
