import { setTimeout as wait } from 'node:timers/promises';
import type { RawBuilder } from 'kysely';
import { secondsFromNow } from '../platform/database.ts';
import { Failure } from '../platform/failures.ts';
import { finishCheckIn } from './checking-in/finish-check-in.ts';
import { runningOrder } from './checking-in/order-store.ts';
import { tendCleanUp } from './cleaning-up/clean-up.ts';
import { changeCleanUp, findCleanUp, takeUpLeftBehind } from './cleaning-up/clean-up-store.ts';
import { needDecision } from './ending/decision.ts';
import { leaveUndecided } from './ending/disconnect.ts';
import { type HeldSession, tryHolding } from './hold.ts';
import { whyMissing } from './observing/missing-copy.ts';
import { observe } from './observing/observe.ts';
import { observeDrives } from './observing/observe-drives.ts';
import { tendSubscriptions } from './observing/subscribe.ts';
import { placeCopy } from './opening/place-copy.ts';
import type { EditingRoom } from './room.ts';
import { isOpen } from './states.ts';
import { dueSessions, LeaseLost } from './store.ts';
import { DRIVES_WAIT_SECONDS, retrySeconds } from './timing.ts';
import { tendTogether } from './together/tend-together.ts';

const AT_ONCE = 8;
const ONE_ROUND = 200;

/** The sweeper: takes up every session and clean-up whose time has come, wherever it was cut off. */
export async function tend(room: EditingRoom): Promise<number> {
  await takeUpLeftBehind(room.db);
  await askDrives(room);
  const due = await dueSessions(room.db, ONE_ROUND);
  const waiting = [...due];
  // A session that hangs holds up one of them, and no other session.
  const sweep = async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) await tendSafely(room, id);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sweep));
  await tendTogether(room);
  return due.length;
}

/** Drives that hang go on by themselves; what is due is looked at meanwhile. */
async function askDrives(room: EditingRoom): Promise<void> {
  const asked = observeDrives(room)
    .then(() => tendSubscriptions(room))
    .catch((error: unknown) => room.log.error({ err: error }, 'the drives could not be asked'));
  await Promise.race([asked, wait(DRIVES_WAIT_SECONDS * 1000, undefined, { ref: false })]);
}

/** One session's bad day holds up no other. */
async function tendSafely(room: EditingRoom, sessionId: string): Promise<void> {
  try {
    await tryHolding(room, sessionId, (held) => tendOrPutOff(room, held));
  } catch (error) {
    if (error instanceof LeaseLost) return;
    room.log.error({ err: error, session: sessionId }, 'an edit session could not be tended; it comes round again');
  }
}

async function tendOrPutOff(room: EditingRoom, held: HeldSession): Promise<void> {
  try {
    await tendOne(room, held);
  } catch (error) {
    // What a person would have been told is told by the session itself.
    if (error instanceof Failure) return;
    if (error instanceof LeaseLost) throw error;
    const failures = held.row.failures + 1;
    const next_look_at = secondsFromNow(retrySeconds(failures));
    if (isOpen(held.row.state)) await held.change(room.db, { failures, next_look_at });
    else await putOffCleanUp(room, held, next_look_at);
    throw error;
  }
}

async function putOffCleanUp(room: EditingRoom, held: HeldSession, next_look_at: RawBuilder<Date>): Promise<void> {
  const cleanUp = await findCleanUp(room.db, held.row.id);
  if (cleanUp) await changeCleanUp(room.db, held.row, { next_look_at, failures: cleanUp.failures + 1 });
}

/** The next step of one session, by its state. */
export async function tendOne(room: EditingRoom, held: HeldSession): Promise<void> {
  switch (held.row.state) {
    case 'starting':
      return placeCopy(room, held, 'sweeper');
    case 'active': {
      const look = await observe(room, held);
      if (look.kind === 'no-connection' && (await hasEnded(room, held))) return leaveUndecided(room, held);
      const missing = look.kind === 'gone' ? await whyMissing(room, held) : undefined;
      if (missing) await needDecision(room, held, missing);
      return;
    }
    case 'checking-in': {
      const order = await runningOrder(room.db, held.row.id);
      if (!order) throw new Error(`The edit session ${held.row.id} is checking in without an order`);
      await finishCheckIn(room, held, order, { personWaits: false });
      return;
    }
    case 'needs-a-decision':
      await observe(room, held);
      return;
    default:
      return tendCleanUp(room, held);
  }
}

/** Its person disconnected, or left, and the process ended before this session was left in order. */
async function hasEnded(room: EditingRoom, held: HeldSession): Promise<boolean> {
  const integration = await room.accounts.integration(room.db, held.row.integration_id);
  return !integration || integration.status === 'ended';
}
