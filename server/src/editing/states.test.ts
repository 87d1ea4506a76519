import { editSessionState } from '@megdocs/contract';
import { describe, expect, it } from 'vitest';
import { assertMove, isOpen } from './states.ts';

const states = editSessionState.options;

describe('E16: the states of an edit session', () => {
  it('never lets a closed session move again', () => {
    for (const from of states.filter((state) => !isOpen(state)))
      for (const to of states) expect(() => assertMove(from, to)).toThrow();
  });

  it('lets a check-in go back to editing, end, or wait for a decision', () => {
    const reachable = states.filter((to) => {
      try {
        assertMove('checking-in', to);
        return true;
      } catch {
        return false;
      }
    });
    expect(reachable).toEqual(['active', 'needs-a-decision', 'ended']);
  });

  it('E8: lets somebody else go on with what is edited or on its way, never with what is being checked in or decided', () => {
    for (const from of ['starting', 'active'] as const) expect(() => assertMove(from, 'taken-over')).not.toThrow();
    for (const from of ['checking-in', 'needs-a-decision'] as const)
      expect(() => assertMove(from, 'taken-over')).toThrow();
  });

  it('never discards what is being checked in', () => {
    expect(() => assertMove('checking-in', 'discarded')).toThrow();
  });
});
