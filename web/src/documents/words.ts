import type { DocumentDetail, DocumentState } from '@megdocs/contract';
import { calendarDay, daysUntil } from '../ui/time-words.ts';

const NO_BREAK = '\u00a0';
const UNITS = ['bytes', 'kB', 'MB', 'GB'] as const;

/** "412 kB", "8.4 MB": one decimal below ten, so that a number never pretends to know more. */
export function sizeInWords(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit > 0 && value < 9.95 ? value.toFixed(1) : String(Math.round(value));
  return `${digits}${NO_BREAK}${UNITS[unit]}`;
}

/** "A. Author, N. Educator and R. Reviewer": names don't break. */
export function namesInWords(names: readonly string[]): string {
  const unbroken = names.map((name) => name.replaceAll(' ', NO_BREAK));
  if (unbroken.length < 2) return unbroken[0] ?? 'somebody';
  return `${unbroken.slice(0, -1).join(', ')} and ${unbroken.at(-1)}`;
}

/** Where there is room for one name: "A. Author and 1 more". */
export function firstOfNames(names: readonly string[]): string {
  const first = namesInWords(names.slice(0, 1));
  return names.length > 1 ? `${first} and ${names.length - 1}${NO_BREAK}more` : first;
}

/** "1 document", "14 documents" */
export function countInWords(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-GB')}${NO_BREAK}${count === 1 ? one : many}`;
}

const SMALL_NUMBERS = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine'];

/** The beginning of a sentence: "Three things". */
export function smallNumber(count: number): string {
  return SMALL_NUMBERS[count] ?? String(count);
}

export const stateWords: Record<DocumentState, string> = {
  draft: 'Draft',
  'in-review': 'In review',
  published: 'Published',
  revision: 'Under revision',
  'revision-in-review': 'Revision in review',
};

/** What the reader's bar says about the text below it: what it is, and whether one may act by it. */
export function aboutTheText(
  document: Pick<DocumentDetail, 'state' | 'version' | 'publishedVersion' | 'beingEdited' | 'nextDraftVersion'>,
): string {
  const { version } = document;
  if (version === document.publishedVersion) return `Version ${version}, in force. Printed copies are uncontrolled`;
  if (document.beingEdited?.state === 'needs-a-decision')
    return `Draft ${version} as last checked in. What was edited since waits for a decision`;
  if (document.beingEdited)
    return `Draft ${version} as last checked in. The text now in ${document.beingEdited.app} becomes ${document.nextDraftVersion}`;
  const kind = document.state === 'in-review' || document.state === 'revision-in-review' ? ' in review' : '';
  return `Draft ${version}${kind}, not for use in care`;
}

/** The same in few words, for a phone. */
export function aboutTheTextShortly(
  document: Pick<DocumentDetail, 'state' | 'version' | 'publishedVersion' | 'beingEdited'>,
): string {
  if (document.version === document.publishedVersion) return `${document.version}, in force; not when printed`;
  return document.beingEdited
    ? `Draft ${document.version} as last checked in`
    : `Draft ${document.version}, not for use in care`;
}

export interface ReviewWords {
  text: string;
  overdue: boolean;
}

/** Whole days from today to a calendar date, by the reader's own calendar. */
export function reviewInWords(date: string | null, today: Date): ReviewWords | null {
  if (!date) return null;
  const days = daysUntil(date, today);
  if (days < 0) return { text: `Overdue by ${countInWords(-days, 'day')}`, overdue: true };
  const text = calendarDay(date);
  return { text, overdue: false };
}
