import { describe, expect, it } from 'vitest';
import { outcome } from './send-file.ts';

describe('what becomes of an upload', () => {
  it('is the document that was made', () => {
    const id = '3e5ad2b4-7c16-4d0f-9a38-61b7f2c94d55';
    expect(outcome(201, JSON.stringify({ id, number: 'SOP-1', version: '0.1' }))).toEqual({
      kind: 'done',
      documentId: id,
      number: 'SOP-1',
      version: '0.1',
    });
  });

  it('E13: is a refusal with the way out', () => {
    const error = { code: 'file_encrypted', message: 'It has a password.', remedy: 'Remove it.', reference: 'R1' };
    expect(outcome(422, JSON.stringify({ error }))).toEqual({
      kind: 'refused',
      message: 'It has a password.',
      remedy: 'Remove it.',
      reference: 'R1',
    });
  });

  it('is a refusal in words also where something in between answered', () => {
    expect(outcome(502, '<html>Bad gateway</html>')).toMatchObject({ kind: 'refused', reference: null });
    expect(outcome(200, 'not json')).toMatchObject({ kind: 'refused' });
  });
});
