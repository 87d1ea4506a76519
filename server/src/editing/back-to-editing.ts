import type { CheckedIn } from '@megdocs/contract';
import { secondsFromNow } from '../platform/database.ts';
import { Failure } from '../platform/failures.ts';
import type { HeldSession } from './hold.ts';
import { finishOrder, type OrderRow } from './order-store.ts';
import type { EditingRoom } from './room.ts';
import { LOOK_AGAIN_SECONDS } from './timing.ts';

/** The check-in came to nothing now, and nothing is lost. Throws 503 when Microsoft could not be reached. */
export async function backToEditing(
  room: EditingRoom,
  held: HeldSession,
  order: OrderRow,
  outcome: CheckedIn | { failed: string },
): Promise<CheckedIn> {
  await held.inTransaction(room.db, async (tx) => {
    await held.change(tx, { state: 'active', next_look_at: secondsFromNow(LOOK_AGAIN_SECONDS) });
    await finishOrder(tx, order.id, { ...outcome });
  });
  if ('failed' in outcome)
    throw new Failure(503, 'microsoft_unreachable', outcome.failed, {
      remedy: 'Nothing is lost: editing goes on, and you can check in when it is mended.',
      retryAfterSeconds: 10,
    });
  return outcome;
}
