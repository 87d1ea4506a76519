import { randomBytes, randomUUID } from 'node:crypto';
import { beforeEach } from 'vitest';
import {
  ConnectionError,
  type ConnectionErrorCode,
  type ConnectionErrorKind,
  ConnectionUnavailable,
  createMemoryStore,
  createSealing,
  createTokenVault,
  type MemoryStore,
  sealTokens,
  type TokenSet,
  type TokenVault,
  type TokenVaultSettings,
} from '../src/index.ts';

export const TABLE = 'oauth2_integration';
export const sealing = createSealing([{ id: 'k1', key: new Uint8Array(randomBytes(32)) }]);

/** One store and one identity platform, new for every test, and as many processes as a test starts. */
export interface VaultWorld {
  store: MemoryStore;
  /** The refresh tokens that the identity platform was sent. */
  sent: string[];
  /** What the identity platform does; it gives new tokens unless a test says otherwise. */
  platform: (refreshToken: string) => Promise<TokenSet>;
  advance(seconds: number): void;
  connected(secondsLeft: number, id?: string, tenant?: string): Promise<string>;
  storedRefreshToken(id?: string): Promise<string>;
  /** One process: its own vault over the common store. Waiting lets others run; long waits never end by themselves. */
  startProcess(over?: Partial<TokenVaultSettings>): TokenVault;
}

export function vaultWorld(): VaultWorld {
  let now = 0;
  let memory = createMemoryStore({ now: () => new Date(now) });
  beforeEach(() => {
    now = Date.parse('2026-11-25T08:00:00Z');
    memory = createMemoryStore({ now: () => new Date(now) });
    world.sent.length = 0;
    world.platform = async () => tokens('new');
  });
  const world: VaultWorld = {
    store: {
      read: (...given) => memory.read(...given),
      acquireLease: (...given) => memory.acquireLease(...given),
      storeRefreshed: (...given) => memory.storeRefreshed(...given),
      recordFailure: (...given) => memory.recordFailure(...given),
      releaseLease: (...given) => memory.releaseLease(...given),
      connect: (...given) => memory.connect(...given),
      disconnect: (...given) => memory.disconnect(...given),
    },
    sent: [],
    platform: async () => tokens('new'),
    advance(seconds) {
      now += seconds * 1000;
    },
    async connected(secondsLeft, id = 'c1', tenant) {
      const sealed = sealTokens(sealing, { table: TABLE, id }, tokens('old', { expiresInSeconds: secondsLeft }));
      await memory.connect(id, { ...sealed, tenant });
      return id;
    },
    async storedRefreshToken(id = 'c1') {
      const row = await memory.read(id);
      const sealed = row?.sealedRefreshToken ?? new Uint8Array();
      return sealing.open(sealed, { table: TABLE, id, column: 'sealed_refresh_token' });
    },
    startProcess: (over = {}) =>
      createTokenVault({
        store: world.store,
        sealing,
        table: TABLE,
        refresh: (token) => {
          world.sent.push(token);
          return world.platform(token);
        },
        randomId: randomUUID,
        now: () => new Date(now),
        random: () => 0.5,
        pause: shortPause,
        ...over,
      }),
  };
  return world;
}

export const shortPause = (ms: number): Promise<void> =>
  ms >= 2500 ? new Promise(() => undefined) : new Promise(setImmediate);

export const tokens = (name: string, changes: Partial<TokenSet> = {}): TokenSet => ({
  accessToken: `access-${name}`,
  refreshToken: `refresh-${name}`,
  expiresInSeconds: 3600,
  scopes: ['User.Read'],
  ...changes,
});

export const fails =
  (kind: ConnectionErrorKind, code: ConnectionErrorCode, more = {}) =>
  async (): Promise<never> => {
    throw new ConnectionError(kind, code, more);
  };

export async function reasonOf(attempt: Promise<unknown>): Promise<string> {
  const error = await attempt.then(String, (thrown: unknown) => thrown);
  return error instanceof ConnectionUnavailable ? error.reason : `unexpected: ${String(error)}`;
}
