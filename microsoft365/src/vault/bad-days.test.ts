import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { fails, reasonOf, sealing, TABLE, tokens, vaultWorld } from '../../test/vault-world.ts';
import { ConnectionError, type MemoryStore } from '../index.ts';

const world = vaultWorld();
const { advance, connected, sent, startProcess, store, storedRefreshToken } = world;

test('R13: a refused grant asks for a reconnect once; later calls ask Microsoft nothing', async () => {
  const id = await connected(200);
  world.platform = fails('user', 'grant_refused', { aadsts: 700082, oauthError: 'invalid_grant' });
  const vault = startProcess();
  const error = await vault.accessToken(id).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ reason: 'reconnect_needed', cause: { aadsts: 700082 } });
  expect(await reasonOf(vault.accessToken(id))).toBe('reconnect_needed');
  expect(sent).toHaveLength(1);
});

test("an administrator's block also ends in a reconnect, with its cause", async () => {
  const id = await connected(-1);
  world.platform = fails('admin', 'access_blocked', { aadsts: 53003 });
  expect(await reasonOf(startProcess().accessToken(id))).toBe('reconnect_needed');
});

test('R18: while Microsoft is down the old token serves as long as it lives', async () => {
  const id = await connected(240);
  world.platform = fails('transient', 'microsoft_unavailable');
  const vault = startProcess();
  for (let second = 0; second < 200; second++) {
    expect(await vault.accessToken(id)).toBe('access-old');
    advance(1);
  }
  expect(sent.length).toBeLessThan(10);
  expect((await store.read(id))?.status).toBe('connected');
  advance(40);
  expect(await reasonOf(vault.accessToken(id))).toBe('microsoft_unreachable');
});

test('R19: a day of failures makes 150 attempts at most, and the connection stays', async () => {
  const id = await connected(-1);
  world.platform = fails('transient', 'microsoft_unavailable');
  const vault = startProcess();
  for (let minute = 0; minute < 24 * 60; minute++) {
    expect(await reasonOf(vault.accessToken(id))).toBe('microsoft_unreachable');
    advance(60);
  }
  expect(sent.length).toBeGreaterThan(90);
  expect(sent.length).toBeLessThanOrEqual(150);
  world.platform = async () => tokens('new');
  advance(900);
  expect(await vault.accessToken(id)).toBe('access-new');
});

test('R11: no process asks again before the time that Microsoft named', async () => {
  const id = await connected(-1);
  world.platform = fails('throttled', 'microsoft_throttled', { retryAfterSeconds: 30 });
  expect(await reasonOf(startProcess().accessToken(id))).toBe('microsoft_unreachable');
  world.platform = async () => tokens('new');
  advance(29);
  expect(await reasonOf(startProcess().accessToken(id))).toBe('microsoft_unreachable');
  expect(sent).toHaveLength(1);
  advance(2);
  expect(await startProcess().accessToken(id)).toBe('access-new');
});

test('R08: a caller with a living old token does not wait for a renewal that hangs', async () => {
  const id = await connected(200);
  world.platform = () => new Promise(() => undefined);
  const vault = startProcess({ pause: async () => undefined });
  expect(await vault.accessToken(id)).toBe('access-old');
});

test('R08, P5: a caller without one is freed with "unreachable"', async () => {
  const id = await connected(-1);
  world.platform = () => new Promise(() => undefined);
  expect(await reasonOf(startProcess({ pause: async () => undefined }).accessToken(id))).toBe('microsoft_unreachable');
});

test('R03: after a drop without a living token the stored refresh token is tried once more', async () => {
  const id = await connected(-1);
  world.platform = async () => {
    if (sent.length === 1) throw new ConnectionError('transient', 'microsoft_unreachable');
    return tokens('new');
  };
  expect(await startProcess().accessToken(id)).toBe('access-new');
  expect(sent).toEqual(['refresh-old', 'refresh-old']);
});

test('R04: a strict server that refuses it then has lost us the rotation, and it says so', async () => {
  const id = await connected(-1);
  world.platform = async () => {
    if (sent.length === 1) throw new ConnectionError('transient', 'microsoft_unreachable');
    throw new ConnectionError('user', 'grant_refused', { oauthError: 'invalid_grant', aadsts: 70000 });
  };
  const vault = startProcess();
  const error = await vault.accessToken(id).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ reason: 'reconnect_needed', cause: { code: 'rotation_lost', aadsts: 70000 } });
  await vault.accessToken(id).catch(() => undefined);
  expect(sent).toHaveLength(2);
});

test('R26: a store that fails for a moment does not lose the rotated token', async () => {
  const id = await connected(-1);
  let failuresLeft = 3;
  const flaky: MemoryStore = {
    ...store,
    storeRefreshed: async (...given) => {
      if (failuresLeft-- > 0) throw new Error('connection terminated');
      return store.storeRefreshed(...given);
    },
  };
  expect(await startProcess({ store: flaky }).accessToken(id)).toBe('access-new');
  expect(await storedRefreshToken()).toBe('refresh-new');
});

test('B4: a renewal that failed leaves nothing stuck behind', async () => {
  const id = await connected(-1);
  world.platform = async () => {
    throw new Error('a bug');
  };
  const vault = startProcess();
  await expect(vault.accessToken(id)).rejects.toThrow('a bug');
  world.platform = async () => tokens('new');
  expect(await vault.accessToken(id)).toBe('access-new');
});

test('S34, R38: a damaged row fails alone and closed', async () => {
  await connected(3600, 'good');
  await store.connect('bad', {
    sealedAccessToken: new Uint8Array(randomBytes(60)),
    sealedRefreshToken: null,
    expiresInSeconds: 3600,
    scopes: [],
  });
  const vault = startProcess();
  await expect(vault.accessToken('bad')).rejects.toMatchObject({
    reason: 'token_unreadable',
    cause: { code: 'damaged' },
  });
  expect(await vault.accessToken('good')).toBe('access-old');
});

test('S33: the token of another row does not open', async () => {
  await connected(3600, 'a');
  const row = await store.read('a');
  await store.connect('b', {
    sealedAccessToken: row?.sealedAccessToken ?? new Uint8Array(),
    sealedRefreshToken: null,
    expiresInSeconds: 3600,
    scopes: [],
  });
  expect(await reasonOf(startProcess().accessToken('b'))).toBe('token_unreadable');
});

test('S34: a refresh token that does not open is no failure of Microsoft: nothing is asked, counted or changed', async () => {
  const id = await connected(200);
  const damaged = sealing.seal('refresh-old', { table: TABLE, id: 'another row', column: 'sealed_refresh_token' });
  const sealedAccessToken = sealing.seal('access-old', { table: TABLE, id, column: 'sealed_access_token' });
  await store.connect(id, { sealedAccessToken, sealedRefreshToken: damaged, expiresInSeconds: 200, scopes: [] });
  const vault = startProcess();
  expect(await vault.accessToken(id)).toBe('access-old');
  advance(200);
  for (let caller = 0; caller < 2; caller++) expect(await reasonOf(vault.accessToken(id))).toBe('token_unreadable');
  expect(sent).toEqual([]);
  expect(await store.read(id)).toMatchObject({ status: 'connected', failures: 0, version: 2 });
});

test('R39: a store that fails or hangs frees its caller within two seconds, as retryable, and leaves no lease', async () => {
  const id = await connected(-1);
  const gone = new Error('timeout exceeded when trying to connect');
  const failing = startProcess({ store: { ...store, read: () => Promise.reject(gone) } });
  await expect(failing.accessToken(id)).rejects.toMatchObject({
    reason: 'store_unavailable',
    retryAfterSeconds: 1,
    cause: gone,
  });
  const begun = performance.now();
  const hanging = startProcess({ store: { ...store, read: () => new Promise(() => undefined) } });
  expect(await reasonOf(hanging.accessToken(id))).toBe('store_unavailable');
  expect(performance.now() - begun).toBeLessThan(2000);
  expect((await store.read(id))?.leaseSecondsLeft).toBeLessThanOrEqual(0);
  expect(sent).toEqual([]);
  expect(await startProcess().accessToken(id)).toBe('access-new');
});

test('R39: while the store does not take the new token the living old one serves', async () => {
  const id = await connected(200);
  const readOnly = { ...store, storeRefreshed: () => Promise.reject(new Error('read-only')) };
  expect(await startProcess({ store: readOnly }).accessToken(id)).toBe('access-old');
});

test('R11: a Retry-After of days is not believed, and one of nothing makes no storm', async () => {
  const id = await connected(-1);
  world.platform = fails('throttled', 'microsoft_throttled', { retryAfterSeconds: 999_999 });
  expect(await reasonOf(startProcess().accessToken(id))).toBe('microsoft_unreachable');
  expect((await store.read(id))?.nextAttemptInSeconds).toBe(3600);
  world.platform = fails('throttled', 'microsoft_throttled', { retryAfterSeconds: 0 });
  advance(3601);
  expect(await reasonOf(startProcess().accessToken(id))).toBe('microsoft_unreachable');
  expect((await store.read(id))?.nextAttemptInSeconds).toBeGreaterThanOrEqual(9);
});

test('R11: throttling that one connection met does not stop another', async () => {
  const [met, other] = [await connected(-1, 'met'), await connected(-1, 'other')];
  const vault = startProcess();
  world.platform = fails('throttled', 'microsoft_throttled', { retryAfterSeconds: 30 });
  expect(await reasonOf(vault.accessToken(met))).toBe('microsoft_unreachable');
  world.platform = async () => tokens('new');
  expect(await vault.accessToken(other)).toBe('access-new');
});

test('B12: a token endpoint that fails for everybody is asked by one at a time, less and less often', async () => {
  const ids = await Promise.all(Array.from({ length: 200 }, (_, n) => connected(-1, `c${n}`)));
  const vault = startProcess({ callsAtOnce: 1 });
  world.platform = fails('transient', 'microsoft_unavailable');
  const askAll = () => Promise.all(ids.map((id) => reasonOf(vault.accessToken(id))));
  expect(new Set(await askAll())).toEqual(new Set(['microsoft_unreachable']));
  expect(sent).toHaveLength(5);
  expect(await store.read('c150')).toMatchObject({ status: 'connected', failures: 0 });
  for (let second = 0; second < 120; second++) {
    advance(1);
    await askAll();
  }
  expect(sent.length).toBeLessThan(12);
  world.platform = async () => tokens('new');
  advance(61);
  expect(new Set(await Promise.all(ids.slice(100).map((id) => vault.accessToken(id))))).toEqual(
    new Set(['access-new']),
  );
});
