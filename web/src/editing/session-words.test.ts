import { describe, expect, it } from 'vitest';
import { connectionInWords, notCheckedInFor } from './session-words.ts';

const now = new Date('2026-11-25T11:00:00Z');
const plain = (lastSavedAt: string | null) =>
  notCheckedInFor({ checkpoints: [], lastSavedAt }, now)?.text.replaceAll('\u00a0', ' ');

describe('E9: editing now', () => {
  it('says for how long a change has been in no version', () => {
    expect(plain('2026-11-25T10:48:00Z')).toBe('12 min');
    expect(plain('2026-11-23T17:00:00Z')).toBe('42 h');
    expect(plain('2026-11-20T10:00:00Z')).toBe('5 days');
    expect(plain(null)).toBeUndefined();
  });

  it('gives colour only to what needs someone', () => {
    const active = { state: 'active', notLiveSince: null, problem: null } as const;
    expect(connectionInWords(active)).toEqual({ kind: 'ok', text: 'Connected' });
    expect(connectionInWords({ ...active, state: 'needs-a-decision' }).kind).toBe('bad');
    expect(connectionInWords({ ...active, notLiveSince: now.toISOString() }).kind).toBe('wait');
  });
});
