import type { FaultOrder } from 'microsoft365-emulator';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { refreshConnection, type TokenVaultSettings } from '../src/index.ts';
import { AUTHOR, type Emulated, type Opened, startEmulated } from './emulated.ts';
import { reasonOf } from './vault-world.ts';

const TWO_HOURS = 2 * 3600;

describe.each(['entra', 'strict'] as const)('two processes, one store, rotation "%s":', (rotation) => {
  let emulated: Emulated;
  let opened: Opened;
  beforeEach(async () => {
    emulated = await startEmulated({ behaviour: { rotation } });
    opened = await emulated.open();
  });
  afterEach(() => emulated.close());

  const arm = (fault: FaultOrder['fault'], times = 1, path = '/token$') =>
    emulated.emulator.control.addFault({ match: { method: path === '/token$' ? 'POST' : 'GET', path }, fault, times });
  const tokenCalls = () =>
    emulated.emulator.control.requests(0).filter(({ path }) => path.endsWith('/token')).length - 1;
  const counts = () => emulated.emulator.control.tokens()[0];
  const row = () => opened.store.read(opened.id);
  /** What happens between Microsoft's answer and the store. */
  const afterAnswer = (work: () => Promise<unknown>): TokenVaultSettings['refresh'] => {
    return async (token, signal) => {
      try {
        return await refreshConnection(emulated.app(), token, { signal });
      } finally {
        await work();
      }
    };
  };
  const expectHealthy = async () => {
    emulated.advance(1000);
    await expect(opened.graph.request('GET', '/me')).resolves.toMatchObject({ status: 200 });
  };

  test('R01: 50 callers in each of two ask for one expired token: one call, no reuse, one token', async () => {
    emulated.advance(TWO_HOURS);
    const other = opened.startProcess();
    const asked = [opened.vault, other.vault].flatMap((vault) =>
      Array.from({ length: 50 }, () => vault.accessToken(opened.id)),
    );
    expect(new Set(await Promise.all(asked)).size).toBe(1);
    expect(counts()).toMatchObject({ refreshed: 1, reused: 0 });
  });

  test('R10, R12: faults of Microsoft and of the network pass, whatever their body says', async () => {
    const refused = { error: 'invalid_grant', error_codes: [700082] };
    for (const status of [500, 502, 503, 504]) {
      emulated.advance(TWO_HOURS);
      arm({ status, headers: { 'content-type': 'application/json' }, body: refused });
      expect(await reasonOf(opened.vault.accessToken(opened.id))).toBe('microsoft_unreachable');
      expect(await row()).toMatchObject({ status: 'connected', failures: 1 });
      await expectHealthy();
    }
    emulated.advance(TWO_HOURS);
    arm({ drop: 'before' }, 2);
    expect(await reasonOf(opened.vault.accessToken(opened.id))).toBe('microsoft_unreachable');
    await expectHealthy();
  });

  test.each(['30', 'date'])('R11: Retry-After (%s) is waited out by both', async (retryAfter) => {
    emulated.advance(TWO_HOURS);
    arm({ throttle: { retryAfter } });
    const other = opened.startProcess();
    for (const { vault } of [opened, other, opened]) {
      expect(await reasonOf(vault.accessToken(opened.id))).toBe('microsoft_unreachable');
    }
    expect(tokenCalls()).toBe(1);
    await expectHealthy();
    expect(emulated.emulator.control.faults()).toMatchObject([{ earlyReturns: 0 }]);
  });

  test.each([700082, 50173, 70000])('R13: AADSTS%i asks for a reconnect once, and then nothing', async (aadsts) => {
    emulated.advance(TWO_HOURS);
    arm({ aadsts }, 9);
    const asking = opened.vault.accessToken(opened.id);
    await expect(asking).rejects.toMatchObject({ reason: 'reconnect_needed', cause: { aadsts } });
    const other = opened.startProcess();
    for (const { vault } of [opened, other]) {
      expect(await reasonOf(vault.accessToken(opened.id))).toBe('reconnect_needed');
    }
    expect(tokenCalls()).toBe(1);
    emulated.emulator.control.clearFaults();
    await opened.reconnect(await emulated.connect());
    await expectHealthy();
  });

  test('R14: wanted interaction asks for a reconnect, with its claims', async () => {
    emulated.advance(TWO_HOURS);
    arm({ aadsts: 50076 });
    const asking = opened.vault.accessToken(opened.id);
    const cause = { code: 'interaction_required', claims: expect.stringContaining('{') };
    await expect(asking).rejects.toMatchObject({ reason: 'reconnect_needed', cause });
  });

  test("R15: the app's faults change no connection, and mend by themselves", async () => {
    emulated.advance(TWO_HOURS);
    arm({ aadsts: 7000222 });
    const before = await row();
    for (let caller = 0; caller < 3; caller++) {
      expect(await reasonOf(opened.vault.accessToken(opened.id))).toBe('app_misconfigured');
    }
    expect(tokenCalls()).toBe(1);
    expect(await row()).toMatchObject({ status: 'connected', failures: 0, version: before?.version });
    emulated.advance(31);
    await expect(opened.graph.request('GET', '/me')).resolves.toMatchObject({ status: 200 });
  });

  test('R17: an answer without a refresh token keeps the stored one', async () => {
    const stored = await opened.storedRefreshToken();
    emulated.advance(TWO_HOURS);
    arm({ omitRefreshToken: true });
    await opened.graph.request('GET', '/me');
    expect(await opened.storedRefreshToken()).toBe(stored);
    emulated.advance(TWO_HOURS);
    await expectHealthy();
  });

  test('R18: four minutes without Microsoft go by unnoticed while the old token lives', async () => {
    const { secondsLeft = 0 } = (await row()) ?? {};
    emulated.advance(secondsLeft - 240);
    arm({ status: 503 }, 1000);
    for (let tenSeconds = 0; tenSeconds < 20; tenSeconds++) {
      await expect(opened.graph.request('GET', '/me')).resolves.toMatchObject({ status: 200 });
      emulated.advance(10);
    }
    expect(tokenCalls()).toBeGreaterThan(2);
    expect(tokenCalls()).toBeLessThan(9);
  });

  test('R20: consent withdrawn in mid-work: one forced refresh, then a reconnect', async () => {
    emulated.emulator.control.changeUser(AUTHOR.address, { revokeSessions: true });
    arm({ graphError: 'InvalidAuthenticationToken' }, 9, '/me$');
    expect(await reasonOf(opened.graph.request('GET', '/me'))).toBe('reconnect_needed');
    expect(await reasonOf(opened.graph.request('GET', '/me'))).toBe('reconnect_needed');
    expect(tokenCalls()).toBe(1);
  });

  test('R20: a refusal that survives the renewal needs the person; one that does not is never seen', async () => {
    arm({ graphError: 'InvalidAuthenticationToken' }, 1, '/me$');
    await expect(opened.graph.request('GET', '/me')).resolves.toMatchObject({ status: 200 });
    arm({ graphError: 'InvalidAuthenticationToken' }, 2, '/me$');
    expect(await reasonOf(opened.graph.request('GET', '/me'))).toBe('reconnect_needed');
    expect(tokenCalls()).toBe(2);
    expect(await row()).toMatchObject({ status: 'reconnect_needed' });
  });

  test('R21: a token that the other process has replaced is adopted without a call', async () => {
    const old = await opened.vault.accessToken(opened.id);
    await opened.startProcess().vault.renewAfterRefusal(opened.id, old);
    arm({ graphError: 'InvalidAuthenticationToken' }, 1, '/me$');
    const renewed = await opened.vault.renewAfterRefusal(opened.id, old);
    expect(renewed).not.toBe(old);
    expect(tokenCalls()).toBe(1);
  });

  test('R22: a claims challenge ends in a reconnect that knows the claims, and in no loop', async () => {
    const claims = '{"access_token":{"nbf":{"essential":true,"value":"1657834417"}}}';
    const challenge = `Bearer realm="", error="insufficient_claims", claims="${Buffer.from(claims).toString('base64')}"`;
    arm({ status: 401, headers: { 'www-authenticate': challenge } }, 9, '/me$');
    const calling = opened.graph.request('GET', '/me');
    await expect(calling).rejects.toMatchObject({ reason: 'reconnect_needed', cause: { claims } });
    expect(await reasonOf(opened.graph.request('GET', '/me'))).toBe('reconnect_needed');
    expect(tokenCalls()).toBe(1);
  });

  test('R23: a disconnect during a refresh stays', async () => {
    emulated.advance(TWO_HOURS);
    const slow = opened.startProcess({ refresh: afterAnswer(() => opened.store.disconnect(opened.id)) });
    expect(await reasonOf(slow.vault.accessToken(opened.id))).toBe('ended');
    expect(await row()).toMatchObject({ status: 'ended', sealedAccessToken: null, sealedRefreshToken: null });
  });

  test('R24: a reconnect during a refresh stays, whether that succeeds or is refused', async () => {
    for (const fault of [undefined, { aadsts: 70000 }]) {
      emulated.advance(TWO_HOURS);
      const account = await emulated.connect();
      if (fault) arm(fault);
      const slow = opened.startProcess({ refresh: afterAnswer(() => opened.reconnect(account)) });
      expect(await slow.vault.accessToken(opened.id)).toBe(account.tokens.accessToken);
      expect(await row()).toMatchObject({ status: 'connected', failures: 0 });
    }
  });
});

describe('where Microsoft keeps the old refresh token good:', () => {
  let emulated: Emulated;
  let opened: Opened;
  beforeEach(async () => {
    emulated = await startEmulated();
    opened = await emulated.open();
  });
  afterEach(() => emulated.close());

  test('R05: whoever dies between exchange and store is waited out, then another renews', async () => {
    emulated.advance(TWO_HOURS);
    const before = await opened.store.read(opened.id);
    await opened.store.acquireLease(opened.id, before?.version ?? 0, 'dead process', 15);
    await refreshConnection(emulated.app(), await opened.storedRefreshToken());
    const pause = async () => emulated.advance(1);
    await opened
      .startProcess({ pause: (ms) => (ms < 2500 ? pause() : new Promise(() => undefined)) })
      .vault.accessToken(opened.id);
    await expect(opened.graph.request('GET', '/me')).resolves.toMatchObject({ status: 200 });
  });

  test('R07: a holder that slept for a minute writes nothing over what another renewed', async () => {
    emulated.advance(TWO_HOURS);
    const other = opened.startProcess();
    let newer = '';
    const sleeper = opened.startProcess({
      refresh: async (token, signal) => {
        const late = await refreshConnection(emulated.app(), token, { signal });
        emulated.advance(60);
        newer = await other.vault.accessToken(opened.id);
        return late;
      },
    });
    expect(await sleeper.vault.accessToken(opened.id)).toBe(newer);
    expect(await opened.vault.accessToken(opened.id)).toBe(newer);
  });

  test('R16, R03: an answer that breaks off is asked for again', async () => {
    emulated.advance(TWO_HOURS);
    emulated.emulator.control.addFault({ match: { path: '/token$' }, fault: { truncateBody: 40 } });
    await expect(opened.graph.request('GET', '/me')).resolves.toMatchObject({ status: 200 });
  });

  test('R08, P5: a token endpoint that hangs frees its callers, and the lease', { timeout: 120_000 }, async () => {
    const hang = () =>
      emulated.emulator.control.addFault({ match: { path: '/token$' }, fault: { hang: true }, times: 1 });
    const { secondsLeft = 0 } = (await opened.store.read(opened.id)) ?? {};
    emulated.advance(secondsLeft - 200);
    hang();
    const begun = performance.now();
    await expect(opened.graph.request('GET', '/me')).resolves.toMatchObject({ status: 200 });
    expect(performance.now() - begun).toBeLessThan(3000);
    await opened.vault.drain();
    const fresh = opened.startProcess();
    emulated.advance(1000);
    hang();
    const again = performance.now();
    expect(await reasonOf(fresh.vault.accessToken(opened.id))).toBe('microsoft_unreachable');
    expect(performance.now() - again).toBeLessThan(10_000);
    await fresh.vault.drain();
    expect(await opened.store.read(opened.id)).toMatchObject({ status: 'connected' });
    expect((await opened.store.read(opened.id))?.leaseSecondsLeft).toBeLessThanOrEqual(0);
  });

  test('R16: answers that are none leave the stored row as it is, and pass', async () => {
    const faults: FaultOrder['fault'][] = [
      { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' },
      { status: 200, headers: { 'content-type': 'application/json' }, body: { token_type: 'Bearer' } },
    ];
    for (const fault of faults) {
      emulated.advance(TWO_HOURS);
      const before = await opened.storedRefreshToken();
      emulated.emulator.control.addFault({ match: { path: '/token$' }, fault });
      expect(await reasonOf(opened.vault.accessToken(opened.id))).toBe('microsoft_unreachable');
      expect(await opened.storedRefreshToken()).toBe(before);
      emulated.advance(60);
      await expect(opened.graph.request('GET', '/me')).resolves.toMatchObject({ status: 200 });
    }
  });
});
