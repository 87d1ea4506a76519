import assert from 'node:assert/strict';
import type { ConnectionFailure, ConnectionStore, StoredConnection } from './connection-store.ts';
import type { NewConnection } from './memory-store.ts';

/** A store with what its host does around it. `connect` makes a new, connected row and answers its id. */
export interface StoreUnderTest {
  store: ConnectionStore;
  connect(connection: NewConnection): Promise<string>;
  reconnect(id: string, connection: NewConnection): Promise<void>;
  disconnect(id: string): Promise<void>;
}

/** One check; `run` throws an AssertionError of node:assert. */
export interface ConnectionStoreCheck {
  name: string;
  run(): Promise<void>;
}

const bytes = (...values: number[]) => Uint8Array.from(values);
const CONNECTION: NewConnection = {
  sealedAccessToken: bytes(1, 2, 3),
  sealedRefreshToken: bytes(4, 5, 6),
  expiresInSeconds: 3600,
  scopes: ['User.Read'],
};
const RENEWED = { sealedAccessToken: bytes(7), sealedRefreshToken: bytes(8), expiresInSeconds: 1800, scopes: ['A'] };
const TRANSIENT: ConnectionFailure = {
  status: 'kept',
  nextAttemptInSeconds: 40,
  kind: 'transient',
  code: 'microsoft_unreachable',
};
const REFUSED: ConnectionFailure = {
  status: 'reconnect_needed',
  nextAttemptInSeconds: 0,
  kind: 'user',
  code: 'grant_refused',
  aadsts: 700082,
};

/**
 * What every ConnectionStore must do, as checks for any test runner; `makeStore` gives an empty or shared store,
 * `moveClock` moves that store's clock.
 */
export function connectionStoreContract(
  makeStore: () => Promise<StoreUnderTest>,
  moveClock: (seconds: number) => void | Promise<void>,
): ConnectionStoreCheck[] {
  const check = (name: string, run: (subject: Subject) => Promise<void>): ConnectionStoreCheck => ({
    name,
    run: async () => {
      const under = await makeStore();
      const id = await under.connect(CONNECTION);
      await run({ ...under, id, moveClock, row: () => readRow(under.store, id) });
    },
  });
  return [...readingChecks(check), ...leaseChecks(check), ...storingChecks(check), ...failureChecks(check)];
}

interface Subject extends StoreUnderTest {
  id: string;
  moveClock(seconds: number): void | Promise<void>;
  row(): Promise<StoredConnection>;
}
type Check = (name: string, run: (subject: Subject) => Promise<void>) => ConnectionStoreCheck;

function readingChecks(check: Check): ConnectionStoreCheck[] {
  return [
    check('a new connection reads as it was stored', async ({ row }) => {
      const { sealedAccessToken, sealedRefreshToken, status, failures, scopes } = await row();
      assertBytes(sealedAccessToken, CONNECTION.sealedAccessToken);
      assertBytes(sealedRefreshToken, CONNECTION.sealedRefreshToken);
      assert.deepEqual({ status, failures, scopes }, { status: 'connected', failures: 0, scopes: ['User.Read'] });
    }),
    check('what is left follows the clock of the store', async ({ row, moveClock }) => {
      assertNear((await row()).secondsLeft, 3600);
      await moveClock(3700);
      assertNear((await row()).secondsLeft, -100);
    }),
    check('an unknown connection reads as nothing', async ({ store }) => {
      assert.equal(await store.read('00000000-0000-4000-8000-000000000000'), undefined);
    }),
    check('S37: an ended connection keeps no token', async ({ id, row, disconnect }) => {
      const before = await row();
      await disconnect(id);
      const { status, sealedAccessToken, sealedRefreshToken, version } = await row();
      assert.deepEqual([status, sealedAccessToken, sealedRefreshToken], ['ended', null, null]);
      assert.ok(version > before.version, 'the version moves on');
    }),
    check('S39: tokens of 32 KiB come back whole', async ({ id, store, row }) => {
      const { version } = await row();
      const large = new Uint8Array(32 * 1024).fill(9);
      await store.acquireLease(id, version, 'one', 15);
      await store.storeRefreshed(id, { version, owner: 'one' }, { ...RENEWED, sealedAccessToken: large });
      assertBytes((await row()).sealedAccessToken, large);
    }),
  ];
}

function leaseChecks(check: Check): ConnectionStoreCheck[] {
  return [
    check('B1: of many that want the lease at once one gets it', async ({ id, store, row }) => {
      const { version } = await row();
      const owners = Array.from({ length: 20 }, (_, n) => `owner-${n}`);
      const got = await Promise.all(owners.map((owner) => store.acquireLease(id, version, owner, 15)));
      assert.equal(got.filter(Boolean).length, 1);
      assertNear((await row()).leaseSecondsLeft, 15);
    }),
    check('a lease is not given for another version', async ({ id, store, row }) => {
      assert.equal(await store.acquireLease(id, (await row()).version + 1, 'one', 15), false);
    }),
    check('R05: a lease that ran out is given to the next', async ({ id, store, row, moveClock }) => {
      const { version } = await row();
      await store.acquireLease(id, version, 'one', 15);
      assert.equal(await store.acquireLease(id, version, 'two', 15), false);
      await moveClock(16);
      assert.equal(await store.acquireLease(id, version, 'two', 15), true);
    }),
    check('a lease that was given up is free at once, and only its owner gives it up', async ({ id, store, row }) => {
      const { version } = await row();
      await store.acquireLease(id, version, 'one', 15);
      await store.releaseLease(id, { version, owner: 'two' });
      assert.equal(await store.acquireLease(id, version, 'two', 15), false);
      await store.releaseLease(id, { version, owner: 'one' });
      assert.equal(await store.acquireLease(id, version, 'two', 15), true);
    }),
    check('R11: no lease is given before the next attempt may be made', async ({ id, store, row, moveClock }) => {
      const { version } = await row();
      await store.acquireLease(id, version, 'one', 15);
      await store.recordFailure(id, { version, owner: 'one' }, TRANSIENT);
      assert.equal(await store.acquireLease(id, version, 'two', 15), false);
      await moveClock(41);
      assert.equal(await store.acquireLease(id, version, 'two', 15), true);
    }),
    check('an ended connection gives no lease', async ({ id, store, row, disconnect }) => {
      await disconnect(id);
      assert.equal(await store.acquireLease(id, (await row()).version, 'one', 15), false);
    }),
  ];
}

function storingChecks(check: Check): ConnectionStoreCheck[] {
  return [
    check('B6: renewed tokens, expiry and scopes are one write that ends the lease', async ({ id, store, row }) => {
      const { version } = await row();
      await store.acquireLease(id, version, 'one', 15);
      await store.recordFailure(id, { version, owner: 'one' }, { ...TRANSIENT, nextAttemptInSeconds: 0 });
      await store.acquireLease(id, version, 'one', 15);
      assert.equal(await store.storeRefreshed(id, { version, owner: 'one' }, RENEWED), true);
      const after = await row();
      assertBytes(after.sealedAccessToken, RENEWED.sealedAccessToken);
      assertBytes(after.sealedRefreshToken, RENEWED.sealedRefreshToken);
      assertNear(after.secondsLeft, 1800);
      assert.deepEqual([after.scopes, after.failures], [['A'], 0]);
      assert.ok(after.version > version && after.leaseSecondsLeft <= 0 && after.nextAttemptInSeconds <= 0);
    }),
    check('B7, R17: without a new refresh token or scopes the stored ones stay', async ({ id, store, row }) => {
      const { version } = await row();
      await store.acquireLease(id, version, 'one', 15);
      const { sealedAccessToken, expiresInSeconds } = RENEWED;
      await store.storeRefreshed(id, { version, owner: 'one' }, { sealedAccessToken, expiresInSeconds });
      const after = await row();
      assertBytes(after.sealedRefreshToken, CONNECTION.sealedRefreshToken);
      assert.deepEqual(after.scopes, CONNECTION.scopes);
    }),
    check('R07: whoever wakes after losing the lease writes nothing', async ({ id, store, row, moveClock }) => {
      const { version } = await row();
      await store.acquireLease(id, version, 'sleeper', 15);
      await moveClock(60);
      await store.acquireLease(id, version, 'other', 15);
      assert.equal(await store.storeRefreshed(id, { version, owner: 'other' }, RENEWED), true);
      const late = { ...RENEWED, sealedAccessToken: bytes(66) };
      assert.equal(await store.storeRefreshed(id, { version, owner: 'sleeper' }, late), false);
      assert.equal(await store.recordFailure(id, { version, owner: 'sleeper' }, REFUSED), false);
      assertBytes((await row()).sealedAccessToken, RENEWED.sealedAccessToken);
    }),
    check('R23: a late renewal does not bring an ended connection back', async ({ id, store, row, disconnect }) => {
      const { version } = await row();
      await store.acquireLease(id, version, 'one', 15);
      await disconnect(id);
      assert.equal(await store.storeRefreshed(id, { version, owner: 'one' }, RENEWED), false);
      assert.deepEqual([(await row()).status, (await row()).sealedAccessToken], ['ended', null]);
    }),
    check('R24: a late renewal or refusal does not touch a reconnected one', async ({ id, store, row, reconnect }) => {
      const { version } = await row();
      await store.acquireLease(id, version, 'one', 15);
      await reconnect(id, { ...CONNECTION, sealedAccessToken: bytes(42) });
      assert.equal(await store.storeRefreshed(id, { version, owner: 'one' }, RENEWED), false);
      assert.equal(await store.recordFailure(id, { version, owner: 'one' }, REFUSED), false);
      assert.equal((await row()).status, 'connected');
      assertBytes((await row()).sealedAccessToken, bytes(42));
    }),
  ];
}

function failureChecks(check: Check): ConnectionStoreCheck[] {
  return [
    check('R10: a passing failure is counted, sets the next attempt and frees the lease', async (subject) => {
      const { id, store, row, moveClock } = subject;
      const { version } = await row();
      await store.acquireLease(id, version, 'one', 15);
      assert.equal(await store.recordFailure(id, { version, owner: 'one' }, TRANSIENT), true);
      const after = await row();
      assert.deepEqual([after.status, after.failures], ['connected', 1]);
      assertNear(after.nextAttemptInSeconds, 40);
      assert.ok(after.leaseSecondsLeft <= 0, 'the lease is free');
      await moveClock(41);
      assert.ok((await row()).nextAttemptInSeconds <= 0, 'the wait ends by itself');
    }),
    check('R13: a refused grant asks for a reconnect and gives no lease', async ({ id, store, row }) => {
      const { version } = await row();
      await store.acquireLease(id, version, 'one', 15);
      assert.equal(await store.recordFailure(id, { version, owner: 'one' }, REFUSED), true);
      const after = await row();
      assert.equal(after.status, 'reconnect_needed');
      assert.equal(await store.acquireLease(id, after.version, 'two', 15), false);
    }),
    check('B2: a refusal counts only for the version and lease it was met with', async ({ id, store, row }) => {
      const { version } = await row();
      assert.equal(await store.recordFailure(id, { version, owner: 'nobody' }, REFUSED), false);
      await store.acquireLease(id, version, 'one', 15);
      assert.equal(await store.recordFailure(id, { version: version + 1, owner: 'one' }, REFUSED), false);
      assert.equal((await row()).status, 'connected');
    }),
    check('B13: connecting again forgets failures, waits and leases', async ({ id, store, row, reconnect }) => {
      const { version } = await row();
      await store.acquireLease(id, version, 'one', 15);
      await store.recordFailure(id, { version, owner: 'one' }, TRANSIENT);
      await reconnect(id, CONNECTION);
      const after = await row();
      assert.deepEqual([after.status, after.failures], ['connected', 0]);
      assert.ok(after.version > version && after.nextAttemptInSeconds <= 0 && after.leaseSecondsLeft <= 0);
    }),
  ];
}

async function readRow(store: ConnectionStore, id: string): Promise<StoredConnection> {
  const row = await store.read(id);
  assert.ok(row, 'the connection is there');
  return row;
}

function assertBytes(actual: Uint8Array | null, expected: Uint8Array | null): void {
  assert.deepEqual(actual && Array.from(actual), expected && Array.from(expected));
}

/** Real time passes while a check runs. */
function assertNear(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 5, `${actual} is not about ${expected}`);
}
