import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { parseTokenKeys } from '../index.ts';

const key = randomBytes(32).toString('base64');
const other = randomBytes(32).toString('base64');

test('keys are read in their order', () => {
  const keys = parseTokenKeys(` k2:${other} , k1:${key}`);
  expect(keys.map(({ id }) => id)).toEqual(['k2', 'k1']);
  expect(Buffer.from(keys[1]?.key ?? []).toString('base64')).toBe(key);
});

test('S36: what is no key is refused with the remedy and without the key', () => {
  const wrong: [text: string, says: RegExp][] = [
    ['', /No token key is given/],
    [key, /no id/],
    [`k1:${randomBytes(31).toString('base64')}`, /31 bytes, 32 are needed/],
    ['k1:not base64!', /not base64/],
    [`k1:${Buffer.alloc(32).toString('base64')}`, /not random/],
    [`k1:${key},k1:${other}`, /called k1/],
    [`k1:${key},`, /Token key 2/],
    [`bad id:${key}`, /Token key 1/],
  ];
  for (const [text, says] of wrong) {
    expect(() => parseTokenKeys(text)).toThrow(says);
    expect(() => parseTokenKeys(text)).not.toThrow(key);
  }
});
