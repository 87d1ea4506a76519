import type { EditSession } from '@megdocs/contract';
import { describe, expect, it } from 'vitest';
import { detailInWords, lateSaveWaits, sessionWithReceipt, stepTimeInWords } from './receipt-words.ts';

const now = new Date('2026-11-25T10:59:00');
const step = { kind: 'version', state: 'done', title: '', detail: '', at: null, followUpDraftId: null } as const;
const closed = (id: string, endedAt: string, receipt: EditSession['receipt']) =>
  ({ id, endedAt, receipt }) as unknown as EditSession;

describe('E10: the receipt', () => {
  it('gives past steps their time and coming ones what is left', () => {
    expect(stepTimeInWords(new Date('2026-11-25T10:55:00'), now, false)).toBe('10:55');
    expect(stepTimeInWords(new Date('2026-11-25T10:59:02'), now, true)).toBe('10:59');
    expect(stepTimeInWords(new Date('2026-11-25T11:03:00'), now, false).replaceAll('\u00a0', ' ')).toBe(
      '11:03, in 4 min',
    );
  });

  it('says in the reader’s zone when the copy will be deleted, and leaves other sentences alone', () => {
    const copy = { ...step, kind: 'copy', state: 'waiting', at: '2026-11-25T11:05:00' } as const;
    const detail = 'will be deleted then, if nothing more is saved.';
    expect(detailInWords({ ...copy, detail }, now)).toBe('will be deleted at 11:05, if nothing more is saved.');
    expect(detailInWords({ ...copy, detail, state: 'done' }, now)).toBe(detail);
    expect(detailInWords({ ...copy, detail: 'is still open in Word' }, now)).toBe('is still open in Word');
  });

  it('stays until it is hidden, and a day after all is done', () => {
    const done = [closed('s', '2026-11-25T10:00:00Z', [step])];
    expect(sessionWithReceipt(done, () => false, now)?.id).toBe('s');
    expect(sessionWithReceipt(done, () => true, now)).toBeUndefined();
    expect(sessionWithReceipt([closed('s', '2026-11-23T10:00:00Z', [step])], () => false, now)).toBeUndefined();
  });

  it('stays as long as a step asks for something', () => {
    const late = closed('s', '2026-11-01T10:00:00Z', [{ ...step, state: 'attention', followUpDraftId: 'f' }]);
    expect(sessionWithReceipt([late], () => false, now)).toBe(late);
    expect(lateSaveWaits(late)).toBe(true);
    expect(lateSaveWaits(undefined)).toBe(false);
    const adopted = { ...step, state: 'done', followUpDraftId: 'f' } as const;
    expect(lateSaveWaits(closed('s', '2026-11-01T10:00:00Z', [adopted]))).toBe(false);
  });
});
