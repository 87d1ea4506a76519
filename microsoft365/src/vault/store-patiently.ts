import type { TokenSet } from '../connecting/microsoft-app.ts';
import type { LeaseFence, StoredConnection } from './connection-store.ts';
import { sealTokens } from './seal-tokens.ts';
import type { RenewalSettings } from './vault-settings.ts';

const RETRY_MS = [100, 400, 1000, 1500, 2000];

/**
 * Stores what a renewal brought, and answers whether the row was still ours. The rotated token exists only here until
 * then: a hiccup of the database must not lose it.
 */
export async function storePatiently(
  { store, sealing, table, pause }: RenewalSettings,
  row: StoredConnection,
  fence: LeaseFence,
  tokens: TokenSet,
): Promise<boolean> {
  const sealed = sealTokens(sealing, { table, id: row.id }, tokens);
  const refreshed = {
    ...sealed,
    sealedRefreshToken: sealed.sealedRefreshToken ?? undefined,
    scopes: tokens.scopes.length > 0 ? tokens.scopes : undefined,
  };
  for (const wait of RETRY_MS) {
    try {
      return await store.storeRefreshed(row.id, fence, refreshed);
    } catch {
      await pause(wait);
    }
  }
  return store.storeRefreshed(row.id, fence, refreshed);
}
