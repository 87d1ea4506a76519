import type { EditSessionState } from '@megdocs/contract';

export const OPEN_STATES = ['starting', 'active', 'checking-in', 'needs-a-decision'] as const;

/** Every way that an edit session can go; there is no other. */
const MOVES: Record<EditSessionState, readonly EditSessionState[]> = {
  starting: ['active', 'not-started', 'taken-over'],
  active: ['checking-in', 'discarded', 'taken-over', 'abandoned', 'needs-a-decision'],
  'checking-in': ['active', 'ended', 'needs-a-decision'],
  'needs-a-decision': ['ended', 'discarded'],
  'not-started': [],
  ended: [],
  discarded: [],
  abandoned: [],
  'taken-over': [],
};

export function assertMove(from: EditSessionState, to: EditSessionState): void {
  if (!MOVES[from].includes(to)) throw new Error(`An edit session never goes from ${from} to ${to}`);
}

export function isOpen(state: EditSessionState): boolean {
  return (OPEN_STATES as readonly string[]).includes(state);
}
