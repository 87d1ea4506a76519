import { describe, expect, it } from 'vitest';
import { aboutTheText, countInWords, namesInWords, reviewInWords, sizeInWords } from './words.ts';

const plain = (text: string | undefined) => text?.replaceAll('\u00a0', ' ');
const draft = {
  state: 'draft',
  version: '0.2',
  publishedVersion: null,
  nextDraftVersion: '0.3',
  beingEdited: null,
} as const;

describe('words', () => {
  it('gives sizes one decimal below ten', () => {
    expect([512, 412_000, 8_400_000, 62_000_000, 999_960].map((size) => plain(sizeInWords(size)))).toEqual([
      '512 bytes',
      '412 kB',
      '8.4 MB',
      '62 MB',
      '1000 kB',
    ]);
  });

  it('joins names without breaking one', () => {
    expect(namesInWords(['A. Author', 'N. Educator'])).toBe('A.\u00a0Author and N.\u00a0Educator');
    expect(plain(namesInWords(['A', 'B', 'C']))).toBe('A, B and C');
  });

  it('counts one and many', () => {
    expect(plain(countInWords(1, 'document'))).toBe('1 document');
    expect(plain(countInWords(1200, 'document'))).toBe('1,200 documents');
  });

  it('D8: says by how much a review is overdue', () => {
    const today = new Date(2026, 10, 25, 23, 59);
    expect(plain(reviewInWords('2026-11-16', today)?.text)).toBe('Overdue by 9 days');
    expect(plain(reviewInWords('2026-11-25', today)?.text)).toBe('25 Nov 2026');
    expect(reviewInWords('2026-11-25', today)?.overdue).toBe(false);
    expect(reviewInWords(null, today)).toBeNull();
  });

  it('D6: says whether one may act by the text below', () => {
    expect(aboutTheText(draft)).toBe('Draft 0.2, not for use in care');
    expect(aboutTheText({ ...draft, version: '1.0', publishedVersion: '1.0', state: 'published' })).toBe(
      'Version 1.0, in force. Printed copies are uncontrolled',
    );
    const beingEdited = {
      sessionId: '',
      by: [],
      since: '',
      app: 'Word',
      lastSavedAt: null,
      lastSavedBy: null,
      state: 'active',
    } as const;
    expect(aboutTheText({ ...draft, beingEdited: { ...beingEdited, by: [] } })).toBe(
      'Draft 0.2 as last checked in. The text now in Word becomes 0.3',
    );
  });
});
