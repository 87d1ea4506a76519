import type { EditSession } from '@megdocs/contract';
import { describe, expect, it } from 'vitest';
import { filterSessions, type SessionFilter } from './session-filter.ts';

const now = new Date('2026-03-10T12:00:00Z');
const session = (number: string, name: string, more: Partial<EditSession> = {}): EditSession =>
  ({
    id: number,
    document: { id: number, number, title: 'Hand hygiene' },
    starter: { id: name, name },
    state: 'active',
    startedAt: '2026-03-10T09:00:00Z',
    lastSavedAt: null,
    checkpoints: [],
    notLiveSince: null,
    problem: null,
    ...more,
  }) as unknown as EditSession;
const sessions = [
  session('SOP-1', 'Clare Whitcombe', { state: 'needs-a-decision' }),
  session('SOP-2', 'Tomas Novelli', { lastSavedAt: '2026-03-01T09:00:00Z' }),
  session('SOP-3', 'Clare Whitcombe', { notLiveSince: '2026-03-10T11:00:00Z', lastSavedAt: '2026-03-10T10:00:00Z' }),
];
const numbers = (filter: Partial<SessionFilter>) =>
  filterSessions(sessions, { shown: 'all', words: '', ...filter }, now).map(({ id }) => id);

describe('E9: filters of the controllers’ page', () => {
  it('shows all of them to begin with', () => expect(numbers({})).toEqual(['SOP-1', 'SOP-2', 'SOP-3']));
  it('those that need a decision', () => expect(numbers({ shown: 'decisions' })).toEqual(['SOP-1']));
  it('those that MEGDocs can’t see', () => expect(numbers({ shown: 'not-live' })).toEqual(['SOP-3']));
  it('those that nobody saved for three days', () => expect(numbers({ shown: 'idle' })).toEqual(['SOP-2']));
  it('those in which nothing is new', () => expect(numbers({ shown: 'unchanged' })).toEqual(['SOP-1']));
  it('every word must be found, in number, title or name', () => {
    expect(numbers({ words: 'clare HAND' })).toEqual(['SOP-1', 'SOP-3']);
    expect(numbers({ words: 'clare sop-2' })).toEqual([]);
  });
});
