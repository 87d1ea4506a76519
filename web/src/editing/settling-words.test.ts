import type { Settling } from '@megdocs/contract';
import { describe, expect, it } from 'vitest';
import { checkInLabel, settlingLine, whyNotYet } from './settling-words.ts';

const waiting: Settling = {
  settled: false,
  changed: true,
  quietForSeconds: 3,
  waitSeconds: 7,
  mayCheckInAnyway: false,
  lastSavedAt: null,
  lastSavedBy: null,
  recentOther: null,
  unreachable: null,
};
const settled: Settling = { ...waiting, settled: true, waitSeconds: 0 };

describe('E7: the check-in waits and says so', () => {
  it('fills the bar by the quiet seconds, also between two answers', () => {
    expect(settlingLine(waiting, 0).progress).toBeCloseTo(0.3);
    expect(settlingLine(waiting, 2).progress).toBeCloseTo(0.5);
    expect(settlingLine(waiting, 99).progress).toBe(1);
    expect(settlingLine(waiting, 0).mayCheckIn).toBe(false);
  });

  it('can check in when all is here and there is a summary', () => {
    const line = settlingLine(settled, 0);
    expect(line.mayCheckIn).toBe(true);
    expect(checkInLabel('0.3', line)).toBe('Check in 0.3');
    expect(whyNotYet(line, '  ')).toMatch(/what changed/);
    expect(whyNotYet(line, 'Scope')).toBeNull();
  });

  it('says anyway after two minutes, and when somebody else saved a moment ago', () => {
    expect(checkInLabel('0.3', settlingLine({ ...waiting, mayCheckInAnyway: true }, 0))).toBe('Check in 0.3 anyway');
    const other = { ...settled, recentOther: { name: 'N. Educator', at: '2026-11-25T10:50:00Z' } };
    expect(checkInLabel('0.3', settlingLine(other, 0))).toBe('Check in 0.3 anyway');
  });

  it('E6: offers no version of what nobody changed', () => {
    const line = settlingLine({ ...settled, changed: false }, 0);
    expect(line).toMatchObject({ icon: 'unchanged', mayCheckIn: false });
    expect(whyNotYet(line, '')).toBeNull();
  });

  it('does not claim anything while Microsoft can not be asked', () => {
    const line = settlingLine({ ...waiting, unreachable: 'It did not answer' }, 0);
    expect(line).toMatchObject({ icon: 'unreachable', mayCheckIn: false, progress: null });
  });
});
