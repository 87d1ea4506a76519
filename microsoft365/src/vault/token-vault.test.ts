import { expect, test } from 'vitest';
import { fails, reasonOf, shortPause, tokens, vaultWorld } from '../../test/vault-world.ts';
import { ConnectionError, type MemoryStore, type TokenSet, type TokenVault } from '../index.ts';

const world = vaultWorld();
const { advance, connected, sent, startProcess, store, storedRefreshToken } = world;

test('a token with more than five minutes left is handed out as it is', async () => {
  const id = await connected(301);
  expect(await startProcess().accessToken(id)).toBe('access-old');
  expect(sent).toEqual([]);
});

test('inside the five minutes it is renewed, and stored before it is handed out', async () => {
  const id = await connected(299);
  expect(await startProcess().accessToken(id)).toBe('access-new');
  expect(await storedRefreshToken()).toBe('refresh-new');
  expect((await store.read(id))?.secondsLeft).toBe(3600);
});

test('R01: 50 callers in each of 2 processes cost one token call and get one token', async () => {
  const id = await connected(-1);
  const used = new Set<string>();
  world.platform = async (token) => {
    if (used.has(token)) throw new ConnectionError('user', 'grant_refused', { oauthError: 'invalid_grant' });
    used.add(token);
    await new Promise(setImmediate);
    return tokens('new');
  };
  const callers = [startProcess(), startProcess()].flatMap((vault) =>
    Array.from({ length: 50 }, () => vault.accessToken(id)),
  );
  expect(new Set(await Promise.all(callers))).toEqual(new Set(['access-new']));
  expect(sent).toEqual(['refresh-old']);
});

test('B1: callers of one process share one flight: the store sees one of them', async () => {
  const id = await connected(-1);
  let leases = 0;
  const counting: MemoryStore = {
    ...store,
    acquireLease: (...given) => {
      leases += 1;
      return store.acquireLease(...given);
    },
  };
  const vault = startProcess({ store: counting });
  await Promise.all(Array.from({ length: 50 }, () => vault.accessToken(id)));
  expect(leases).toBe(1);
});

test('B9: also a token that comes without lifetime is renewed once for all who wait', async () => {
  const id = await connected(-1);
  world.platform = async () => {
    await new Promise(setImmediate);
    return tokens(String(sent.length), { expiresInSeconds: 0 });
  };
  const [one, other] = [startProcess(), startProcess()];
  await Promise.all([one.accessToken(id), one.accessToken(id), other.accessToken(id)]);
  expect(sent).toHaveLength(1);
});

test('B7, R17: without a new refresh token the stored one is used again', async () => {
  const id = await connected(-1);
  world.platform = async () => tokens('new', { refreshToken: undefined, scopes: [] });
  const vault = startProcess();
  await vault.accessToken(id);
  advance(3600);
  await vault.accessToken(id);
  expect(sent).toEqual(['refresh-old', 'refresh-old']);
  expect((await store.read(id))?.scopes).toEqual(['User.Read']);
});

test('R05: a holder that died is waited out, then its lease is taken', async () => {
  const id = await connected(-1);
  await store.acquireLease(id, 1, 'dead process', 15);
  const vault = startProcess({ pause: async (ms) => (ms >= 2500 ? shortPause(ms) : advance(ms / 1000)) });
  expect(await vault.accessToken(id)).toBe('access-new');
});

test('B2, R07: the late refusal of a slow process does not touch what another renewed', async () => {
  const id = await connected(-1);
  const slow = Promise.withResolvers<TokenSet>();
  world.platform = () => slow.promise;
  const late = startProcess().accessToken(id);
  while (sent.length === 0) await new Promise(setImmediate);
  advance(16);
  world.platform = async () => tokens('fast');
  expect(await startProcess().accessToken(id)).toBe('access-fast');
  slow.reject(new ConnectionError('user', 'grant_refused', { oauthError: 'invalid_grant' }));
  expect(await late).toBe('access-fast');
  expect((await store.read(id))?.status).toBe('connected');
});

test('R23: a disconnect while the renewal is under way stays', async () => {
  const id = await connected(-1);
  world.platform = async () => {
    await store.disconnect(id);
    return tokens('new');
  };
  expect(await reasonOf(startProcess().accessToken(id))).toBe('ended');
  expect(await store.read(id)).toMatchObject({ status: 'ended', sealedAccessToken: null, sealedRefreshToken: null });
});

test('R24: a reconnect while the renewal is under way wins, over its success and over its refusal', async () => {
  for (const late of [async () => tokens('late'), fails('user', 'grant_refused', { oauthError: 'invalid_grant' })]) {
    const id = await connected(-1);
    world.platform = async () => {
      await connected(3600);
      return late();
    };
    expect(await startProcess().accessToken(id)).toBe('access-old');
    expect(await store.read(id)).toMatchObject({ status: 'connected', failures: 0 });
    expect(await storedRefreshToken()).toBe('refresh-old');
  }
});

test('an unknown and an ended connection are named as such', async () => {
  const vault = startProcess();
  expect(await reasonOf(vault.accessToken('nobody'))).toBe('not_found');
  const id = await connected(3600);
  await store.disconnect(id);
  expect(await reasonOf(vault.accessToken(id))).toBe('ended');
});

test('R06: draining waits until what is under way is stored', async () => {
  const id = await connected(-1);
  const answer = Promise.withResolvers<TokenSet>();
  world.platform = () => answer.promise;
  const vault: TokenVault = startProcess();
  void vault.accessToken(id);
  while (sent.length === 0) await new Promise(setImmediate);
  const drained = vault.drain();
  answer.resolve(tokens('new'));
  await drained;
  expect(await storedRefreshToken()).toBe('refresh-new');
  expect(await reasonOf(vault.accessToken(await connected(-1)))).toBe('microsoft_unreachable');
  expect(sent).toHaveLength(1);
});

test('R02: no more token calls are under way at once than the host allows', async () => {
  const ids = await Promise.all(Array.from({ length: 30 }, (_, n) => connected(-1, `c${n}`)));
  let [underWay, most] = [0, 0];
  world.platform = async () => {
    most = Math.max(most, ++underWay);
    await new Promise(setImmediate);
    underWay -= 1;
    return tokens('new');
  };
  const vault = startProcess({ callsAtOnce: 4 });
  await Promise.all(ids.map((id) => vault.accessToken(id)));
  expect([most, sent.length]).toEqual([4, 30]);
});

test('R02: 1,000 connections that expire together cost 1,000 calls', async () => {
  const ids = await Promise.all(Array.from({ length: 1000 }, (_, n) => connected(-1, `c${n}`)));
  const vaults = [startProcess(), startProcess()];
  await Promise.all(ids.flatMap((id) => vaults.flatMap((vault) => [vault.accessToken(id), vault.accessToken(id)])));
  expect(sent).toHaveLength(1000);
});

test('R34: a process whose clock is ten minutes off decides like the others, and steals no lease', async () => {
  const offBy = (minutes: number) =>
    startProcess({ now: () => new Date(Date.parse('2026-11-25T08:00:00Z') + minutes * 60_000) });
  const processes = [offBy(10), offBy(-10), startProcess()];
  const fresh = await connected(301, 'fresh');
  for (const vault of processes) expect(await vault.accessToken(fresh)).toBe('access-old');
  expect(sent).toEqual([]);
  const due = await connected(-1, 'due');
  const given = await Promise.all(processes.map((vault) => vault.accessToken(due)));
  expect(new Set(given)).toEqual(new Set(['access-new']));
  expect(sent).toHaveLength(1);
});
