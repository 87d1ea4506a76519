import { setTimeout as wait } from 'node:timers/promises';
import type { CheckedIn } from '@megdocs/contract';
import { QUIET_SECONDS } from '@megdocs/microsoft365';
import { secondsFromNow } from '../../platform/database.ts';
import { type Look, lookAtCopy } from '../copy.ts';
import { needDecision, whyItNoLongerFits } from '../ending/decision.ts';
import type { HeldSession } from '../hold.ts';
import { whyMissing } from '../observing/missing-copy.ts';
import { keepCheckpoint, recordBlindness, recordLook } from '../observing/observe.ts';
import { settledSince, waitedLongEnough } from '../observing/settling.ts';
import type { EditingRoom } from '../room.ts';
import { CHECK_IN_GIVES_UP_SECONDS, LOOK_AGAIN_SECONDS } from '../timing.ts';
import { backToEditing, type Waiting } from './back-to-editing.ts';
import type { OrderRow } from './order-store.ts';
import { checkInCollected } from './store-version.ts';

/**
 * Takes an ordered check-in as far as it goes: settle, fetch, validate, one transaction. May be cut off anywhere and
 * run again by whoever holds the session next.
 */
export async function finishCheckIn(
  room: EditingRoom,
  held: HeldSession,
  order: OrderRow,
  asked: Waiting,
): Promise<CheckedIn> {
  const settled = await settle(room, held, order, asked);
  const look = settled.kind === 'seen' ? await collect(room, held, order, settled) : settled;
  if (look.kind === 'waiting') return waitForMicrosoft(room, held, order, asked, look.seconds);
  if (look.kind === 'gone') return waitForCopy(room, held, order, asked);
  // Whoever waits is told at once; for whoever went away the order goes on as long as it may help.
  if (look.kind === 'unreachable' && !asked.personWaits && !isOverdue(held, order)) return stillWaiting(look.why);
  if (look.kind !== 'seen') return backToEditing(room, held, order, { failed: look.why }, asked);
  if (held.row.collected_tag !== look.tag)
    return backToEditing(
      room,
      held,
      order,
      { result: 'not-fetched', version: null, message: held.row.problem ?? "The copy can't be taken as it is." },
      asked,
    );
  const misfit = await whyItNoLongerFits(room, room.db, held.row, order.person_id);
  if (misfit) return needDecision(room, held, misfit);
  return checkInCollected(room, held, order, asked);
}

type Settled = Look | { kind: 'waiting'; seconds: number };

/**
 * Fetches what has settled, and looks once more: who saved while it was being fetched may have their words in it, and
 * would not be named.
 */
async function collect(
  room: EditingRoom,
  held: HeldSession,
  order: OrderRow,
  settled: Extract<Look, { kind: 'seen' }>,
): Promise<Settled> {
  if (settled.tag === held.row.collected_tag) return settled;
  const blind = await keepCheckpoint(room, held, settled.item);
  if (blind) return blind;
  if (order.anyway && waitedLongEnough(held)) return settled;
  const after = await lookAtCopy(room, held.row);
  if (after.kind !== 'seen' || after.tag === settled.tag) return after;
  await recordLook(room, held, after.item);
  return { kind: 'waiting', seconds: QUIET_SECONDS };
}

async function settle(
  room: EditingRoom,
  held: HeldSession,
  order: OrderRow,
  { personWaits }: Waiting,
): Promise<Settled> {
  for (let attempt = 1; ; attempt++) {
    const look = await lookAtCopy(room, held.row);
    if (look.kind !== 'seen') {
      await recordBlindness(room, held, look);
      return look;
    }
    const verdict = settledSince(held.row, look.item);
    await recordLook(room, held, look.item);
    if (verdict.settled || (order.anyway && waitedLongEnough(held))) return look;
    // Quiet long enough, only the second read is missing: that is worth a moment's wait within the request.
    if (!personWaits || attempt > 1 || verdict.waitSeconds > LOOK_AGAIN_SECONDS)
      return { kind: 'waiting', seconds: verdict.waitSeconds };
    await wait(verdict.waitSeconds * 1000);
  }
}

/** Nobody has asked for ten minutes, and Microsoft has not let us finish. */
function isOverdue(held: HeldSession, order: OrderRow): boolean {
  const lastAsked = Math.max(order.ordered_at.getTime(), held.row.settling_asked_at?.getTime() ?? 0);
  return held.secondsSince(new Date(lastAsked)) > CHECK_IN_GIVES_UP_SECONDS;
}

async function waitForMicrosoft(
  room: EditingRoom,
  held: HeldSession,
  order: OrderRow,
  asked: Waiting,
  seconds: number,
): Promise<CheckedIn> {
  if (isOverdue(held, order)) return backToEditing(room, held, order, { failed: NOT_SETTLED }, asked);
  await held.change(room.db, { next_look_at: secondsFromNow(LOOK_AGAIN_SECONDS) });
  return stillWaiting(`Waiting for Microsoft to finish saving, about ${Math.max(1, Math.ceil(seconds))} s more.`);
}

const NOT_SETTLED =
  'Microsoft 365 did not come to rest in ten minutes. Nothing is lost; editing goes on. Check in again later.';

/** Deleted, or only not found just now. */
async function waitForCopy(room: EditingRoom, held: HeldSession, order: OrderRow, asked: Waiting): Promise<CheckedIn> {
  const missing = await whyMissing(room, held);
  if (missing) return needDecision(room, held, missing);
  const words = held.row.problem ?? 'Microsoft does not find the copy in OneDrive.';
  if (isOverdue(held, order)) return backToEditing(room, held, order, { failed: words }, asked);
  return stillWaiting(words);
}

/** The order stays, and whoever holds the session next goes on with it. */
function stillWaiting(message: string): CheckedIn {
  return { result: 'waiting', version: null, message };
}
