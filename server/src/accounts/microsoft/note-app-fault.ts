import type { ConnectionError } from '@megdocs/microsoft365';
import { recordAudit } from '../../platform/audit.ts';
import { inTransaction } from '../../platform/database.ts';
import { lockInstitutions } from '../people/people-store.ts';
import { isRefusalLastWord, lastAppFault } from './app-fault-store.ts';
import type { MicrosoftRoom } from './microsoft-room.ts';

/**
 * Written once an episode, whichever processes meet it and however often they start anew: no connection tells of a fault
 * of the app's own, so this is where it can be read.
 */
export async function noteAppFault(room: MicrosoftRoom, error: ConnectionError): Promise<void> {
  const { code, aadsts, oauthError, traceId, correlationId } = error;
  await inTransaction(room.db, async (tx) => {
    const institutionIds = await lockInstitutions(tx);
    const last = await lastAppFault(tx);
    if (last && last.code === code && last.aadsts === (aadsts ?? null)) return;
    const detail = { code, aadsts, oauthError, traceId, correlationId };
    for (const institutionId of institutionIds)
      await recordAudit(tx, { institutionId, personId: null, kind: 'microsoft_app_refused', detail });
  });
}

export async function noteAppMended(room: MicrosoftRoom): Promise<void> {
  await inTransaction(room.db, async (tx) => {
    const institutionIds = await lockInstitutions(tx);
    if (!(await isRefusalLastWord(tx))) return;
    for (const institutionId of institutionIds)
      await recordAudit(tx, { institutionId, personId: null, kind: 'microsoft_app_accepted' });
  });
}
