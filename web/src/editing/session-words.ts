import type { EditSession } from '@megdocs/contract';
import { countInWords } from '../documents/words.ts';

export interface ConnectionWords {
  kind: 'ok' | 'wait' | 'bad';
  text: string;
}

/** Quiet for the healthy, a word for those that need someone. */
export function connectionInWords(session: Pick<EditSession, 'state' | 'notLiveSince' | 'problem'>): ConnectionWords {
  if (session.state === 'needs-a-decision') return { kind: 'bad', text: 'Needs a decision' };
  if (session.notLiveSince) return { kind: 'wait', text: 'Not live' };
  if (session.problem) return { kind: 'wait', text: 'Waits' };
  if (session.state === 'starting') return { kind: 'ok', text: 'Being opened' };
  if (session.state === 'checking-in') return { kind: 'ok', text: 'Being checked in' };
  return { kind: 'ok', text: 'Connected' };
}

export interface UncheckedWords {
  text: string;
  /** From two days on. */
  long: boolean;
}

/** How long the oldest change that is in no version has been waiting; null when there is none. */
export function notCheckedInFor(
  session: Pick<EditSession, 'checkpoints' | 'lastSavedAt'>,
  now: Date,
): UncheckedWords | null {
  const times = [...session.checkpoints.map((checkpoint) => checkpoint.madeAt), session.lastSavedAt]
    .filter((time) => time !== null)
    .map((time) => Date.parse(time));
  if (times.length === 0) return null;
  const minutes = Math.max(0, Math.floor((now.getTime() - Math.min(...times)) / 60_000));
  if (minutes < 60) return { text: countInWords(minutes, 'min', 'min'), long: false };
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return { text: countInWords(hours, 'h', 'h'), long: false };
  return { text: countInWords(Math.floor(hours / 24), 'day'), long: true };
}

const OPEN: readonly EditSession['state'][] = ['starting', 'active', 'checking-in', 'needs-a-decision'];
export const isOpen = (session: Pick<EditSession, 'state'>): boolean => OPEN.includes(session.state);

/** Closed, and something of it is still to be done: the copy, or a late save. */
export const isCleaningUp = (session: EditSession): boolean =>
  !isOpen(session) && session.receipt.some((step) => step.state !== 'done');

/** Whether "Try again now" is of any use: a copy that is only being watched needs no other try. */
export const mayBeHelped = (session: EditSession): boolean =>
  session.may.retry && (session.problem !== null || session.receipt.some((step) => step.state === 'failed'));
