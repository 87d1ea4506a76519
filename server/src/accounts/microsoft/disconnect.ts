import { pages } from '@megdocs/contract';
import { recordAudit } from '../../platform/audit.ts';
import { inTransaction, type Tx } from '../../platform/database.ts';
import { notify } from '../notifications/notify.ts';
import type { SignedIn } from '../room.ts';
import {
  askToDisconnect,
  endIntegration,
  findLiveIntegration,
  type IntegrationRow,
  integrationsToEnd,
  type LockedIntegration,
  lockIntegration,
} from './integration-store.ts';
import type { MicrosoftRoom } from './microsoft-room.ts';
import { dropHeldOf } from './pending-store.ts';
import { revokeGrant } from './revoke-grant.ts';

/** What is collected from Microsoft before the tokens go may take so long, and no longer. */
const LEAVING_SECONDS = 60;

/** `cleaned-up` waits until nothing of ours lies in the OneDrive any more; `now` takes what it can get and ends. */
export async function disconnect(room: MicrosoftRoom, person: SignedIn, when: 'now' | 'cleaned-up'): Promise<void> {
  await dropHeldOf(room.db, person.personId);
  const live = await findLiveIntegration(room.db, person.personId);
  if (!live) return;
  if (when === 'now') {
    // Who connects again while their OneDrive is being left said yes after they had said no.
    return leaveAndEnd(room, live.id, person.personId, asItWas(live));
  }
  await askToDisconnect(room.db, live.id);
  await end(room, live.id, person.personId, isCleanedUp(room));
}

/** What lies in its OneDrive is left in order as far as it can be reached, because another account takes its place. */
export function endForAnother(room: MicrosoftRoom, live: IntegrationRow, person: SignedIn): Promise<void> {
  return leaveAndEnd(room, live.id, person.personId, asItWas(live));
}

/** One round for connections that are to end by themselves: after their clean-up, or because their person left. */
export async function disconnectWhereAsked(room: MicrosoftRoom): Promise<void> {
  const toEnd = await integrationsToEnd(room.db);
  // Side by side: a OneDrive that hangs takes nobody else's minute.
  await Promise.all(
    toEnd.map(async ({ id, deactivated }) => {
      try {
        if (deactivated) await leaveAndEnd(room, id, null, async (_, row) => row.deactivated);
        else await end(room, id, null, isCleanedUp(room));
      } catch (error) {
        room.log.error({ err: error, integration: id }, 'a connection could not be ended; it comes round again');
      }
    }),
  );
}

/** Whether the end is wanted still, asked under the row's lock: minutes may lie between the wish and the end. */
type StillWanted = (tx: Tx, row: LockedIntegration) => Promise<boolean>;

function asItWas(live: IntegrationRow): StillWanted {
  const grantedAt = live.granted_at.getTime();
  return async (_, row) => row.granted_at.getTime() === grantedAt;
}

function isCleanedUp(room: MicrosoftRoom): StillWanted {
  return async (tx, row) => row.disconnect_when_cleaned_up && (await room.workingCopies.list(tx, row.id)).length === 0;
}

async function leaveAndEnd(
  room: MicrosoftRoom,
  id: string,
  by: string | null,
  stillWanted: StillWanted,
): Promise<void> {
  await leaveInOrder(room, id);
  // Whatever failed, the tokens go.
  await end(room, id, by, stillWanted);
}

/** Takes and cleans up what can be reached in a minute; what can't is told in the log. */
export async function leaveInOrder(room: MicrosoftRoom, id: string): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, LEAVING_SECONDS * 1000);
  try {
    await Promise.race([room.workingCopies.leave(id), late]);
  } catch (error) {
    room.log.error({ err: error, integration: id }, 'a OneDrive was not left in order');
  } finally {
    clearTimeout(timer);
  }
}

/** Erases the tokens. Twice is once. */
async function end(room: MicrosoftRoom, id: string, by: string | null, stillWanted: StillWanted): Promise<void> {
  const erased = await inTransaction(room.db, async (tx) => {
    const row = await lockIntegration(tx, id);
    if (!row || row.status === 'ended' || !(await stillWanted(tx, row))) return undefined;
    const ended = await endIntegration(tx, id);
    await recordAudit(tx, {
      institutionId: ended.institution_id,
      personId: by,
      kind: 'microsoft_disconnected',
      detail: { account: ended.account_address, of: ended.person_id },
    });
    if (by === null)
      await notify(tx, room.random, {
        institutionId: ended.institution_id,
        personId: ended.person_id,
        text: `Your Microsoft account ${ended.account_address} is disconnected; its tokens are erased.`,
        link: pages.microsoft,
      });
    return row;
  });
  if (erased) void revokeGrant(room, erased);
}
