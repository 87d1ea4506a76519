/** A connection's row, as one SELECT gives it. All times are what is left, computed by the store's own clock. */
export interface StoredConnection {
  id: string;
  /** Moves on with every store of tokens, connect and disconnect. */
  version: number;
  status: 'connected' | 'reconnect_needed' | 'ended';
  sealedAccessToken: Uint8Array | null;
  sealedRefreshToken: Uint8Array | null;
  /** Until the access token expires; 0 or less when it has. */
  secondsLeft: number;
  /** Until the lease of whoever renews it ends; 0 or less when nobody does. */
  leaseSecondsLeft: number;
  /** Until the next attempt may be made; 0 or less when it may. */
  nextAttemptInSeconds: number;
  /** Failed attempts in a row. */
  failures: number;
  /** Granted, as short names. */
  scopes: string[];
  /**
   * The account's tenant, `tid`. When Microsoft does not accept the app in one tenant, connections of others go on;
   * without it all count as one.
   */
  tenant?: string;
}

/** What a write must still find: the version that was read and the lease that was taken. */
export interface LeaseFence {
  version: number;
  owner: string;
}

/** What one renewal stores, in one write. */
export interface RefreshedTokens {
  sealedAccessToken: Uint8Array;
  /** Missing: keep the stored one. */
  sealedRefreshToken?: Uint8Array;
  /** The store adds it to its own clock. */
  expiresInSeconds: number;
  /** Missing: keep the stored ones. */
  scopes?: string[];
}

/** What a failed attempt leaves in the row. */
export interface ConnectionFailure {
  /** `kept`: still connected, tried again after `nextAttemptInSeconds`. */
  status: 'kept' | 'reconnect_needed';
  nextAttemptInSeconds: number;
  /** Of the ConnectionError that caused it; kept for the account page and the log. */
  kind: string;
  code: string;
  aadsts?: number;
  oauthError?: string;
  claims?: string;
  traceId?: string;
  correlationId?: string;
  timestamp?: string;
}

/**
 * Where a host keeps connections. Every write is one UPDATE whose WHERE holds the whole fence; it answers whether a row
 * matched. No call may hold a lock or a transaction open after it returns. `connectionStoreContract` checks all of it.
 */
export interface ConnectionStore {
  read(id: string): Promise<StoredConnection | undefined>;
  /**
   * Only while connected, at this version, with no live lease of anyone's (the same owner included), and not before the
   * next attempt may be made.
   */
  acquireLease(id: string, version: number, owner: string, seconds: number): Promise<boolean>;
  /** Stores, version + 1, failures and next attempt cleared, lease given up; only while connected and fence intact. */
  storeRefreshed(id: string, fence: LeaseFence, tokens: RefreshedTokens): Promise<boolean>;
  /** Records, failures + 1, lease given up; `reconnect_needed` keeps the sealed tokens and moves the version on. */
  recordFailure(id: string, fence: LeaseFence, failure: ConnectionFailure): Promise<boolean>;
  /** Gives the lease up if it is still this owner's. */
  releaseLease(id: string, fence: LeaseFence): Promise<void>;
}
