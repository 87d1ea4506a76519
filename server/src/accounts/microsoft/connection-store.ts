import type { ConnectionFailure, ConnectionStore, LeaseFence, RefreshedTokens } from '@megdocs/microsoft365';
import { type SqlBool, sql } from 'kysely';
import { type Db, inTransaction, prepareQuery, secondsFromNow, sqlNow, type Tx } from '../../platform/database.ts';
import { INTEGRATION_TABLE } from './microsoft-room.ts';

/** The row that a failure was recorded on. */
export interface FailedConnection {
  id: string;
  institution_id: string;
  person_id: string;
  failures: number;
}

/** Runs in the transaction that records the failure: trail and notifications. */
export type OnFailure = (tx: Tx, failed: FailedConnection, failure: ConnectionFailure) => Promise<void>;

/** The connections of the database. Every decision about time is the database's. */
export function createConnectionStore(db: Db, onFailure: OnFailure, newReference: () => string): ConnectionStore {
  return {
    read: prepareRead(db),
    acquireLease: async (id, version, owner, seconds) => {
      const leased = await db
        .updateTable(INTEGRATION_TABLE)
        .set({ lease_owner: owner, lease_until: secondsFromNow(seconds) })
        .where('id', '=', id)
        .where('version', '=', version)
        .where('status', '=', 'connected')
        .where(sql<SqlBool>`(lease_until is null or lease_until <= app_now())`)
        .where(sql<SqlBool>`(next_attempt_at is null or next_attempt_at <= app_now())`)
        .executeTakeFirst();
      return leased.numUpdatedRows === 1n;
    },
    storeRefreshed: (id, fence, tokens) => storeRefreshed(db, id, fence, tokens),
    recordFailure: (id, fence, failure) =>
      inTransaction(db, async (tx) => {
        const failed = await recordFailure(tx, id, fence, failure, newReference());
        if (failed) await onFailure(tx, failed, failure);
        return failed !== undefined;
      }),
    releaseLease: async (id, fence) => {
      await db
        .updateTable(INTEGRATION_TABLE)
        .set({ lease_owner: null, lease_until: null })
        .where('id', '=', id)
        .where('version', '=', fence.version)
        .where('lease_owner', '=', fence.owner)
        .execute();
    },
  };
}

/** One prepared SELECT: every request that calls Graph begins with it. */
function prepareRead(db: Db): ConnectionStore['read'] {
  const read = prepareQuery(db, selectConnection(db, ''));
  return async (id) => (await read(id))[0];
}

function selectConnection(db: Db, id: string) {
  const seconds = (column: string) =>
    sql<number>`coalesce(extract(epoch from ${sql.ref(column)} - app_now()), 0)::double precision`;
  return db
    .selectFrom(INTEGRATION_TABLE)
    .select(['id', 'version', 'status', 'failures', 'scopes', 'tid as tenant'])
    .select(['sealed_access_token as sealedAccessToken', 'sealed_refresh_token as sealedRefreshToken'])
    .select(seconds('access_token_expires_at').as('secondsLeft'))
    .select(seconds('lease_until').as('leaseSecondsLeft'))
    .select(seconds('next_attempt_at').as('nextAttemptInSeconds'))
    .where('id', '=', id);
}

/** Only while connected, at the version that was read, and under the lease that was taken. */
function fenced(id: string, fence: LeaseFence) {
  return sql<SqlBool>`id = ${id} and version = ${fence.version} and lease_owner = ${fence.owner} and status = 'connected'`;
}

async function storeRefreshed(db: Db, id: string, fence: LeaseFence, tokens: RefreshedTokens): Promise<boolean> {
  const stored = await db
    .updateTable(INTEGRATION_TABLE)
    .set({
      sealed_access_token: tokens.sealedAccessToken,
      ...(tokens.sealedRefreshToken ? { sealed_refresh_token: tokens.sealedRefreshToken } : {}),
      ...(tokens.scopes ? { scopes: tokens.scopes } : {}),
      access_token_expires_at: secondsFromNow(tokens.expiresInSeconds),
      version: sql`version + 1`,
      failures: 0,
      next_attempt_at: null,
      last_error: null,
      lease_owner: null,
      lease_until: null,
      renewed_at: sqlNow,
    })
    .where(fenced(id, fence))
    .executeTakeFirst();
  return stored.numUpdatedRows === 1n;
}

function recordFailure(
  tx: Tx,
  id: string,
  fence: LeaseFence,
  failure: ConnectionFailure,
  reference: string,
): Promise<FailedConnection | undefined> {
  const { status, nextAttemptInSeconds, ...said } = failure;
  const lastError = JSON.stringify({ ...said, reference });
  return tx
    .updateTable(INTEGRATION_TABLE)
    .set({
      ...(status === 'reconnect_needed' ? { status, version: sql<number>`version + 1` } : {}),
      failures: sql`failures + 1`,
      next_attempt_at: secondsFromNow(nextAttemptInSeconds),
      last_error: sql`${lastError}::jsonb || jsonb_build_object('at', app_now())`,
      lease_owner: null,
      lease_until: null,
    })
    .where(fenced(id, fence))
    .returning(['id', 'institution_id', 'person_id', 'failures'])
    .executeTakeFirst();
}
