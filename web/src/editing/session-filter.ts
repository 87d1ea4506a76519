import type { EditSession } from '@megdocs/contract';

export const SHOWN = ['all', 'decisions', 'not-live', 'idle', 'unchanged'] as const;
export type Shown = (typeof SHOWN)[number];

export const shownWords: Record<Shown, string> = {
  all: 'All',
  decisions: 'Needs a decision',
  'not-live': 'Not live',
  idle: 'Nobody saved for 3 days',
  unchanged: 'Nothing new',
};

export interface SessionFilter {
  shown: Shown;
  /** Words of number, title or name. */
  words: string;
}

const IDLE_MS = 3 * 86_400_000;

/** Which of the open sessions the controller wants to see. */
export function filterSessions(
  sessions: readonly EditSession[],
  { shown, words }: SessionFilter,
  now: Date,
): EditSession[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return sessions.filter((session) => {
    const text = `${session.document.number} ${session.document.title} ${session.starter.name}`.toLowerCase();
    return isShown(session, shown, now) && wanted.every((word) => text.includes(word));
  });
}

function isShown(session: EditSession, shown: Shown, now: Date): boolean {
  switch (shown) {
    case 'all':
      return true;
    case 'decisions':
      return session.state === 'needs-a-decision';
    case 'not-live':
      return session.notLiveSince !== null || session.problem !== null;
    case 'idle':
      return now.getTime() - Date.parse(session.lastSavedAt ?? session.startedAt) > IDLE_MS;
    case 'unchanged':
      return session.lastSavedAt === null && session.checkpoints.length === 0;
  }
}

export function isShownName(value: string | null): value is Shown {
  return (SHOWN as readonly (string | null)[]).includes(value);
}
