import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Pair, startPair } from './pair.ts';

describe.each(['entra', 'strict'] as const)('many want tokens at once, rotation "%s":', (rotation) => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await startPair({ rotation });
  });
  afterAll(() => pair?.close());

  it('R01: 50 callers in each of two processes cost one token call, and all get one token', async () => {
    const [id = ''] = await pair.connected(1);
    const before = pair.counts();
    pair.gate.forget();
    const outcomes = (await Promise.all(pair.both.map((server) => server.ask([id], 50)))).flat();
    expect(outcomes.map(({ result }) => result)).toEqual(Array(100).fill('ok'));
    expect(pair.gate.tokenCalls()).toBe(1);
    expect(pair.gate.bearers()).toBe(1);
    expect(pair.counts()).toEqual({ refreshed: before.refreshed + 1, reused: 0 });
  });

  it('R02: 1,000 connections that expire together cost exactly 1,000 calls, and nobody fails', async () => {
    const ids = await pair.connected(1000);
    const before = pair.counts();
    pair.gate.forget();
    pair.gate.answerMe(true);
    const outcomes = (await Promise.all(pair.both.map((server) => server.ask(ids, 2)))).flat();
    pair.gate.answerMe(false);
    expect(new Set(outcomes.map(({ result }) => result))).toEqual(new Set(['ok']));
    expect(outcomes).toHaveLength(4000);
    expect(pair.gate.tokenCalls()).toBe(1000);
    expect(pair.counts()).toEqual({ refreshed: before.refreshed + 1000, reused: 0 });
    // Each process lets 64 out at once.
    expect(pair.gate.mostAtOnce()).toBeLessThanOrEqual(128);
  });
});
