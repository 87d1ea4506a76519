import { people } from '@megdocs/fixtures';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Browser } from './browser.ts';
import { integrationOf, seedHospital } from './cast.ts';
import { isTokenCall } from './gate.ts';
import { type Pair, startPair } from './pair.ts';

const { author, controller } = people;
const ACCOUNT = '/accounts/account/microsoft/';

describe.each(['entra', 'strict'] as const)('what Microsoft refuses, rotation "%s":', (rotation) => {
  let pair: Pair;
  let browser: Browser;
  let id: string;
  beforeAll(async () => {
    pair = await startPair({ rotation });
    await seedHospital(pair);
    browser = await Browser.signIn(pair.a, author);
  });
  beforeEach(async () => {
    pair.emulator.control.clearFaults();
    expect(await browser.connect(pair.b, author)).toBe(ACCOUNT);
    id = await integrationOf(pair, author.email);
    pair.gate.forget();
  });
  afterAll(() => pair?.close());

  const expire = () => pair.setSecondsLeft([id], -1);
  const results = async () =>
    (await Promise.all(pair.both.map((server) => server.ask([id])))).flat().map((o) => o.result);
  const notifications = async (email: string, words: string) => {
    const found = await sql`select n.id from notification n join person p on p.id = n.person_id
      where p.email = ${email} and n.text like ${`%${words}%`}`.execute(pair.db);
    return found.rows.length;
  };
  const failMe = (fault: object, times: number) =>
    pair.emulator.control.addFault({ match: { method: 'GET', path: '/me$' }, fault: fault as never, times });

  it.each([700082, 50173, 70000])(
    'R13: AADSTS%i asks for a reconnect once, and from then on nothing',
    async (aadsts) => {
      const told = await notifications(author.email, 'connect your account again');
      await expire();
      pair.armTokens({ aadsts }, 9);
      expect(await results()).toEqual(['reconnect_needed', 'reconnect_needed']);
      expect(await results()).toEqual(['reconnect_needed', 'reconnect_needed']);
      expect(pair.gate.tokenCalls()).toBe(1);
      expect(await pair.row(id)).toMatchObject({ status: 'reconnect_needed', last_error: { aadsts } });
      expect(await notifications(author.email, 'connect your account again')).toBe(told + 1);
      const shown = JSON.parse((await browser.get(pair.b, '/api/integrations/microsoft')).text);
      expect(shown).toMatchObject({ status: 'reconnect-needed' });
    },
  );

  it.each([50076, 50079, 65001])('R14: AADSTS%i asks for a reconnect, which takes the claims along', async (aadsts) => {
    await expire();
    pair.armTokens({ aadsts });
    expect(await pair.a.ask([id])).toMatchObject([{ result: 'reconnect_needed' }]);
    const { last_error: error } = await pair.row(id);
    const asked = (await browser.press(pair.b)).searchParams.get('claims');
    expect(asked).toBe(error?.claims ?? null);
    if (aadsts !== 65001) expect(asked).toContain('{');
  });

  it('R15: a refused secret alarms the administrators, changes no connection, and mends by itself', async () => {
    const others = await pair.connected(3);
    const before = await pair.row(id);
    await expire();
    pair.armTokens({ aadsts: 7000222 }, 2);
    for (const server of pair.both)
      for (const one of [id, ...others])
        expect(await server.ask([one])).toMatchObject([{ result: 'app_misconfigured' }]);
    // One call by each process tells it.
    expect(pair.gate.tokenCalls()).toBe(2);
    for (const one of [id, ...others])
      expect(await pair.row(one)).toMatchObject({
        status: 'connected',
        failures: 0,
        version: one === id ? before.version : 1,
      });
    expect(pair.a.logged()).toContain('Microsoft refuses the app itself');
    while ((await notifications(controller.email, 'own secret, certificate or registration')) === 0);
    await pair.pass(31);
    for (const one of [id, ...others]) expect(await pair.a.ask([one])).toMatchObject([{ result: 'ok' }]);
    expect(await results()).toEqual(['ok', 'ok']);
  });

  it('R17: an answer without a refresh token keeps the stored one, and it still serves', async () => {
    const stored = await pair.refreshToken(id);
    await expire();
    pair.armTokens({ omitRefreshToken: true });
    expect(await results()).toEqual(['ok', 'ok']);
    expect(await pair.refreshToken(id)).toBe(stored);
    await expire();
    expect(await results()).toEqual(['ok', 'ok']);
    expect(pair.gate.tokenCalls()).toBe(2);
  });

  it('R17: one with an empty refresh token keeps the stored one too', async () => {
    const stored = await pair.refreshToken(id);
    await expire();
    pair.gate.changeAnswer(isTokenCall, (tokens) => ({ ...tokens, refresh_token: '' }));
    expect(await results()).toEqual(['ok', 'ok']);
    expect(await pair.refreshToken(id)).toBe(stored);
  });

  it('R20: consent withdrawn: Graph refuses, one renewal is tried, then the person is asked', async () => {
    pair.emulator.control.changeUser(author.email, { revokeSessions: true });
    failMe({ graphError: 'InvalidAuthenticationToken' }, 9);
    expect(await pair.a.ask([id])).toMatchObject([{ result: 'reconnect_needed' }]);
    expect(await results()).toEqual(['reconnect_needed', 'reconnect_needed']);
    expect(pair.gate.tokenCalls()).toBe(1);
  });

  it('R21: a refused token that the other process has replaced meanwhile costs no call', async () => {
    const hold = pair.gate.hold('before', ({ path }) => path.endsWith('/me'), 1);
    const late = pair.a.ask([id]);
    await hold.arrived();
    await expire();
    expect(await pair.b.ask([id])).toMatchObject([{ result: 'ok' }]);
    failMe({ graphError: 'InvalidAuthenticationToken' }, 1);
    hold.release();
    expect(await late).toMatchObject([{ result: 'ok' }]);
    expect(pair.gate.tokenCalls()).toBe(1);
    expect(pair.gate.bearers()).toBe(2);
  });

  it('R22: a claims challenge ends in a reconnect that knows the claims, and in no loop', async () => {
    const claims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';
    const challenge = `Bearer realm="", error="insufficient_claims", claims="${Buffer.from(claims).toString('base64')}"`;
    failMe({ status: 401, headers: { 'www-authenticate': challenge } }, 9);
    expect(await pair.a.ask([id])).toMatchObject([{ result: 'reconnect_needed' }]);
    expect(await results()).toEqual(['reconnect_needed', 'reconnect_needed']);
    expect(pair.gate.tokenCalls()).toBeLessThanOrEqual(1);
    expect((await browser.press(pair.b)).searchParams.get('claims')).toBe(claims);
    pair.emulator.control.clearFaults();
  });
});
