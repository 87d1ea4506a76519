import { addressOf, type Place, type SheetGrid } from './sheet-grid.ts';

/** The place so many rows down and columns right, past hidden ones and what merged cells cover. */
export function movePlace(grid: SheetGrid, from: Place, rows: number, columns: number): Place {
  let place = from;
  for (const [axis, steps] of [['row', rows] as const, ['column', columns] as const]) {
    for (let step = 0; step < Math.abs(steps); step++) {
      const next = stepPlace(grid, place, axis, Math.sign(steps));
      if (next === place) break;
      place = next;
    }
  }
  return place;
}

function stepPlace(grid: SheetGrid, from: Place, axis: 'row' | 'column', direction: number): Place {
  const line = axis === 'row' ? grid.rows : grid.columns.map(({ number }) => number);
  const merged = grid.merged.get(addressOf(from));
  const length = axis === 'row' ? merged?.rows : merged?.columns;
  const start = from[axis] + (direction > 0 ? (length ?? 1) - 1 : 0);
  const next = direction > 0 ? line.find((number) => number > start) : line.findLast((number) => number < start);
  if (next === undefined) return from;
  const place = { ...from, [axis]: next };
  return grid.covered.get(addressOf(place)) ?? place;
}
