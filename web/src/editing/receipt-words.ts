import type { EditSession, ReceiptStep } from '@megdocs/contract';
import { countInWords } from '../documents/words.ts';
import { clock, comingWords, sinceWords } from '../ui/time-words.ts';

/** What a receipt is about, as its heading. */
export function endInWords(session: Pick<EditSession, 'resultVersion' | 'state'>): string {
  if (session.resultVersion) return `Checked in as ${session.resultVersion}`;
  if (session.state === 'taken-over') return 'Somebody else goes on with it';
  if (session.state === 'abandoned') return 'Closed, because nobody saved any more';
  return 'Ended without a version';
}

/** A past step by its clock time, a coming one also by what is left: "10:55", "11:05, in 4 min". */
export function stepTimeInWords(at: Date, now: Date, done: boolean): string {
  const left = done ? null : leftInWords(at, now);
  if (left === null) return done || at <= now ? sinceWords(at, now) : comingWords(at, now);
  return left.startsWith('in under') ? left : `${clock(at)}, ${left}`;
}

/** "in 4 min", up to an hour; null for what is past or further away. */
export function leftInWords(at: Date, now: Date): string | null {
  const seconds = Math.round((at.getTime() - now.getTime()) / 1000);
  if (seconds <= 0 || seconds > 59 * 60) return null;
  return seconds < 60 ? 'in under a minute' : `in ${countInWords(Math.ceil(seconds / 60), 'min', 'min')}`;
}

/** "…will be deleted at 11:05, if nothing more is saved": the server leaves the time, "then", to the reader's zone. */
export function detailInWords({ detail, at, state }: ReceiptStep, now: Date): string {
  return at && isToCome(state) ? detail.replace(/\bthen\b/, () => `at ${comingWords(new Date(at), now)}`) : detail;
}

/** Only these lie ahead; all others have happened, also for a computer whose clock is behind. */
export const isToCome = (state: ReceiptStep['state']): boolean => state === 'waiting' || state === 'running';

const SHOWN_AFTER_THE_END_MS = 24 * 60 * 60 * 1000;

/**
 * The closed session whose receipt stands on the document's page: the newest one, until somebody hides it; by itself it
 * goes a day after all is done. One that still asks for something stays.
 */
export function sessionWithReceipt(
  sessions: readonly EditSession[],
  isHidden: (sessionId: string) => boolean,
  now: Date,
): EditSession | undefined {
  const newest = sessions.find((session) => session.receipt.length > 0 && session.endedAt !== null);
  if (!newest?.endedAt || isHidden(newest.id)) return undefined;
  const open = newest.receipt.some((step) => step.state !== 'done');
  return open || now.getTime() - Date.parse(newest.endedAt) < SHOWN_AFTER_THE_END_MS ? newest : undefined;
}

/** Whether a late save on the receipt holds the page's one primary button. */
export function lateSaveWaits(session: EditSession | undefined): boolean {
  return session?.receipt.some(asksToLook) ?? false;
}

/** A late save that nobody has decided about; the adopted and the dismissed are only told. */
export const asksToLook = (step: ReceiptStep): boolean => step.state === 'attention' && step.followUpDraftId !== null;
