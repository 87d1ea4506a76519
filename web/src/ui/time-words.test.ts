import { describe, expect, test } from 'vitest';
import { agoWords, calendarDay, comingWords, daysUntil, dayWords, exactWords, sinceWords } from './time-words.ts';

const LONDON = 'Europe/London';
const now = new Date('2026-11-25T10:54:00Z');
const plain = (words: string) => words.replaceAll('\u00a0', ' ');
const ago = (at: string) => plain(agoWords(new Date(at), now, LONDON));

describe('how long ago', () => {
  test('seconds, minutes and hours are counted on the same day', () => {
    expect(ago('2026-11-25T10:53:52Z')).toBe('8 s ago');
    expect(ago('2026-11-25T10:41:30Z')).toBe('12 min ago');
    expect(ago('2026-11-25T08:10:00Z')).toBe('2 h ago');
  });
  test('the day before is yesterday with its clock time, even less than a day ago', () => {
    expect(ago('2026-11-24T23:31:00Z')).toBe('yesterday, 23:31');
    expect(ago('2026-11-24T00:05:00Z')).toBe('yesterday, 00:05');
  });
  test('older is a date', () => {
    expect(ago('2026-09-14T10:00:00Z')).toBe('14 Sep 2026');
  });
  test('a clock that is a little behind makes no future', () => {
    expect(ago('2026-11-25T10:54:20Z')).toBe('just now');
    expect(ago('2026-11-25T11:30:00Z')).toBe('today, 11:30');
  });
  test('yesterday changes at midnight of the reader, not of Greenwich', () => {
    const at = new Date('2026-11-24T23:31:00Z');
    expect(plain(agoWords(at, now, 'Asia/Tokyo'))).toBe('11 h ago');
    expect(plain(agoWords(at, now, 'America/New_York'))).toBe('yesterday, 18:31');
  });
  test('the night when clocks change has one yesterday', () => {
    const morning = new Date('2026-10-25T09:00:00Z');
    expect(plain(agoWords(new Date('2026-10-24T23:30:00Z'), morning, LONDON))).toBe('9 h ago');
    expect(plain(agoWords(new Date('2026-10-24T10:00:00Z'), morning, LONDON))).toBe('yesterday, 11:00');
  });
});

describe('since when', () => {
  const since = (at: string) => plain(sinceWords(new Date(at), now, LONDON));
  test('today is a clock time', () => expect(since('2026-11-25T10:42:00Z')).toBe('10:42'));
  test('yesterday says so', () => expect(since('2026-11-24T16:05:00Z')).toBe('yesterday 16:05'));
  test('this week is a weekday', () => expect(since('2026-11-23T16:05:00Z')).toBe('Mon 16:05'));
  test('older is a date', () => expect(since('2026-11-19T11:20:00Z')).toBe('19 Nov 11:20'));
  test('another year says its year', () => expect(since('2025-11-19T11:20:00Z')).toBe('19 Nov 2025 11:20'));
});

describe('other times', () => {
  test('what will happen has a clock time, and a day when it is not today', () => {
    expect(plain(comingWords(new Date('2026-11-25T11:05:00Z'), now, LONDON))).toBe('11:05');
    expect(plain(comingWords(new Date('2026-11-26T11:05:00Z'), now, LONDON))).toBe('tomorrow, 11:05');
    expect(plain(comingWords(new Date('2026-12-18T11:05:00Z'), now, LONDON))).toBe('18 Dec 2026, 11:05');
  });
  test('a day is named when it is near', () => {
    expect(dayWords(new Date('2026-11-25T00:10:00Z'), now, LONDON)).toBe('today');
    expect(dayWords(new Date('2026-11-24T10:00:00Z'), now, LONDON)).toBe('yesterday');
  });
  test('a calendar day is the same in every zone', () => {
    expect(plain(calendarDay('2027-02-14'))).toBe('14 Feb 2027');
    expect(daysUntil('2026-11-16', now, LONDON)).toBe(-9);
    expect(daysUntil('2026-11-25', now, 'Pacific/Auckland')).toBe(0);
  });
  test('the exact time has seconds and the zone', () => {
    expect(exactWords(new Date('2026-11-25T10:42:07Z'), LONDON)).toBe('Wednesday 25 November 2026, 10:42:07 GMT');
  });
});
