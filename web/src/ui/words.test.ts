import { documentState } from '@megdocs/contract';
import { describe, expect, test } from 'vitest';
import { ApiFailure, failureFrom } from './api.ts';
import { wordsFor } from './failure.tsx';
import { initials } from './initials.ts';
import { statusLook } from './status-words.ts';

describe('status', () => {
  test('every state has a word of its own', () => {
    const words = documentState.options.map((state) => statusLook(state).word);
    expect(new Set(words).size).toBe(words.length);
  });
  test('only what waits for someone is coloured as a word', () => {
    const waiting = documentState.options.filter((state) => statusLook(state).wordTone === 'wait');
    expect(waiting).toEqual(['in-review', 'revision-in-review']);
  });
});

test('initials are of the first and the last name', () => {
  expect(['A. Author', 'Nora van Dijk', 'Cher', '  '].map(initials)).toEqual(['AA', 'ND', 'C', '']);
});

test('a script that could not be loaded is told as that, in each browser’s words', () => {
  for (const words of [
    'Failed to fetch dynamically imported module: http://localhost/assets/a.js',
    'error loading dynamically imported module: http://localhost/assets/a.js',
    'Importing a module script failed.',
    'Unable to preload CSS for /assets/a.css',
  ]) {
    expect(wordsFor(new Error(words)).message).toBe('A part of MEGDocs could not be loaded.');
  }
  expect(wordsFor(new Error('x is undefined')).message).toBe('Something in this page went wrong.');
});

describe('a refused request', () => {
  const body = { code: 'file_encrypted', message: 'It has a password.', remedy: 'Remove it.', reference: 'r-1' };
  test('keeps the server’s words, way out and reference', () => {
    expect(wordsFor(failureFrom(422, JSON.stringify({ error: body })))).toMatchObject({
      message: 'It has a password.',
      remedy: 'Remove it.',
      reference: 'r-1',
    });
  });
  test('an answer that is none of ours says what to do, and shows nothing of it', () => {
    const failure = failureFrom(502, '<html>Bad gateway</html>');
    expect(failure).toBeInstanceOf(ApiFailure);
    expect(failure.remedy).toMatch(/Reload/);
    expect(failure.message).not.toMatch(/html/i);
  });
  test('an unexpected fault has words too', () => {
    expect(wordsFor(new TypeError('x is undefined')).message).not.toMatch(/undefined/);
  });
});
