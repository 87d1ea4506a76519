import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROTATE_KEYS, start } from '../attacks/process.ts';
import { isTokenCall } from './gate.ts';
import { newKey, type Pair, startPair } from './pair.ts';
import type { ServerProcess } from './processes.ts';
import type { Outcome } from './server-process.ts';

describe('two processes whose clocks are twenty minutes apart', () => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await startPair({ a: { CLOCK_OFFSET_SECONDS: '600' }, b: { CLOCK_OFFSET_SECONDS: '-600' } });
  });
  afterAll(() => pair?.close());

  it('R34: decide alike when a token is due, and neither takes the other its lease', async () => {
    const [[fresh = ''], [due = '']] = [await pair.connected(1, 400), await pair.connected(1, 290)];
    for (const server of pair.both) expect(await server.ask([fresh])).toMatchObject([{ result: 'ok' }]);
    expect(pair.gate.tokenCalls()).toBe(0);
    for (const [holder, other] of [pair.both, pair.both.toReversed()] as [ServerProcess, ServerProcess][]) {
      pair.gate.forget();
      await pair.setSecondsLeft([due], -1);
      const hold = pair.gate.hold('after', isTokenCall);
      const held = holder.ask([due]);
      await hold.arrived();
      const { lease_owner: owner } = await pair.row(due);
      const waits = other.ask([due]);
      // By the time that this is answered the other has looked at the row, and by its own clock the lease is over.
      expect(await other.ask([fresh], 20)).toHaveLength(20);
      expect((await pair.row(due)).lease_owner).toBe(owner);
      hold.release();
      expect([...(await held), ...(await waits)]).toMatchObject([{ result: 'ok' }, { result: 'ok' }]);
      expect(pair.gate.tokenCalls()).toBe(1);
    }
  });
});

describe('while keys change', () => {
  const [old, next] = [newKey('old'), newKey('new')];
  const ROWS = 10_000;
  let pair: Pair;
  beforeAll(async () => {
    pair = await startPair({ keys: old, a: { TOKEN_KEYS: `${old},${next}` }, b: { TOKEN_KEYS: old } });
    pair.gate.answerMe(true);
  });
  afterAll(() => pair?.close());

  const renewBy = async (server: ServerProcess, id: string) => {
    await pair.setSecondsLeft([id], -1);
    expect(await server.ask([id])).toMatchObject([{ result: 'ok' }]);
  };
  const keysInUse = async () => {
    const { rows } = await sql<{ key: string; rows: number }>`
      select convert_from(substring(sealed_refresh_token from 3 for get_byte(sealed_refresh_token, 1)), 'LATIN1') as key,
      count(*)::int as rows from oauth2_integration where sealed_refresh_token is not null group by 1`.execute(pair.db);
    return Object.fromEntries(rows.map(({ key, rows: count }) => [key, count]));
  };

  it('R38: one damaged row fails alone, in both processes', async () => {
    const ids = await pair.connected(20, 3600);
    const [damaged = '', ...others] = ids;
    await sql`update oauth2_integration set sealed_access_token = set_byte(sealed_access_token, 40, 255 - get_byte(sealed_access_token, 40))
      where id = ${damaged}`.execute(pair.db);
    for (const server of pair.both) {
      const outcomes = await server.ask(ids);
      expect(outcomes.filter(({ result }) => result !== 'ok')).toMatchObject([
        { id: damaged, result: 'token_unreadable' },
      ]);
      await server.tend();
    }
    expect(await pair.row(damaged)).toMatchObject({ status: 'connected', failures: 0 });
    await pair.setSecondsLeft([damaged], -1);
    expect(await pair.a.ask([damaged])).toMatchObject([{ result: 'ok' }]);
    expect(others).toHaveLength(19);
  });

  it('R37: a new key is read everywhere before anything is written with it; no step fails', async () => {
    const [id = ''] = await pair.connected(1);
    // First step, half done: one process knows the new key already, the other does not.
    await renewBy(pair.a, id);
    expect(await pair.b.ask([id])).toMatchObject([{ result: 'ok' }]);
    await renewBy(pair.b, id);
    expect(await pair.a.ask([id])).toMatchObject([{ result: 'ok' }]);
    expect(Object.keys(await keysInUse())).toEqual(['old']);
    // Second step, half done: one writes with the new key, the other only reads it.
    const writer = await pair.startServer({ TOKEN_KEYS: `${next},${old}` });
    await renewBy(writer, id);
    expect(await pair.a.ask([id])).toMatchObject([{ result: 'ok' }]);
    await renewBy(pair.a, id);
    expect(await writer.ask([id])).toMatchObject([{ result: 'ok' }]);
    await renewBy(writer, id);
    // Whoever was forgotten does not begin to serve.
    await expect(pair.startServer({ TOKEN_KEYS: old })).rejects.toThrow(/sealed with the key new/);
    writer.kill('SIGKILL');
  });

  it('R36: 10,000 rows are sealed anew while two serve; killed and begun again; then the old key may go', async () => {
    const [one, other] = await Promise.all([1, 2].map(() => pair.startServer({ TOKEN_KEYS: `${next},${old}` })));
    const ids = await pair.connected(ROWS, 7200);
    const environment = { ...pair.environment, TOKEN_KEYS: `${next},${old}` };
    const reads: Promise<Outcome[]>[] = [];
    const rotate = () => {
      const command = start(ROTATE_KEYS, environment);
      // At each word of it, which it says every 200 values, somebody reads in both.
      command.child.stdout?.on('data', () => {
        for (const server of [one, other]) {
          const from = (reads.length * 97) % ROWS;
          if (server) reads.push(server.ask(ids.slice(from, from + 10)));
        }
      });
      return command;
    };
    const cut = rotate();
    await cut.says(/^\d{4,} of \d+$/m);
    cut.child.kill('SIGKILL');
    await cut.ended;
    expect((await keysInUse()).old).toBeGreaterThan(0);
    const going = await rotate().ended;
    expect(going, going.text).toMatchObject({ code: 0, text: expect.stringContaining('Done.') });
    const outcomes = (await Promise.all(reads)).flat();
    expect(outcomes.length).toBeGreaterThan(500);
    expect(new Set(outcomes.map(({ result }) => result))).toEqual(new Set(['ok']));
    expect(Object.keys(await keysInUse())).toEqual(['new']);
    const without = await pair.startServer({ TOKEN_KEYS: next });
    const after = await without.ask(ids.slice(0, 500));
    expect(new Set(after.map(({ result }) => result))).toEqual(new Set(['ok']));
  });
});
