import { lazy, Suspense, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { agoWords, calendarDay, comingWords, dayWords, exactWords, sinceWords } from './time-words.ts';

interface At {
  /** ISO time with a zone, as the server gives it. */
  at: string;
  /** A row that has many times need not make each a stop of the Tab key. */
  skipFocus?: boolean;
}

/** "8 s ago", counting on by itself; then "yesterday, 15:31", then the date. */
export function Ago({ at, skipFocus }: At) {
  const now = useNow();
  return <Moment at={at} words={agoWords(new Date(at), now)} skipFocus={skipFocus} />;
}

/** After "since": "10:42", "Mon 16:05". */
export function Since({ at, skipFocus }: At) {
  const now = useNow();
  return <Moment at={at} words={sinceWords(new Date(at), now)} skipFocus={skipFocus} />;
}

/** A time to come: "11:05", "tomorrow, 11:05". Say beside it what could change it. */
export function Coming({ at, skipFocus }: At) {
  const now = useNow();
  return <Moment at={at} words={comingWords(new Date(at), now)} skipFocus={skipFocus} />;
}

/** A day: of a calendar date ("2027-02-14", as it is) or of a time (in the reader's zone, "today", "yesterday"). */
export function Day({ date }: { date: string }) {
  const now = useNow();
  if (/^\d{4}-\d{2}-\d{2}$/.test(date)) return <time dateTime={date}>{calendarDay(date)}</time>;
  return <Moment at={date} words={dayWords(new Date(date), now)} />;
}

const ExactTime = lazy(() => import('./exact-time.tsx'));
const BEFORE_SHOWING_MS = 250;

function Moment({ at, words, skipFocus }: At & { words: string }) {
  const element = useRef<HTMLTimeElement>(null);
  const [shown, setShown] = useState(false);
  const timer = useRef<number>(undefined);
  const show = () => {
    timer.current = window.setTimeout(() => setShown(true), BEFORE_SHOWING_MS);
  };
  const hide = () => {
    window.clearTimeout(timer.current);
    setShown(false);
  };
  useEffect(() => () => window.clearTimeout(timer.current), []);
  return (
    <>
      <time
        ref={element}
        dateTime={at}
        tabIndex={skipFocus ? undefined : 0}
        className="nowrap"
        onPointerEnter={show}
        onPointerLeave={hide}
        onFocus={show}
        onBlur={hide}
        onKeyDown={(event) => event.key === 'Escape' && hide()}
      >
        {words}
      </time>
      {shown && (
        <Suspense>
          <ExactTime of={element} words={exactWords(new Date(at))} />
        </Suspense>
      )}
    </>
  );
}

/** The time now, told again every second; one timer for the page, however many times it shows. */
export function useNow(): Date {
  return useSyncExternalStore(follow, () => now);
}
let now = new Date();
let timer: number | undefined;
const listeners = new Set<() => void>();

function follow(changed: () => void): () => void {
  listeners.add(changed);
  timer ??= window.setInterval(() => {
    now = new Date();
    for (const listener of listeners) listener();
  }, 1000);
  return () => {
    listeners.delete(changed);
    if (listeners.size > 0) return;
    window.clearInterval(timer);
    timer = undefined;
  };
}
