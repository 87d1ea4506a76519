import { secondsFromNow } from '../platform/database.ts';
import { Failure } from '../platform/failures.ts';
import { tendCleanUp } from './clean-up.ts';
import { needDecision } from './decision.ts';
import { finishCheckIn } from './finish-check-in.ts';
import { type HeldSession, tryHolding } from './hold.ts';
import { observe } from './observe.ts';
import { placeCopy } from './place-copy.ts';
import { changeCleanUp, runningOrder } from './records-store.ts';
import type { EditingRoom } from './room.ts';
import { isOpen } from './states.ts';
import { dueSessions, LeaseLost } from './store.ts';
import { retrySeconds } from './timing.ts';

const AT_ONCE = 8;
const ONE_ROUND = 200;

/** The sweeper: takes up every session and clean-up whose time has come, wherever it was cut off. */
export async function tend(room: EditingRoom): Promise<number> {
  const due = await dueSessions(room.db, ONE_ROUND);
  for (let from = 0; from < due.length; from += AT_ONCE)
    await Promise.all(due.slice(from, from + AT_ONCE).map((id) => tendSafely(room, id)));
  return due.length;
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
    await held.change(room.db, isOpen(held.row.state) ? { failures, next_look_at } : { failures });
    await changeCleanUp(room.db, held.row.id, { next_look_at });
    throw error;
  }
}

/** The next step of one session, by its state. */
export async function tendOne(room: EditingRoom, held: HeldSession): Promise<void> {
  switch (held.row.state) {
    case 'starting':
      return placeCopy(room, held, 'sweeper');
    case 'active': {
      const look = await observe(room, held);
      if (look.kind === 'gone')
        await needDecision(
          room,
          held,
          'The copy in OneDrive was deleted while it was being edited. It may still be in the recycle bin of OneDrive.',
        );
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
