import { expect, test } from 'vitest';
import { localPath } from './local-path.ts';

test('a path of ours is taken with its query', () => {
  expect(localPath('/documents/?q=hand%20hygiene#row')).toBe('/documents/?q=hand%20hygiene#row');
});

test.each([
  'https://evil.example/',
  '//evil.example/',
  '/\\evil.example/',
  '/\t/evil.example/',
  '\\\\evil.example',
  'javascript:alert(1)',
  'documents/',
  '/.//evil.example',
  '/a/..//evil.example',
  '',
])('an address that could leave the site is no path: %j', (value) => {
  expect(localPath(value)).toBeUndefined();
});

test('nothing is no path', () => {
  expect(localPath(null)).toBeUndefined();
  expect(localPath(undefined)).toBeUndefined();
});
