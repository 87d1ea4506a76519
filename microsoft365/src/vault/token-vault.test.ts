import { randomBytes, randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import {
  ConnectionError,
  type ConnectionErrorCode,
  type ConnectionErrorKind,
  ConnectionUnavailable,
  createMemoryStore,
  createSealing,
  createTokenVault,
  type MemoryStore,
  SealingError,
  type TokenSet,
  type TokenVault,
} from '../index.ts';

const TABLE = 'oauth2_integration';
const sealing = createSealing([{ id: 'k1', key: new Uint8Array(randomBytes(32)) }]);

let now: number;
let store: MemoryStore;
let sent: string[];
/** What the identity platform does; each test sets it. */
let platform: (refreshToken: string) => Promise<TokenSet>;

beforeEach(() => {
  now = Date.parse('2026-11-25T08:00:00Z');
  store = createMemoryStore({ now: () => new Date(now) });
  sent = [];
  platform = async () => tokens('new');
});

const advance = (seconds: number) => {
  now += seconds * 1000;
};
const tokens = (name: string, changes: Partial<TokenSet> = {}): TokenSet => ({
  accessToken: `access-${name}`,
  refreshToken: `refresh-${name}`,
  expiresInSeconds: 3600,
  scopes: ['User.Read'],
  ...changes,
});
const fails =
  (kind: ConnectionErrorKind, code: ConnectionErrorCode, more = {}) =>
  async () => {
    throw new ConnectionError(kind, code, more);
  };

/** One process: its own vault over the common store. Waiting lets others run; long waits never end by themselves. */
function startProcess(over: { pause?: (ms: number, signal?: AbortSignal) => Promise<void>; store?: MemoryStore } = {}) {
  return createTokenVault({
    store: over.store ?? store,
    sealing,
    table: TABLE,
    refresh: (token) => {
      sent.push(token);
      return platform(token);
    },
    randomId: randomUUID,
    now: () => new Date(now),
    random: () => 0.5,
    pause: over.pause ?? shortPause,
  });
}

const shortPause = (ms: number) => (ms >= 2500 ? new Promise<void>(() => undefined) : new Promise<void>(setImmediate));

async function connected(secondsLeft: number, id = 'c1'): Promise<string> {
  const seal = (text: string, column: string) => sealing.seal(text, { table: TABLE, id, column });
  await store.connect(id, {
    sealedAccessToken: seal(`access-old`, 'sealed_access_token'),
    sealedRefreshToken: seal(`refresh-old`, 'sealed_refresh_token'),
    expiresInSeconds: secondsLeft,
    scopes: ['User.Read'],
  });
  return id;
}

async function storedRefreshToken(id = 'c1'): Promise<string> {
  const row = await store.read(id);
  return sealing.open(row?.sealedRefreshToken ?? new Uint8Array(), {
    table: TABLE,
    id,
    column: 'sealed_refresh_token',
  });
}

async function reasonOf(attempt: Promise<string>): Promise<string> {
  const error = await attempt.then(String, (thrown: unknown) => thrown);
  return error instanceof ConnectionUnavailable ? error.reason : `unexpected: ${String(error)}`;
}

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
  platform = async (token) => {
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
  platform = async () => {
    await new Promise(setImmediate);
    return tokens(String(sent.length), { expiresInSeconds: 0 });
  };
  const [one, other] = [startProcess(), startProcess()];
  await Promise.all([one.accessToken(id), one.accessToken(id), other.accessToken(id)]);
  expect(sent).toHaveLength(1);
});

test('B7, R17: without a new refresh token the stored one is used again', async () => {
  const id = await connected(-1);
  platform = async () => tokens('new', { refreshToken: undefined, scopes: [] });
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
  platform = () => slow.promise;
  const late = startProcess().accessToken(id);
  while (sent.length === 0) await new Promise(setImmediate);
  advance(16);
  platform = async () => tokens('fast');
  expect(await startProcess().accessToken(id)).toBe('access-fast');
  slow.reject(new ConnectionError('user', 'grant_refused', { oauthError: 'invalid_grant' }));
  expect(await late).toBe('access-fast');
  expect((await store.read(id))?.status).toBe('connected');
});

test('R13: a refused grant asks for a reconnect once; later calls ask Microsoft nothing', async () => {
  const id = await connected(200);
  platform = fails('user', 'grant_refused', { aadsts: 700082, oauthError: 'invalid_grant' });
  const vault = startProcess();
  const error = await vault.accessToken(id).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ reason: 'reconnect_needed', cause: { aadsts: 700082 } });
  expect(await reasonOf(vault.accessToken(id))).toBe('reconnect_needed');
  expect(sent).toHaveLength(1);
});

test("an administrator's block also ends in a reconnect, with its cause", async () => {
  const id = await connected(-1);
  platform = fails('admin', 'access_blocked', { aadsts: 53003 });
  expect(await reasonOf(startProcess().accessToken(id))).toBe('reconnect_needed');
});

test('R18: while Microsoft is down the old token serves as long as it lives', async () => {
  const id = await connected(240);
  platform = fails('transient', 'microsoft_unavailable');
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
  platform = fails('transient', 'microsoft_unavailable');
  const vault = startProcess();
  for (let minute = 0; minute < 24 * 60; minute++) {
    expect(await reasonOf(vault.accessToken(id))).toBe('microsoft_unreachable');
    advance(60);
  }
  expect(sent.length).toBeGreaterThan(90);
  expect(sent.length).toBeLessThanOrEqual(150);
  platform = async () => tokens('new');
  advance(900);
  expect(await vault.accessToken(id)).toBe('access-new');
});

test('R11: no process asks again before the time that Microsoft named', async () => {
  const id = await connected(-1);
  platform = fails('throttled', 'microsoft_throttled', { retryAfterSeconds: 30 });
  expect(await reasonOf(startProcess().accessToken(id))).toBe('microsoft_unreachable');
  platform = async () => tokens('new');
  advance(29);
  expect(await reasonOf(startProcess().accessToken(id))).toBe('microsoft_unreachable');
  expect(sent).toHaveLength(1);
  advance(2);
  expect(await startProcess().accessToken(id)).toBe('access-new');
});

test('R08: a caller with a living old token does not wait for a renewal that hangs', async () => {
  const id = await connected(200);
  platform = () => new Promise(() => undefined);
  const vault = startProcess({ pause: async () => undefined });
  expect(await vault.accessToken(id)).toBe('access-old');
});

test('R08, P5: a caller without one is freed with "unreachable"', async () => {
  const id = await connected(-1);
  platform = () => new Promise(() => undefined);
  expect(await reasonOf(startProcess({ pause: async () => undefined }).accessToken(id))).toBe('microsoft_unreachable');
});

test('R03: after a drop without a living token the stored refresh token is tried once more', async () => {
  const id = await connected(-1);
  platform = async () => {
    if (sent.length === 1) throw new ConnectionError('transient', 'microsoft_unreachable');
    return tokens('new');
  };
  expect(await startProcess().accessToken(id)).toBe('access-new');
  expect(sent).toEqual(['refresh-old', 'refresh-old']);
});

test('R04: a strict server that refuses it then has lost us the rotation, and it says so', async () => {
  const id = await connected(-1);
  platform = async () => {
    if (sent.length === 1) throw new ConnectionError('transient', 'microsoft_unreachable');
    throw new ConnectionError('user', 'grant_refused', { oauthError: 'invalid_grant', aadsts: 70000 });
  };
  const vault = startProcess();
  const error = await vault.accessToken(id).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ reason: 'reconnect_needed', cause: { code: 'rotation_lost', aadsts: 70000 } });
  await vault.accessToken(id).catch(() => undefined);
  expect(sent).toHaveLength(2);
});

test('R15, B26: a refused app credential changes no connection, asks seldom, and mends by itself', async () => {
  const ids = await Promise.all(['a', 'b', 'c'].map((id) => connected(-1, id)));
  platform = fails('app', 'client_credential_refused', { aadsts: 7000222 });
  const vault = startProcess();
  for (const id of ids) expect(await reasonOf(vault.accessToken(id))).toBe('app_misconfigured');
  expect(sent).toHaveLength(1);
  for (const id of ids) {
    expect(await store.read(id)).toMatchObject({ status: 'connected', failures: 0, version: 1 });
  }
  platform = async () => tokens('new');
  advance(31);
  for (const id of ids) expect(await vault.accessToken(id)).toBe('access-new');
});

test('R15: with a living old token even that goes unnoticed', async () => {
  const id = await connected(200);
  platform = fails('app', 'client_credential_refused');
  expect(await startProcess().accessToken(id)).toBe('access-old');
});

test('R23: a disconnect while the renewal is under way stays', async () => {
  const id = await connected(-1);
  platform = async () => {
    await store.disconnect(id);
    return tokens('new');
  };
  expect(await reasonOf(startProcess().accessToken(id))).toBe('ended');
  expect(await store.read(id)).toMatchObject({ status: 'ended', sealedAccessToken: null, sealedRefreshToken: null });
});

test('R24: a reconnect while the renewal is under way wins, over its success and over its refusal', async () => {
  for (const late of [async () => tokens('late'), fails('user', 'grant_refused', { oauthError: 'invalid_grant' })]) {
    const id = await connected(-1);
    platform = async () => {
      await connected(3600);
      return late();
    };
    expect(await startProcess().accessToken(id)).toBe('access-old');
    expect(await store.read(id)).toMatchObject({ status: 'connected', failures: 0 });
    expect(await storedRefreshToken()).toBe('refresh-old');
  }
});

test('R20: after a 401 the token is renewed once; R21: what replaced it already is adopted', async () => {
  const id = await connected(3600);
  const [one, other] = [startProcess(), startProcess()];
  expect(await one.renewAfterRefusal(id, 'access-old')).toBe('access-new');
  expect(await other.renewAfterRefusal(id, 'access-old')).toBe('access-new');
  expect(sent).toHaveLength(1);
});

test('R20: the refused token is never handed out again', async () => {
  const id = await connected(3600);
  platform = fails('transient', 'microsoft_unavailable');
  expect(await reasonOf(startProcess().renewAfterRefusal(id, 'access-old'))).toBe('microsoft_unreachable');
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
  platform = async () => {
    throw new Error('a bug');
  };
  const vault = startProcess();
  await expect(vault.accessToken(id)).rejects.toThrow('a bug');
  platform = async () => tokens('new');
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
  await expect(vault.accessToken('bad')).rejects.toThrow(SealingError);
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
  await expect(startProcess().accessToken('b')).rejects.toThrow(SealingError);
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
  platform = () => answer.promise;
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

test('R02: 1,000 connections that expire together cost 1,000 calls', async () => {
  const ids = await Promise.all(Array.from({ length: 1000 }, (_, n) => connected(-1, `c${n}`)));
  const vaults = [startProcess(), startProcess()];
  await Promise.all(ids.flatMap((id) => vaults.flatMap((vault) => [vault.accessToken(id), vault.accessToken(id)])));
  expect(sent).toHaveLength(1000);
});
