import type { CheckedIn } from '@megdocs/contract';
import type { SignedIn } from '../accounts/index.ts';
import { recordAudit } from '../platform/audit.ts';
import { sqlNow } from '../platform/database.ts';
import { Failure } from '../platform/failures.ts';
import { sessionClosed } from './errors.ts';
import { finishCheckIn } from './finish-check-in.ts';
import { type HeldSession, holding } from './hold.ts';
import { addOrder, changeOrder, findOrder, type OrderRow, runningOrder } from './records-store.ts';
import type { EditingRoom } from './room.ts';

export interface CheckInWish {
  idempotencyKey: string;
  summary: string;
  sendToReview: boolean;
  anyway: boolean;
}

/**
 * Orders a check-in and takes it as far as it goes now. `waiting`: Microsoft has not settled; the same order may be
 * given again, and a sweeper goes on with it. The same key twice is one check-in.
 */
export async function checkIn(
  room: EditingRoom,
  person: SignedIn,
  sessionId: string,
  wish: CheckInWish,
): Promise<CheckedIn> {
  return holding(room, sessionId, async (held) => {
    const known = await findOrder(room.db, sessionId, wish.idempotencyKey);
    if (known?.finished_at) return replay(known);
    if (held.row.starter_id !== person.personId)
      throw new Failure(403, 'not_allowed', 'Only the person who started editing can check it in.', {
        remedy: 'Ask them to check it in, or a document controller for help.',
      });
    const order = await placeOrder(room, held, person, wish);
    return finishCheckIn(room, held, order, { personWaits: true });
  });
}

function replay(order: OrderRow): CheckedIn {
  const outcome = order.outcome as unknown as CheckedIn | { failed: string };
  if ('failed' in outcome) throw new Failure(503, 'microsoft_unreachable', outcome.failed, { retryAfterSeconds: 10 });
  return outcome;
}

async function placeOrder(
  room: EditingRoom,
  held: HeldSession,
  person: SignedIn,
  wish: CheckInWish,
): Promise<OrderRow> {
  const running = await runningOrder(room.db, held.row.id);
  const wanted = { summary: wish.summary, send_to_review: wish.sendToReview, anyway: wish.anyway };
  if (running) {
    // A second dialog, or the same one asking again: one check-in, as it was wished last.
    await changeOrder(room.db, running.id, wanted);
    return { ...running, ...wanted };
  }
  if (held.row.state !== 'active') throw sessionClosed(held.row.state);
  return held.inTransaction(room.db, async (tx) => {
    const { row } = held;
    await held.change(tx, { state: 'checking-in', next_look_at: sqlNow });
    await recordAudit(tx, {
      institutionId: row.institution_id,
      personId: person.personId,
      kind: 'check_in_ordered',
      documentId: row.document_id,
      editSessionId: row.id,
    });
    return addOrder(tx, {
      id: room.random.uuid(),
      institution_id: row.institution_id,
      session_id: row.id,
      idempotency_key: wish.idempotencyKey,
      person_id: person.personId,
      ...wanted,
    });
  });
}
