import type { TokenSet } from '../connecting/microsoft-app.ts';
import type { NewConnection } from './memory-store.ts';
import type { Sealing } from './sealing.ts';

/** Names that are part of what a sealed token is bound to; renaming them would make every stored token unreadable. */
export const ACCESS_TOKEN_COLUMN = 'sealed_access_token';
/** See ACCESS_TOKEN_COLUMN. */
export const REFRESH_TOKEN_COLUMN = 'sealed_refresh_token';

/** Tokens as a store keeps them, bound to that row; what `createTokenVault` with the same table opens. */
export function sealTokens(sealing: Sealing, row: { table: string; id: string }, tokens: TokenSet): NewConnection {
  const { accessToken, refreshToken, expiresInSeconds, scopes } = tokens;
  return {
    sealedAccessToken: sealing.seal(accessToken, { ...row, column: ACCESS_TOKEN_COLUMN }),
    sealedRefreshToken: refreshToken ? sealing.seal(refreshToken, { ...row, column: REFRESH_TOKEN_COLUMN }) : null,
    expiresInSeconds,
    scopes,
  };
}
