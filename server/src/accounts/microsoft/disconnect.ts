import { pages } from '@megdocs/contract';
import { recordAudit } from '../../platform/audit.ts';
import { inTransaction } from '../../platform/database.ts';
import { notify } from '../notifications/notify.ts';
import type { SignedIn } from '../room.ts';
import { askToDisconnect, endIntegration, findLiveIntegration, integrationsToEnd } from './integration-store.ts';
import type { MicrosoftRoom } from './microsoft-room.ts';

/** What is collected from Microsoft before the tokens go may take so long, and no longer. */
const LEAVING_SECONDS = 60;

/** `cleaned-up` waits until nothing of ours lies in the OneDrive any more; `now` takes what it can get and ends. */
export async function disconnect(room: MicrosoftRoom, person: SignedIn, when: 'now' | 'cleaned-up'): Promise<void> {
  const live = await findLiveIntegration(room.db, person.personId);
  if (!live) return;
  if (when === 'now') return leaveAndEnd(room, live.id, { by: person.personId });
  await askToDisconnect(room.db, live.id);
  await disconnectIfCleanedUp(room, live.id, { by: person.personId });
}

/** One round for connections that are to end by themselves: after their clean-up, or because their person left. */
export async function disconnectWhereAsked(room: MicrosoftRoom): Promise<void> {
  for (const { id, deactivated } of await integrationsToEnd(room.db)) {
    try {
      if (deactivated) await leaveAndEnd(room, id, { by: null });
      else await disconnectIfCleanedUp(room, id, { by: null });
    } catch (error) {
      room.log.error({ err: error, integration: id }, 'a connection could not be ended; it comes round again');
    }
  }
}

async function disconnectIfCleanedUp(room: MicrosoftRoom, id: string, { by }: { by: string | null }): Promise<void> {
  const copies = await room.workingCopies.list(room.db, id);
  if (copies.length === 0) await finishDisconnect(room, id, { by });
}

async function leaveAndEnd(room: MicrosoftRoom, id: string, { by }: { by: string | null }): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, LEAVING_SECONDS * 1000);
  try {
    await Promise.race([room.workingCopies.leave(id), late]);
  } catch (error) {
    room.log.error({ err: error, integration: id }, 'a OneDrive was not left in order');
  } finally {
    clearTimeout(timer);
    // Whatever failed, the tokens go.
    await finishDisconnect(room, id, { by });
  }
}

/** Erases the tokens. Twice is once. */
export async function finishDisconnect(room: MicrosoftRoom, id: string, { by }: { by: string | null }): Promise<void> {
  await inTransaction(room.db, async (tx) => {
    const ended = await endIntegration(tx, id);
    if (!ended) return;
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
  });
}
