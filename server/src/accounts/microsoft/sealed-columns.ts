import type { Sealing } from '@megdocs/microsoft365';
import type { Db } from '../../platform/database.ts';
import { readSealed } from './sealed-columns-store.ts';

/**
 * Every column that holds a sealed value: what is walked at start, and when keys change. A fenced one is renewed under
 * a lease and a version; what lies in the others is only ever erased.
 */
export const sealedColumns = [
  { table: 'oauth2_integration', column: 'sealed_access_token', fenced: true },
  { table: 'oauth2_integration', column: 'sealed_refresh_token', fenced: true },
  { table: 'pending_authorization', column: 'sealed_verifier', fenced: false },
  { table: 'pending_authorization', column: 'sealed_nonce', fenced: false },
  { table: 'pending_authorization', column: 'sealed_held_access_token', fenced: false },
  { table: 'pending_authorization', column: 'sealed_held_refresh_token', fenced: false },
  { table: 'mail', column: 'sealed_link', fenced: false },
  { table: 'edit_upload', column: 'sealed_url', fenced: false },
] as const;

export type SealedColumn = (typeof sealedColumns)[number];

/** Throws one sentence when stored tokens need a key that TOKEN_KEYS does not hold: at start, not at midnight. */
export async function assertKeysKnown(db: Db, sealing: Sealing, keyIds: readonly string[]): Promise<void> {
  const missing = new Set<string>();
  for (const place of sealedColumns)
    for (const sealed of await readSealed(db, place)) {
      const keyId = keyIdOf(sealing, sealed);
      if (keyId !== undefined && !keyIds.includes(keyId)) missing.add(keyId);
    }
  if (missing.size === 0) return;
  throw new Error(
    `Stored tokens were sealed with the key ${[...missing].join(', ')}, which TOKEN_KEYS does not hold. Add that key behind the current one.`,
  );
}

/** A damaged value is the trouble of its own row alone. */
function keyIdOf(sealing: Sealing, sealed: Uint8Array): string | undefined {
  try {
    return sealing.keyIdOf(sealed);
  } catch {
    return undefined;
  }
}
