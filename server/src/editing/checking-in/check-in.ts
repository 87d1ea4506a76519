import type { CheckedIn } from '@megdocs/contract';
import type { SignedIn } from '../../accounts/index.ts';
import { recordAudit } from '../../platform/audit.ts';
import { sqlNow } from '../../platform/database.ts';
import { Failure } from '../../platform/failures.ts';
import { sessionClosed } from '../errors.ts';
import { type HeldSession, holding, isBusy } from '../hold.ts';
import { noteDialog } from '../observing/settling.ts';
import type { EditingRoom } from '../room.ts';
import { finishCheckIn } from './finish-check-in.ts';
import {
  addOrder,
  changeRunningOrder,
  findOrder,
  lastFinishedOrder,
  type OrderRow,
  reopenOrder,
  runningOrder,
} from './order-store.ts';

export interface CheckInWish {
  idempotencyKey: string;
  summary: string;
  sendToReview: boolean;
  anyway: boolean;
  /** Save a version and go on: the session stays open. */
  goOn: boolean;
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
  if (wish.goOn && wish.sendToReview)
    throw new Failure(400, 'invalid_request', 'What is sent to review can no longer be edited.', {
      remedy: 'Either save a version and go on, or send it to review.',
    });
  try {
    return await holding(room, sessionId, (held) => orderCheckIn(room, held, person, wish));
  } catch (error) {
    // Only what is written down goes through by itself; a person who is not told so tries again.
    if (!isBusy(error) || !(await isUnderWay(room, sessionId, wish.idempotencyKey))) throw error;
    return { result: 'waiting', version: null, message: 'MEGDocs is still fetching the document from Microsoft 365.' };
  }
}

async function isUnderWay(room: EditingRoom, sessionId: string, key: string): Promise<boolean> {
  const order = await findOrder(room.db, sessionId, key);
  return order !== undefined && order.finished_at === null;
}

async function orderCheckIn(
  room: EditingRoom,
  held: HeldSession,
  person: SignedIn,
  wish: CheckInWish,
): Promise<CheckedIn> {
  if (held.row.starter_id !== person.personId)
    throw new Failure(403, 'not_allowed', 'Only the person who started editing can check it in.', {
      remedy: 'Ask them to check it in, or a document controller for help.',
    });
  const known = await findOrder(room.db, held.row.id, wish.idempotencyKey);
  const outcome = known?.finished_at && outcomeOf(known);
  if (outcome) return outcome;
  const settledElsewhere = held.row.state === 'ended' && (await lastOutcomeOf(room, held, person));
  if (settledElsewhere) return settledElsewhere;
  const order = await placeOrder(room, held, person, wish, known);
  return finishCheckIn(room, held, order, { personWaits: true });
}

/** Undefined when it failed because Microsoft could not be reached: then the same key gives the order once more. */
function outcomeOf(order: OrderRow): CheckedIn | undefined {
  const outcome = order.outcome as unknown as CheckedIn | { failed: string };
  return 'failed' in outcome ? undefined : outcome;
}

/** The check-in that another dialog of the same person ordered, and this one joined. */
async function lastOutcomeOf(room: EditingRoom, held: HeldSession, person: SignedIn): Promise<CheckedIn | undefined> {
  const last = await lastFinishedOrder(room.db, held.row.id, person.personId);
  return last && outcomeOf(last);
}

async function placeOrder(
  room: EditingRoom,
  held: HeldSession,
  person: SignedIn,
  wish: CheckInWish,
  failed: OrderRow | undefined,
): Promise<OrderRow> {
  const running = held.row.state === 'checking-in' ? await runningOrder(room.db, held.row.id) : undefined;
  const { summary, sendToReview: send_to_review, anyway, goOn: go_on } = wish;
  const wanted = { summary, send_to_review, anyway, go_on };
  if (running) {
    // A second dialog, or the same one asking again: one check-in, as it was wished last.
    await changeRunningOrder(room.db, running.id, wanted);
    await noteDialog(room, held);
    return { ...running, ...wanted };
  }
  if (held.row.state !== 'active') throw sessionClosed(held.row.state);
  await noteDialog(room, held);
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
    if (failed) return reopenOrder(tx, failed.id, wanted);
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
