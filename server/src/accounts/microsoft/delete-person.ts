import { recordAudit } from '../../platform/audit.ts';
import { inTransaction, type Tx } from '../../platform/database.ts';
import { Failure, notFound } from '../../platform/failures.ts';
import { removeLinksOf } from '../links/link-store.ts';
import { findColleague, lockInstitution, type PersonRow, updatePersonRow } from '../people/people-store.ts';
import { assertAdmin } from '../people/rights.ts';
import { clearMemberships } from '../people/team-store.ts';
import type { SignedIn } from '../room.ts';
import { removeSessions } from '../sign-in/session-store.ts';
import { leaveInOrder } from './disconnect.ts';
import { endIntegration, findLiveIntegration, type IntegrationRow, lockIntegration } from './integration-store.ts';
import type { MicrosoftRoom } from './microsoft-room.ts';
import { removePendingOf } from './pending-store.ts';
import { revokeGrant } from './revoke-grant.ts';

/**
 * Erases by what somebody signs in and what MEGDocs could do in their name, all in one transaction, after their OneDrive
 * is left in order. Their id and name stay: documents and the trail speak of them.
 */
export async function deletePerson(room: MicrosoftRoom, by: SignedIn, personId: string): Promise<void> {
  assertAdmin(by);
  const person = await findDeactivated(room.db, by, personId);
  const live = await findLiveIntegration(room.db, person.id);
  if (live) await leaveInOrder(room, live.id);
  const erased = await inTransaction(room.db, async (tx) => {
    await lockInstitution(tx, by.institutionId);
    const admin = await findColleague(tx, by.institutionId, by.personId);
    assertAdmin({ roles: admin?.deactivated_at === null ? admin.roles : [] });
    // Somebody may have activated them again while their OneDrive was being left.
    await findDeactivated(tx, by, personId);
    const ended = await eraseTokens(tx, personId);
    await removeSessions(tx, personId);
    await removeLinksOf(tx, personId);
    await clearMemberships(tx, personId);
    await updatePersonRow(tx, personId, { password_hash: null, roles: [] });
    const { institutionId } = by;
    const detail = { person: personId, account: ended?.account_address ?? null };
    await recordAudit(tx, { institutionId, personId: by.personId, kind: 'person_deleted', detail });
    return ended;
  });
  if (erased) void revokeGrant(room, erased);
}

async function findDeactivated(q: MicrosoftRoom['db'] | Tx, by: SignedIn, personId: string): Promise<PersonRow> {
  const person = await findColleague(q, by.institutionId, personId);
  if (!person) throw notFound('This person');
  if (person.deactivated_at) return person;
  throw new Failure(409, 'not_allowed', `${person.name} is active.`, { remedy: 'Deactivate them first.' });
}

/** Also those of accounts that wait for an answer. Answers the connection as it was. */
async function eraseTokens(tx: Tx, personId: string): Promise<IntegrationRow | undefined> {
  await removePendingOf(tx, personId);
  const live = await findLiveIntegration(tx, personId);
  const row = live && (await lockIntegration(tx, live.id));
  if (!row || row.status === 'ended') return undefined;
  await endIntegration(tx, row.id);
  return row;
}
