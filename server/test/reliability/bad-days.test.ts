import { sql } from 'kysely';
import type { FaultOrder } from 'microsoft365-emulator';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isTokenCall } from './gate.ts';
import { type Pair, startPair } from './pair.ts';
import type { Outcome } from './server-process.ts';

/** What the timers of a busy machine may be late. */
const LATE_MS = 2500;
const UNREACHABLE = 'microsoft_unreachable';

let pair: Pair;
beforeAll(async () => {
  pair = await startPair();
});
afterAll(() => pair?.close());
beforeEach(async () => {
  pair.emulator.control.clearFaults();
  // Whatever breaker the test before has opened is closed again by now.
  await pair.pass(1000);
  pair.gate.forget();
});

const one = async (secondsLeft?: number) => (await pair.connected(1, secondsLeft))[0] ?? '';
const resultsOf = (outcomes: Outcome[]) => outcomes.map(({ result }) => result);
const results = async (id: string) =>
  resultsOf((await Promise.all(pair.both.map((server) => server.ask([id])))).flat());
const attemptIn = async (id: string) => {
  const { rows } = await sql<{
    seconds: number;
  }>`select extract(epoch from next_attempt_at - app_now())::double precision
    as seconds from oauth2_integration where id = ${id}`.execute(pair.db);
  return rows[0]?.seconds ?? 0;
};
const expectRecovery = async (id: string) => {
  pair.emulator.control.clearFaults();
  await pair.pass(1000);
  expect(await results(id)).toEqual(['ok', 'ok']);
  expect(await pair.row(id)).toMatchObject({ status: 'connected', failures: 0, lease_owner: null });
};

describe('Microsoft has a bad day', () => {
  it('R08: a token endpoint that hangs frees its callers, with the old token where it lives, and the lease', async () => {
    const [expired, living] = [await one(), await one(200)];
    const hold = pair.gate.hold('before', isTokenCall);
    const asked = pair.both.map((server) => server.ask([expired]));
    const [served] = await pair.a.ask([living]);
    expect(served).toMatchObject({ result: 'ok' });
    expect(served?.milliseconds).toBeLessThan(3000 + LATE_MS);
    for (const outcome of (await Promise.all(asked)).flat()) {
      expect(outcome).toMatchObject({ result: UNREACHABLE });
      expect(outcome.milliseconds).toBeLessThan(10_000 + LATE_MS);
    }
    for (const id of [expired, living]) while ((await pair.row(id)).lease_owner !== null);
    hold.cut();
    await expectRecovery(expired);
  });

  it('R09: while 40 renewals hang, fresh tokens are read as ever, and no connection of the database is held', async () => {
    const [hanging, fresh] = [await pair.connected(40), await pair.connected(50, 3600)];
    pair.gate.answerMe(true);
    const read = async () => {
      const outcomes = await pair.a.ask(fresh, 6, { atOnce: 8 });
      expect(new Set(resultsOf(outcomes))).toEqual(new Set(['ok']));
      return outcomes.map(({ milliseconds }) => milliseconds).sort((x, y) => x - y)[150] ?? 0;
    };
    await read();
    const idle = await read();
    const hold = pair.gate.hold('before', isTokenCall);
    const asked = pair.a.ask(hanging);
    await hold.arrived(40);
    expect(await read()).toBeLessThan(Math.max(10, idle * 3));
    const { rows } = await sql`select state, query from pg_stat_activity
      where datname = current_database() and state like 'idle in transaction%'`.execute(pair.db);
    expect(rows).toEqual([]);
    hold.release();
    expect(new Set(resultsOf(await asked))).toEqual(new Set(['ok']));
    pair.gate.answerMe(false);
  });

  it.each([500, 502, 503, 504])('R10, R12: %i is waited out, even when its body refuses the grant', async (status) => {
    const id = await one();
    const body = { error: 'invalid_grant', error_codes: [700082] };
    pair.armTokens({ status, headers: { 'content-type': 'application/json' }, body }, 2);
    expect(await pair.a.ask([id])).toMatchObject([{ result: UNREACHABLE }]);
    expect(await pair.row(id)).toMatchObject({ status: 'connected', failures: 1, lease_owner: null });
    const seconds = await attemptIn(id);
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(5.5);
    // The other process keeps to what is in the row.
    expect(await pair.b.ask([id])).toMatchObject([{ result: UNREACHABLE }]);
    expect(pair.gate.tokenCalls()).toBe(1);
    await expectRecovery(id);
  });

  it('R10: neither does a connection that breaks, nor a name that nobody resolves, change its state', async () => {
    const [broken, nameless] = [await one(), await one()];
    pair.armTokens({ drop: 'before' }, 2);
    expect(await pair.a.ask([broken])).toMatchObject([{ result: UNREACHABLE }]);
    const lost = await pair.startServer({ MICROSOFT_LOGIN_URL: 'https://login.nowhere.invalid' });
    expect(await lost.ask([nameless])).toMatchObject([{ result: UNREACHABLE }]);
    lost.kill('SIGKILL');
    for (const id of [broken, nameless])
      expect(await pair.row(id)).toMatchObject({
        ...{ status: 'connected', failures: 1, lease_owner: null, next_attempt_at: expect.any(Date) },
      });
    for (const id of [broken, nameless]) await expectRecovery(id);
  });

  it.each(['seconds', 'date'])('R11: Retry-After as %s keeps both processes waiting, and nobody else', async (form) => {
    const [throttled, other] = [await one(), await one()];
    const until = new Date(pair.emulator.control.advanceClock(0).getTime() + 30_000).toUTCString();
    const headers = { 'retry-after': form === 'date' ? until : '30' };
    pair.armTokens({ status: 429, headers, body: { error: 'temporarily_unavailable' } });
    expect(await results(throttled)).toEqual([UNREACHABLE, UNREACHABLE]);
    expect(await attemptIn(throttled)).toBeGreaterThan(25);
    await pair.pass(20);
    expect(await results(throttled)).toEqual([UNREACHABLE, UNREACHABLE]);
    expect(pair.gate.tokenCalls()).toBe(1);
    expect(await results(other)).toEqual(['ok', 'ok']);
    await pair.pass(12);
    expect(await results(throttled)).toEqual(['ok', 'ok']);
    expect(pair.gate.tokenCalls()).toBe(3);
  });

  const json = { 'content-type': 'application/json' };
  const NO_ANSWERS: [string, FaultOrder['fault']][] = [
    ['HTML', { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' }],
    ['an empty body', { status: 200, headers: json, body: '' }],
    ['JSON that breaks off', { status: 200, headers: json, body: '{"access_token":"x' }],
    ['no access token', { status: 200, headers: json, body: { token_type: 'Bearer', expires_in: 3600 } }],
  ];
  it.each(NO_ANSWERS)('R16: %s leaves the stored tokens as they are, and passes', async (_, fault) => {
    const id = await one();
    const before = await pair.row(id);
    pair.armTokens(fault, 2);
    expect(await pair.a.ask([id])).toMatchObject([{ result: UNREACHABLE }]);
    const after = await pair.row(id);
    expect(after).toMatchObject({ status: 'connected', version: before.version });
    expect(after.sealed_refresh_token).toEqual(before.sealed_refresh_token);
    await expectRecovery(id);
  });

  it.each(['3600', 'abc', -1, undefined])(
    'R16: expires_in %j is taken for what it can mean, and no more',
    async (value) => {
      const id = await one();
      const { version } = await pair.row(id);
      pair.gate.changeAnswer(isTokenCall, (tokens) => ({ ...tokens, expires_in: value }));
      expect(await pair.a.ask([id])).toMatchObject([{ result: 'ok' }]);
      // Without a lifetime it is due at once; the refresh token that came with it is kept in any case.
      expect(await pair.row(id)).toMatchObject({ status: 'connected', version: version + 1 });
      const { rows } = await sql`select access_token_expires_at > app_now() + interval '50 minutes' as lives
      from oauth2_integration where id = ${id}`.execute(pair.db);
      expect(rows).toEqual([{ lives: value === '3600' }]);
      await expectRecovery(id);
    },
  );

  it('R18: without Microsoft in the last four minutes of a token nobody notices anything', async () => {
    const id = await one(240);
    pair.armTokens({ status: 503 }, 1000);
    for (let passed = 0; passed < 200; passed += 10) {
      expect(await results(id)).toEqual(['ok', 'ok']);
      await pair.pass(10);
    }
    expect(pair.gate.tokenCalls()).toBeGreaterThan(2);
    expect(pair.gate.tokenCalls()).toBeLessThan(9);
    await expectRecovery(id);
  });
});

describe('our own database has a bad day', () => {
  it('R39: a pool without a free connection frees its callers in two seconds, and all is well afterwards', async () => {
    const ids = await pair.connected(30, 3600);
    const lock = await lockFor(sql`lock table oauth2_integration in access exclusive mode`);
    for (const outcome of await pair.a.ask(ids)) {
      expect(outcome.result).toBe('store_unavailable');
      expect(outcome.retryAfterSeconds).toBeGreaterThan(0);
      expect(outcome.milliseconds).toBeLessThan(2000 + LATE_MS);
    }
    await lock.end();
    expect(new Set(resultsOf(await pair.a.ask(ids)))).toEqual(new Set(['ok']));
    expect(pair.gate.tokenCalls()).toBe(0);
  });

  it('R39: a lease that came too late for whoever asked for it ends with its time', async () => {
    const id = await one();
    const lock = await lockFor(sql`select 1 from oauth2_integration where id = ${id} for update`);
    expect(await pair.a.ask([id])).toMatchObject([{ result: 'store_unavailable' }]);
    expect(pair.gate.tokenCalls()).toBe(0);
    await lock.end();
    expect((await pair.row(id)).lease_seconds).toBeLessThanOrEqual(15);
    await pair.pass(16);
    expect(await results(id)).toEqual(['ok', 'ok']);
  });

  async function lockFor(what: ReturnType<typeof sql>) {
    const [held, locked] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const done = pair.db.transaction().execute(async (tx) => {
      await what.execute(tx);
      locked.resolve();
      await held.promise;
    });
    await locked.promise;
    return {
      end: () => {
        held.resolve();
        return done;
      },
    };
  }
});

describe('a bad day that lasts', () => {
  it('R19: 24 hours of failures make 150 attempts at most, and the connection stays', async () => {
    const id = await one();
    pair.armTokens({ status: 503 }, 100_000);
    for (let minutes = 0; minutes < 24 * 60; minutes += 5) {
      for (const server of pair.both) expect(await server.ask([id])).toMatchObject([{ result: UNREACHABLE }]);
      await pair.pass(300);
    }
    expect(pair.gate.tokenCalls()).toBeGreaterThan(80);
    expect(pair.gate.tokenCalls()).toBeLessThanOrEqual(150);
    expect(await attemptIn(id)).toBeLessThanOrEqual(15 * 60 * 1.1);
    await expectRecovery(id);
  });
});
