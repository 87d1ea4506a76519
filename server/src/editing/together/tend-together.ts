import { secondsFromNow } from '../../platform/database.ts';
import { type HeldSession, tryHolding } from '../hold.ts';
import type { EditingRoom } from '../room.ts';
import { LeaseLost } from '../store.ts';
import { grantAccess } from './grant.ts';
import { judgeAccess } from './judge-access.ts';
import {
  changeParticipant,
  isLive,
  type ParticipantRow,
  participantsOf,
  sessionsWithDuePeople,
} from './participant-store.ts';
import { tellOfEnd } from './tell-of-end.ts';
import { RIGHTS_LOOK_SECONDS, WITHDRAWAL_LOOK_SECONDS } from './timing.ts';
import { withdrawAccess } from './withdraw.ts';

const AT_ONCE = 4;
const ONE_ROUND = 100;

/** The sweeper's round for people: gives and takes away the rights whose time has come, wherever that was cut off. */
export async function tendTogether(room: EditingRoom): Promise<void> {
  const waiting = await sessionsWithDuePeople(room.db, ONE_ROUND);
  const sweep = async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) await tendSafely(room, id);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sweep));
}

async function tendSafely(room: EditingRoom, sessionId: string): Promise<void> {
  try {
    await tryHolding(room, sessionId, (held) => tendPeople(room, held));
  } catch (error) {
    if (error instanceof LeaseLost) return;
    room.log.error({ err: error, session: sessionId }, "colleagues' rights could not be tended; they come round again");
  }
}

/** Every colleague of one session whose right Microsoft may still hold. */
async function tendPeople(room: EditingRoom, held: HeldSession): Promise<void> {
  for (const row of await participantsOf(room.db, held.row.id))
    if (isLive(row)) await tendOne(room, held, await tellOfEnd(room, held, row));
}

async function tendOne(room: EditingRoom, held: HeldSession, row: ParticipantRow): Promise<void> {
  const judgement = await judgeAccess(room, held, row);
  if (judgement.do === 'withdraw') {
    await withdrawAccess(room, held, row, judgement.why);
    return;
  }
  if (judgement.do === 'keep' && row.state === 'asked' && held.row.state === 'active') {
    await grantAccess(room, held, row);
    return;
  }
  const seconds = judgement.do === 'wait' ? WITHDRAWAL_LOOK_SECONDS : RIGHTS_LOOK_SECONDS;
  await changeParticipant(room.db, held.row, row.person_id, { next_look_at: secondsFromNow(seconds) });
}
