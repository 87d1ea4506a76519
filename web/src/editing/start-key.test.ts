import { expect, it } from 'vitest';
import { forgetStartKey, startKey } from './start-key.ts';

it('E16: a reload of the opening page starts nothing twice', () => {
  const kept = new Map<string, string>();
  const store = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  let made = 0;
  const newKey = () => `key-${++made}`;
  expect(startKey(store, 'd1', newKey)).toBe('key-1');
  expect(startKey(store, 'd1', newKey)).toBe('key-1');
  expect(startKey(store, 'd2', newKey)).toBe('key-2');
  forgetStartKey(store, 'd1');
  expect(startKey(store, 'd1', newKey)).toBe('key-3');
});
