import type { ConnectionStore, LeaseFence, StoredConnection } from './connection-store.ts';

interface Row {
  version: number;
  status: StoredConnection['status'];
  sealedAccessToken: Uint8Array | null;
  sealedRefreshToken: Uint8Array | null;
  expiresAt: number;
  leaseOwner: string | null;
  leaseUntil: number;
  nextAttemptAt: number;
  failures: number;
  scopes: string[];
  tenant?: string;
}

/** What connecting stores; `sealTokens` makes it. */
export interface NewConnection {
  sealedAccessToken: Uint8Array;
  sealedRefreshToken: Uint8Array | null;
  /** The store adds it to its own clock. */
  expiresInSeconds: number;
  scopes: string[];
  /** The account's `tid`; see StoredConnection. */
  tenant?: string;
}

/** The memory store, with what a host does around a store. */
export interface MemoryStore extends ConnectionStore {
  /** Connects or reconnects `id`: version + 1, failures, waits and lease cleared. */
  connect(id: string, connection: NewConnection): Promise<void>;
  /** Ends `id`: version + 1, tokens erased. */
  disconnect(id: string): Promise<void>;
}

/** Keeps connections in this process only; for trying the package out, and as the plainest reading of the contract. */
export function createMemoryStore(clock: { now(): Date }): MemoryStore {
  const rows = new Map<string, Row>();
  const now = () => clock.now().getTime() / 1000;
  const fenced = (id: string, fence: LeaseFence): Row | undefined => {
    const row = rows.get(id);
    const intact = row?.status === 'connected' && row.version === fence.version && row.leaseOwner === fence.owner;
    return intact ? row : undefined;
  };
  return {
    async read(id) {
      const row = rows.get(id);
      return row && present(id, row, now());
    },
    async acquireLease(id, version, owner, seconds) {
      const row = rows.get(id);
      if (row?.status !== 'connected' || row.version !== version) return false;
      if (row.leaseUntil > now() || row.nextAttemptAt > now()) return false;
      Object.assign(row, { leaseOwner: owner, leaseUntil: now() + seconds });
      return true;
    },
    async storeRefreshed(id, fence, tokens) {
      const row = fenced(id, fence);
      if (!row) return false;
      row.sealedAccessToken = tokens.sealedAccessToken;
      row.sealedRefreshToken = tokens.sealedRefreshToken ?? row.sealedRefreshToken;
      row.expiresAt = now() + tokens.expiresInSeconds;
      row.scopes = tokens.scopes ?? row.scopes;
      row.version += 1;
      Object.assign(row, FRESH);
      return true;
    },
    async recordFailure(id, fence, failure) {
      const row = fenced(id, fence);
      if (!row) return false;
      row.failures += 1;
      row.nextAttemptAt = now() + failure.nextAttemptInSeconds;
      Object.assign(row, NO_LEASE);
      if (failure.status === 'reconnect_needed') {
        row.status = 'reconnect_needed';
        row.version += 1;
      }
      return true;
    },
    async releaseLease(id, fence) {
      const row = fenced(id, fence);
      if (row) Object.assign(row, NO_LEASE);
    },
    async connect(id, { expiresInSeconds, ...connection }) {
      const version = (rows.get(id)?.version ?? 0) + 1;
      rows.set(id, { ...connection, ...FRESH, version, status: 'connected', expiresAt: now() + expiresInSeconds });
    },
    async disconnect(id) {
      const row = rows.get(id);
      if (!row) return;
      Object.assign(row, FRESH, { status: 'ended', sealedAccessToken: null, sealedRefreshToken: null });
      row.version += 1;
    },
  };
}

const NO_LEASE = { leaseOwner: null, leaseUntil: 0 };
const FRESH = { ...NO_LEASE, failures: 0, nextAttemptAt: 0 };

function present(id: string, row: Row, now: number): StoredConnection {
  return {
    id,
    version: row.version,
    status: row.status,
    sealedAccessToken: row.sealedAccessToken,
    sealedRefreshToken: row.sealedRefreshToken,
    secondsLeft: row.expiresAt - now,
    leaseSecondsLeft: row.leaseUntil - now,
    nextAttemptInSeconds: row.nextAttemptAt - now,
    failures: row.failures,
    scopes: [...row.scopes],
    tenant: row.tenant,
  };
}
