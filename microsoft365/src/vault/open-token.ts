import type { StoredConnection } from './connection-store.ts';
import { ConnectionUnavailable } from './connection-unavailable.ts';
import { ACCESS_TOKEN_COLUMN } from './seal-tokens.ts';
import { SealingError } from './sealing.ts';
import type { TokenVaultSettings } from './vault-settings.ts';

type Opening = Pick<TokenVaultSettings, 'sealing' | 'table'>;

/**
 * Opens one sealed column. A value that does not open fails this connection alone and changes nothing about it: with
 * the right key back in the configuration it works again.
 */
export function openToken(
  { sealing, table }: Opening,
  row: StoredConnection,
  sealed: Uint8Array,
  column: string,
): string {
  try {
    return sealing.open(sealed, { table, id: row.id, column });
  } catch (cause) {
    if (cause instanceof SealingError) throw new ConnectionUnavailable('token_unreadable', { cause });
    throw cause;
  }
}

export function openAccessToken(settings: Opening, row: StoredConnection): string {
  if (row.sealedAccessToken === null) throw new ConnectionUnavailable('microsoft_unreachable');
  return openToken(settings, row, row.sealedAccessToken, ACCESS_TOKEN_COLUMN);
}
