import type { OnedriveCall } from '@megdocs/contract';
import { expect, it } from 'vitest';
import { groupCalls } from './group-calls.ts';

const call = (id: number, what: string, more: Partial<OnedriveCall> = {}): OnedriveCall => ({
  id,
  at: `2026-03-10T12:00:${String(id).padStart(2, '0')}Z`,
  what,
  file: null,
  outcome: 'Done',
  ok: true,
  by: { id: 'p', name: 'Clare' },
  owner: { id: 'p', name: 'Clare' },
  requestId: null,
  ...more,
});

it('E15: routine looks that follow one another are one line, what failed stands for itself', () => {
  const calls = [
    call(9, 'Looked'),
    call(8, 'Looked'),
    call(7, 'Looked', { ok: false }),
    call(6, 'Fetched'),
    call(5, 'Looked'),
  ];
  expect(groupCalls(calls).map(({ call: { id }, count, since }) => [id, count, since.slice(-3, -1)])).toEqual([
    [9, 2, '08'],
    [7, 1, '07'],
    [6, 1, '06'],
    [5, 1, '05'],
  ]);
});
