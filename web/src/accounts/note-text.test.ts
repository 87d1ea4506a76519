import { describe, expect, test } from 'vitest';
import { addressesIn, paragraphs } from './note-text.ts';

describe('a note for IT', () => {
  test('its addresses become links without the sentence’s dot', () => {
    expect(addressesIn('Approve: https://login.example/x?client_id=1. Then come back.')).toEqual([
      { text: 'Approve: ', isAddress: false },
      { text: 'https://login.example/x?client_id=1', isAddress: true },
      { text: '. Then come back.', isAddress: false },
    ]);
  });
  test('other schemes stay text', () => {
    expect(addressesIn('javascript:alert(1) http://x.example')).toEqual([
      { text: 'javascript:alert(1) http://x.example', isAddress: false },
    ]);
  });
  test('empty lines part paragraphs', () => {
    expect(paragraphs('One.\nStill one.\n\n\nTwo.\n')).toEqual(['One.\nStill one.', 'Two.']);
  });
});
