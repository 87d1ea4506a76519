const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A no-break space between a number and its unit. */
const NBSP = '\u00a0';

/** How long ago, in words, in the reader's zone: "8 s ago", "yesterday, 15:31", "14 Feb 2027". */
export function agoWords(at: Date, now: Date, timeZone?: string): string {
  const seconds = Math.floor((now.getTime() - at.getTime()) / 1000);
  // A computer's clock is often a little behind the server's: that is no future.
  if (seconds < 2 && seconds > -MINUTE) return 'just now';
  if (seconds < 0) return `${dayWords(at, now, timeZone)}, ${clock(at, timeZone)}`;
  if (seconds < MINUTE) return `${seconds}${NBSP}s ago`;
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)}${NBSP}min ago`;
  const days = daysBetween(at, now, timeZone);
  if (days === 0) return `${Math.floor(seconds / HOUR)}${NBSP}h ago`;
  if (days === 1) return `yesterday, ${clock(at, timeZone)}`;
  return date(at, timeZone);
}

/** When something began and still goes on: "10:42", "Mon 16:05", "19 Nov 11:20". For "since …". */
export function sinceWords(at: Date, now: Date, timeZone?: string): string {
  const days = daysBetween(at, now, timeZone);
  const time = clock(at, timeZone);
  if (days === 0) return time;
  if (days === 1) return `yesterday${NBSP}${time}`;
  if (days > 1 && days < 6) return `${format(at, { weekday: 'short' }, timeZone)}${NBSP}${time}`;
  const year = yearOf(at, timeZone) === yearOf(now, timeZone) ? {} : ({ year: 'numeric' } as const);
  return `${format(at, { day: 'numeric', month: 'short', ...year }, timeZone)}${NBSP}${time}`.replaceAll(' ', NBSP);
}

/** A time to come: "11:05", "tomorrow, 11:05", "18 Dec 2026, 11:05". */
export function comingWords(at: Date, now: Date, timeZone?: string): string {
  const days = daysBetween(at, now, timeZone);
  if (days === 0) return clock(at, timeZone);
  return `${dayWords(at, now, timeZone)}, ${clock(at, timeZone)}`;
}

/** A day, in words: "today", "yesterday", "tomorrow", else "14 Feb 2027". */
export function dayWords(at: Date, now: Date, timeZone?: string): string {
  const days = daysBetween(at, now, timeZone);
  if (days === 0) return 'today';
  if (days === 1) return 'yesterday';
  if (days === -1) return 'tomorrow';
  return date(at, timeZone);
}

/** To the second, for a tooltip: "Wednesday 25 November 2026, 10:42:07 GMT". */
export function exactWords(at: Date, timeZone?: string): string {
  const day = format(at, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }, timeZone);
  const time = format(at, { hour: '2-digit', minute: '2-digit', second: '2-digit', timeZoneName: 'short' }, timeZone);
  return `${day.replace(',', '')}, ${time}`;
}

/** A calendar day without a zone, such as a review date "2027-02-14": "14 Feb 2027". */
export const calendarDay = (day: string): string => date(new Date(`${day}T00:00:00Z`), 'UTC');

/** Whole days from today to a calendar day; negative when it has passed. */
export function daysUntil(day: string, now: Date, timeZone?: string): number {
  return (Date.parse(`${day}T00:00:00Z`) - Date.parse(`${isoDay(now, timeZone)}T00:00:00Z`)) / (DAY * 1000);
}

/** The time of day: "10:42". */
export const clock = (at: Date, timeZone?: string): string =>
  format(at, { hour: '2-digit', minute: '2-digit' }, timeZone);
const date = (at: Date, timeZone?: string): string =>
  format(at, { day: 'numeric', month: 'short', year: 'numeric' }, timeZone).replaceAll(' ', NBSP);
const yearOf = (at: Date, timeZone?: string): string => format(at, { year: 'numeric' }, timeZone);

/** Calendar days in the reader's zone, so that "yesterday" changes at the reader's midnight. */
function daysBetween(earlier: Date, later: Date, timeZone?: string): number {
  const [from, to] = [isoDay(earlier, timeZone), isoDay(later, timeZone)];
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / (DAY * 1000));
}
function isoDay(at: Date, timeZone?: string): string {
  // Swedish writes dates as ISO does.
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(at);
}

const formats = new Map<string, Intl.DateTimeFormat>();
function format(at: Date, options: Intl.DateTimeFormatOptions, timeZone?: string): string {
  const key = JSON.stringify([options, timeZone]);
  const known = formats.get(key) ?? new Intl.DateTimeFormat('en-GB', { hourCycle: 'h23', ...options, timeZone });
  formats.set(key, known);
  // The abbreviation of September has four letters in British English; the others have three.
  return known.format(at).replace('Sept ', 'Sep ');
}
