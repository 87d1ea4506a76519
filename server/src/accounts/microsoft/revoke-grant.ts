import { endConnection, REFRESH_TOKEN_COLUMN } from '@megdocs/microsoft365';
import { INTEGRATION_TABLE, type MicrosoftRoom } from './microsoft-room.ts';

/**
 * Takes a grant back at the authority where that is offered (RFC 7009); Entra does not. The tokens are erased from the
 * database already: this is courtesy, so nobody waits for it and its failure changes nothing.
 */
export async function revokeGrant(
  { app, sealing, log }: Pick<MicrosoftRoom, 'app' | 'sealing' | 'log'>,
  ended: { id: string; sealed_refresh_token: Uint8Array | null },
): Promise<void> {
  if (!app || !ended.sealed_refresh_token) return;
  const place = { table: INTEGRATION_TABLE, id: ended.id, column: REFRESH_TOKEN_COLUMN };
  try {
    const { revoked } = await endConnection(app, sealing.open(ended.sealed_refresh_token, place));
    if (revoked) log.info({ integration: ended.id }, 'a grant was taken back at the authority');
  } catch (error) {
    log.warn({ err: error, integration: ended.id }, 'a grant could not be taken back at the authority');
  }
}
