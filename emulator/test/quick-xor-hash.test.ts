import { expect, test } from 'vitest';
import { QuickXorHash } from '../src/world/quick-xor-hash.ts';

const hash = (base64: string) => new QuickXorHash().update(Buffer.from(base64, 'base64')).digest();

test('quickXorHash agrees with known vectors', () => {
  expect(hash('')).toBe('AAAAAAAAAAAAAAAAAAAAAAAAAAA=');
  expect(hash('Sg==')).toBe('SgAAAAAAAAAAAAAAAQAAAAAAAAA=');
  expect(hash('jRRDVA==')).toBe('jaDAEKgAAAAAAAAABAAAAAAAAAA=');
  expect(hash('T6LYJIfDh81JrAK309H2JMJTXis=')).toBe('zBTHrspn3mEcohlJdIUAbjGNaNg=');
  expect(hash('DWAAX5/CIfrmErgZa8ot6ZraeSbu')).toBe('LR2Z0PjuRYGKQB/mhQAuMrAGZbQ=');
  expect(hash('Mb7EGva2rEE5fENDL85P+BsapHEEjv2/siVhKjvAQe02feExVOQSkfmuYzU/kTF1MaKjPmKF/w+cbvwfdWL8aQ==')).toBe(
    'n1anP5NfvD4XDYWIeRPW3ZkPv1Y=',
  );
});

test('quickXorHash is the same however the bytes are cut', () => {
  const bytes = Buffer.from(Array.from({ length: 1000 }, (_, i) => (i * 7) % 256));
  const whole = new QuickXorHash().update(bytes).digest();
  const parts = new QuickXorHash();
  for (let at = 0; at < bytes.length; at += 77) parts.update(bytes.subarray(at, at + 77));
  expect(parts.digest()).toBe(whole);
});
