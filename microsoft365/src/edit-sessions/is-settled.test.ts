import { expect, test } from 'vitest';
import { type DriveItem, isSettled } from '../index.ts';

const SAVED = Date.parse('2026-11-25T08:00:00Z');

function read(secondsAfterSave: number, changes: Partial<DriveItem> = {}): DriveItem {
  return {
    driveId: 'd',
    itemId: 'i',
    name: 'a.docx',
    size: 1,
    eTag: 'e1',
    cTag: 'c1',
    webUrl: '',
    createdAt: new Date(SAVED),
    lastModifiedAt: new Date(SAVED),
    readAt: new Date(SAVED + secondsAfterSave * 1000),
    ...changes,
  };
}

test('E6: two equal reads three seconds apart, ten seconds after the save, are settled', () => {
  expect(isSettled(read(8), read(11))).toEqual({ settled: true });
  expect(isSettled(read(7), read(10))).toEqual({ settled: true });
});

test('one read is not enough, and says when the next one may be', () => {
  expect(isSettled(undefined, read(20))).toEqual({ settled: false, quietForSeconds: 20, waitSeconds: 3 });
});

test('reads too near to each other are not enough', () => {
  expect(isSettled(read(18), read(20))).toEqual({ settled: false, quietForSeconds: 20, waitSeconds: 1 });
});

test('a save a moment ago is not settled, however equal the reads', () => {
  expect(isSettled(read(1), read(5))).toEqual({ settled: false, quietForSeconds: 5, waitSeconds: 5 });
});

test('a changed tag, of content or of anything, starts the wait anew', () => {
  expect(isSettled(read(12, { eTag: 'e0' }), read(20))).toMatchObject({ settled: false });
  expect(isSettled(read(12, { cTag: 'c0' }), read(20))).toMatchObject({ settled: false });
});

test('over a minute of quiet settles at once', () => {
  expect(isSettled(undefined, read(61))).toEqual({ settled: true });
  expect(isSettled(undefined, read(60))).toMatchObject({ settled: false });
});

test("a clock of Microsoft's own that runs backwards settles nothing", () => {
  expect(isSettled(read(-5), read(-2))).toEqual({ settled: false, quietForSeconds: 0, waitSeconds: 10 });
});
