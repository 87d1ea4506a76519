import { expect, it } from 'vitest';
import { localPath } from './return-to.ts';

it('S56: a local path is kept, with its query', () => {
  expect(localPath('/documents/')).toBe('/documents/');
  expect(localPath('/documents/?q=50%25%20off&sort=title')).toBe('/documents/?q=50%25%20off&sort=title');
});

it.each([
  '//evil.example',
  '/\\evil.example',
  '/%09/evil.example',
  '/\t/evil.example',
  '/%2f/evil.example',
  '/%5cevil.example',
  '/.//evil.example',
  'https://evil.example/',
  'javascript:alert(1)',
  'documents/',
  '/%zz',
  '',
])('S56: %s is no path of ours', (value) => {
  expect(localPath(value)).toBeNull();
});

it('S56: what is absent or endless is no path either', () => {
  expect(localPath(undefined)).toBeNull();
  expect(localPath(`/${'a'.repeat(2000)}`)).toBeNull();
});
