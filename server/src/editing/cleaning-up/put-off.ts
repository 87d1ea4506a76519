import { secondsFromNow } from '../../platform/database.ts';
import type { Look } from '../copy.ts';
import type { HeldSession } from '../hold.ts';
import type { EditingRoom } from '../room.ts';
import { LEFT_BEHIND_AFTER_SECONDS, retrySeconds } from '../timing.ts';
import { type CleanUpRow, changeCleanUp } from './clean-up-store.ts';
import { finish } from './finish-clean-up.ts';

/** What keeps us from a copy just now: tried again ever more rarely, and left behind in the end. */
export async function tryLater(
  room: EditingRoom,
  held: HeldSession,
  cleanUp: CleanUpRow,
  look: Exclude<Look, { kind: 'seen' } | { kind: 'gone' }>,
): Promise<void> {
  const integration = await room.accounts.integration(room.db, held.row.integration_id);
  if (integration?.status === 'ended')
    return finish(
      room,
      held,
      'left-behind',
      'The Microsoft account was disconnected before the copy could be deleted. It stays in OneDrive, in the folder MEGDocs.',
    );
  await again(room, held, cleanUp, look.why, look.kind === 'unreachable' ? look.retryAfterSeconds : undefined);
}

/** `problem` is told by the receipt, with the time of the next try. */
export async function again(
  room: EditingRoom,
  held: HeldSession,
  cleanUp: CleanUpRow,
  problem: string,
  retryAfterSeconds: number | undefined,
): Promise<void> {
  if (held.secondsSince(cleanUp.started_at) > LEFT_BEHIND_AFTER_SECONDS)
    return finish(room, held, 'left-behind', `It could not be deleted for seven days. ${problem}`);
  await changeCleanUp(room.db, held.row, {
    failures: cleanUp.failures + 1,
    problem,
    next_look_at: secondsFromNow(Math.max(retryAfterSeconds ?? 0, retrySeconds(cleanUp.failures))),
  });
}
