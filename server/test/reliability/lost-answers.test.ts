import { people } from '@megdocs/fixtures';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Browser } from './browser.ts';
import { integrationOf, seedHospital } from './cast.ts';
import { isTokenCall } from './gate.ts';
import { type Pair, startPair } from './pair.ts';

const { author } = people;

describe.each(['entra', 'strict'] as const)(
  'what happens between the answer and its storing, rotation "%s":',
  (rotation) => {
    let pair: Pair;
    let browser: Browser;
    beforeAll(async () => {
      pair = await startPair({ rotation });
      await seedHospital(pair);
      browser = await Browser.signIn(pair.b, author);
    });
    afterAll(() => pair?.close());

    const isLost = rotation === 'strict';
    const results = async (id: string) =>
      (await Promise.all(pair.both.map((server) => server.ask([id])))).flat().map(({ result }) => result);
    const expectHealthy = async (id: string) => {
      const { reused } = pair.counts();
      await pair.setSecondsLeft([id], -1);
      expect(await results(id)).toEqual(['ok', 'ok']);
      expect(pair.counts().reused).toBe(reused);
      expect(await pair.row(id)).toMatchObject({ status: 'connected', failures: 0, lease_owner: null });
    };
    const reconnectReasons = (id: string) =>
      pair.db
        .selectFrom('audit_entry')
        .select(sql<string>`detail ->> 'code'`.as('code'))
        .where('kind', '=', 'microsoft_reconnect_needed')
        .where(sql<string>`detail ->> 'integration'`, '=', id)
        .execute();

    it('R03: whoever has a living token does not notice that the answer was lost', async () => {
      const [id = ''] = await pair.connected(1, 200);
      pair.armTokens({ drop: 'after' });
      expect((await pair.a.ask([id]))[0]).toMatchObject({ result: 'ok' });
      expect(await pair.row(id)).toMatchObject({ status: 'connected', failures: 1, lease_owner: null });
    });

    it('R03, R04: without one the stored refresh token is tried once more, and that settles it', async () => {
      const [id = ''] = await pair.connected(1);
      pair.gate.forget();
      pair.armTokens({ drop: 'after' });
      const [{ result } = {}] = await pair.a.ask([id]);
      expect(pair.gate.tokenCalls()).toBe(2);
      if (!isLost) {
        expect(result).toBe('ok');
        return expectHealthy(id);
      }
      expect(result).toBe('reconnect_needed');
      expect(await pair.row(id)).toMatchObject({ status: 'reconnect_needed', last_error: { code: 'rotation_lost' } });
      expect(await results(id)).toEqual(['reconnect_needed', 'reconnect_needed']);
      expect(pair.gate.tokenCalls()).toBe(2);
      expect(await reconnectReasons(id)).toEqual([{ code: 'rotation_lost' }]);
    });

    it('R05: killed after the exchange and before the store: the other recovers when the lease is over', async () => {
      const [id = ''] = await pair.connected(1);
      const victim = await pair.startServer();
      const hold = pair.gate.hold('after', isTokenCall);
      void victim.ask([id]);
      await hold.arrived();
      victim.kill('SIGKILL');
      await victim.ended;
      hold.cut();
      pair.gate.forget();
      const { lease_seconds: left } = await pair.row(id);
      expect(left).toBeGreaterThan(0);
      expect(left).toBeLessThanOrEqual(15);
      const asked = pair.b.ask([id]);
      await pair.pass(16);
      expect(await asked).toMatchObject([{ result: isLost ? 'reconnect_needed' : 'ok' }]);
      expect(pair.gate.tokenCalls()).toBe(1);
      if (!isLost) await expectHealthy(id);
    });

    it('R07: a holder that slept for a minute finds its write refused; what is newer stays', async () => {
      const [id = ''] = await pair.connected(1);
      const sleeper = await pair.startServer();
      const hold = pair.gate.hold('after', isTokenCall, 1);
      const late = sleeper.ask([id]);
      await hold.arrived();
      sleeper.kill('SIGSTOP');
      hold.release();
      await pair.pass(60);
      const expected = isLost ? 'reconnect_needed' : 'ok';
      expect(await pair.b.ask([id])).toMatchObject([{ result: expected }]);
      const newer = await pair.row(id);
      sleeper.kill('SIGCONT');
      expect(await late).toMatchObject([{ result: expected }]);
      const after = await pair.row(id);
      expect([after.version, after.status]).toEqual([newer.version, newer.status]);
      expect(after.sealed_refresh_token).toEqual(newer.sealed_refresh_token);
      sleeper.kill('SIGKILL');
      if (!isLost) await expectHealthy(id);
    });

    it('R06: SIGTERM lets renewals under way be stored; not one is lost', async () => {
      // All of it where a lost token can't be made good; a sample where it can.
      const [rounds, servers, each] = isLost ? [5, 4, 50] : [1, 2, 50];
      const ids = await pair.connected(rounds * servers * each);
      const { reused } = pair.counts();
      for (let round = 0; round < rounds; round++) {
        const victims = await Promise.all(Array.from({ length: servers }, () => pair.startServer()));
        const slices = victims.map((_, at) => ids.slice((round * servers + at) * each).slice(0, each));
        const hold = pair.gate.hold('after', isTokenCall);
        for (const [at, victim] of victims.entries()) void victim.ask(slices[at] ?? []);
        await hold.arrived(servers * each);
        for (const victim of victims) victim.kill('SIGTERM');
        for (const victim of victims) await untilItAcceptsNobody(victim.url);
        hold.release();
        expect(await Promise.all(victims.map(({ ended }) => ended))).toEqual(victims.map(() => 0));
      }
      const { rows } = await sql<{ stored: number }>`select count(*)::int as stored from oauth2_integration
      where id = any(${ids}::uuid[]) and version = 2 and status = 'connected' and lease_owner is null`.execute(pair.db);
      expect(rows).toEqual([{ stored: ids.length }]);
      const sample = ids.filter((_, at) => at % 10 === 0);
      await pair.setSecondsLeft(sample, -1);
      pair.gate.answerMe(true);
      const outcomes = await pair.a.ask(sample);
      pair.gate.answerMe(false);
      expect(new Set(outcomes.map(({ result }) => result))).toEqual(new Set(['ok']));
      expect(pair.counts().reused).toBe(reused);
    });

    it('R26: a database that fails between exchange and store costs nothing: the store is repeated', async () => {
      const [id = ''] = await pair.connected(1);
      const blocked = await blockStoring(pair, id);
      const asked = pair.a.ask([id]);
      await blocked.killWhoWaits();
      await blocked.end();
      expect(await asked).toMatchObject([{ result: 'ok' }]);
      await expectHealthy(id);
    });

    it('R23: a disconnect while a renewal is under way in the other process stays', async () => {
      expect(await browser.connect(pair.b, author)).toBe('/accounts/account/microsoft/');
      const id = await integrationOf(pair, author.email);
      await pair.setSecondsLeft([id], -1);
      const hold = pair.gate.hold('after', isTokenCall);
      const asked = pair.a.ask([id]);
      await hold.arrived();
      expect((await browser.postForm(pair.b, '/accounts/account/microsoft/disconnect', { when: 'now' })).status).toBe(
        303,
      );
      hold.release();
      expect(await asked).toMatchObject([{ result: 'ended' }]);
      expect(await pair.row(id)).toMatchObject({
        ...{ status: 'ended', sealed_access_token: null, sealed_refresh_token: null },
      });
    });

    it.each(['succeeds', 'is refused'])('R24: a reconnect stays when the renewal beside it %s late', async (how) => {
      expect(await browser.connect(pair.b, author)).toBe('/accounts/account/microsoft/');
      const id = await integrationOf(pair, author.email);
      await pair.setSecondsLeft([id], -1);
      if (how === 'is refused') pair.armTokens({ aadsts: 70000 });
      const hold = pair.gate.hold('after', isTokenCall, 1);
      const asked = pair.a.ask([id]);
      await hold.arrived();
      expect(await browser.connect(pair.b, author)).toBe('/accounts/account/microsoft/');
      const reconnected = await pair.row(id);
      hold.release();
      expect(await asked).toMatchObject([{ result: 'ok' }]);
      expect(await pair.row(id)).toMatchObject({ status: 'connected', version: reconnected.version, failures: 0 });
      expect((await pair.row(id)).sealed_refresh_token).toEqual(reconnected.sealed_refresh_token);
      await expectHealthy(id);
    });
  },
);

async function untilItAcceptsNobody(url: string): Promise<void> {
  while (
    await fetch(new URL('/healthz', url)).then(
      () => true,
      () => false,
    )
  );
}

/** Holds the row's lock, so that a store waits for it; the waiting connection can be broken off. */
async function blockStoring({ db, gate }: Pair, id: string) {
  const hold = gate.hold('after', isTokenCall, 1);
  const held = Promise.withResolvers<void>();
  let locked: Promise<unknown> = Promise.resolve();
  return {
    async killWhoWaits() {
      await hold.arrived();
      const ready = Promise.withResolvers<void>();
      locked = db.transaction().execute(async (tx) => {
        await sql`select 1 from oauth2_integration where id = ${id} for update`.execute(tx);
        ready.resolve();
        await held.promise;
      });
      await ready.promise;
      hold.release();
      for (;;) {
        const { rows } = await sql`select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'`.execute(db);
        if (rows.length > 0) return;
      }
    },
    async end() {
      held.resolve();
      await locked;
    },
  };
}
