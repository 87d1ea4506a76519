import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSealing, SealingError } from '../index.ts';

const K1 = { id: 'k1', key: new Uint8Array(randomBytes(32)) };
const K2 = { id: 'k2', key: new Uint8Array(randomBytes(32)) };
const PLACE = { table: 'oauth2_integration', id: 'a', column: 'sealed_access_token' };
const sealing = createSealing([K1]);

test('what was sealed opens again, whatever the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(sealing.open(sealing.seal(text, PLACE), PLACE)).toBe(text);
    }),
  );
  expect(sealing.open(sealing.seal('t'.repeat(16 * 1024), PLACE), PLACE)).toHaveLength(16 * 1024);
});

test('S34: any flipped bit fails closed', () => {
  const sealed = sealing.seal('token', PLACE);
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    const flipped = Uint8Array.from(sealed);
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(() => sealing.open(flipped, PLACE), `bit ${bit}`).toThrow(SealingError);
  }
});

test('S34: nothing but what was sealed opens', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(() => sealing.open(bytes, PLACE)).toThrow(SealingError);
    }),
  );
  const sealed = sealing.seal('token', PLACE);
  for (let length = 0; length < sealed.length; length++) {
    expect(() => sealing.open(sealed.subarray(0, length), PLACE)).toThrow(SealingError);
  }
});

test('S33: another row, column or table does not open it, however the names are cut', () => {
  const sealed = sealing.seal('token', PLACE);
  fc.assert(
    fc.property(fc.record({ table: fc.string(), id: fc.string(), column: fc.string() }), (place) => {
      expect(() => sealing.open(sealed, place)).toThrow(SealingError);
    }),
  );
  const shifted = sealing.seal('token', { table: 'ab', id: 'c', column: 'd' });
  expect(() => sealing.open(shifted, { table: 'a', id: 'bc', column: 'd' })).toThrow(SealingError);
});

test('S35: the key id is in each value; old keys open, the first one seals, an unknown one is named', () => {
  const old = sealing.seal('token', PLACE);
  const rotated = createSealing([K2, K1]);
  expect(rotated.keyIdOf(old)).toBe('k1');
  expect(rotated.open(old, PLACE)).toBe('token');
  const renewed = rotated.seal('token', PLACE);
  expect([rotated.keyIdOf(renewed), rotated.currentKeyId]).toEqual(['k2', 'k2']);
  expect(() => sealing.open(renewed, PLACE)).toThrow(expect.objectContaining({ code: 'unknown_key' }));
});

test('S32: 100,000 values have 100,000 IVs', { timeout: 60_000 }, () => {
  const seen = new Set<string>();
  for (let round = 0; round < 100_000; round++) {
    seen.add(Buffer.from(sealing.seal('t', PLACE)).toString('hex', 4, 16));
  }
  expect(seen.size).toBe(100_000);
});

test('another key of the same id does not open it', () => {
  const other = createSealing([{ id: 'k1', key: K2.key }]);
  expect(() => other.open(sealing.seal('token', PLACE), PLACE)).toThrow(expect.objectContaining({ code: 'damaged' }));
});

test('keys of a wrong length, doubled or missing are refused', () => {
  expect(() => createSealing([])).toThrow(TypeError);
  expect(() => createSealing([K1, { ...K2, id: 'k1' }])).toThrow(TypeError);
  expect(() => createSealing([{ id: 'k1', key: new Uint8Array(16) }])).toThrow(TypeError);
});
