import type { CheckedIn } from '@megdocs/contract';
import { secondsFromNow, type Tx } from '../../platform/database.ts';
import { Failure } from '../../platform/failures.ts';
import type { HeldSession } from '../hold.ts';
import type { EditingRoom } from '../room.ts';
import { LOOK_AGAIN_SECONDS } from '../timing.ts';
import { finishOrder, type OrderRow } from './order-store.ts';

/** Whether somebody looks at the dialog just now, and is told there. */
export interface Waiting {
  personWaits: boolean;
}

/**
 * The check-in came to nothing now, and nothing is lost. Whoever ordered it and went away is notified. Throws 503 when
 * Microsoft could not be reached.
 */
export async function backToEditing(
  room: EditingRoom,
  held: HeldSession,
  order: OrderRow,
  outcome: CheckedIn | { failed: string },
  { personWaits }: Waiting,
): Promise<CheckedIn> {
  await held.inTransaction(room.db, async (tx) => {
    await held.change(tx, { state: 'active', next_look_at: secondsFromNow(LOOK_AGAIN_SECONDS) });
    await finishOrder(tx, order.id, { ...outcome });
    if (!personWaits)
      await tellWhoOrdered(room, tx, order, held, 'failed' in outcome ? outcome.failed : outcome.message);
  });
  if ('failed' in outcome)
    throw new Failure(503, 'microsoft_unreachable', outcome.failed, {
      remedy: 'Nothing is lost: editing goes on, and you can check in when it is mended.',
      retryAfterSeconds: 10,
    });
  return outcome;
}

async function tellWhoOrdered(
  room: EditingRoom,
  tx: Tx,
  order: OrderRow,
  held: HeldSession,
  why: string,
): Promise<void> {
  const { institution_id: institutionId, document_id: documentId } = held.row;
  const document = await room.documents.find(tx, documentId, institutionId);
  await room.accounts.notify(tx, {
    institutionId,
    personId: order.person_id,
    text: `Your check-in of ${document?.number ?? ''} ${document?.title ?? ''} made no version yet: ${why}`,
    link: `/documents/${documentId}/`,
  });
}
