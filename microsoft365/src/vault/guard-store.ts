import type { ConnectionStore } from './connection-store.ts';
import { ConnectionUnavailable } from './connection-unavailable.ts';

/** A pool that is exhausted or a database that hangs must free its caller within two seconds. */
const DEADLINE_MS = 1900;
const RETRY_AFTER_SECONDS = 1;

/** The same store, whose failures and delays have their own class: they are neither Microsoft's nor the person's. */
export function guardStore(store: ConnectionStore): ConnectionStore {
  return {
    read: (id) => guard(store.read(id)),
    acquireLease: (...given) => guard(store.acquireLease(...given)),
    storeRefreshed: (...given) => guard(store.storeRefreshed(...given)),
    recordFailure: (...given) => guard(store.recordFailure(...given)),
    releaseLease: (...given) => guard(store.releaseLease(...given)),
  };
}

async function guard<T>(call: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('the store did not answer in time')), DEADLINE_MS);
  try {
    return await Promise.race([call, late]);
  } catch (cause) {
    throw new ConnectionUnavailable('store_unavailable', { cause, retryAfterSeconds: RETRY_AFTER_SECONDS });
  } finally {
    clearTimeout(timer);
  }
}
