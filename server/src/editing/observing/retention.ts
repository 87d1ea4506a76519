import { inTransaction } from '../../platform/database.ts';
import type { EditingRoom } from '../room.ts';
import { removeCheckpoints } from './retention-store.ts';

/** Of each session, however close together. Of what is older, the last of each hour. */
const NEWEST_KEPT = 20;
/** After its end, everything that a session collected is kept so long, and then given up. */
const KEPT_DAYS = 90;

/**
 * Lets go of checkpoints that nobody will miss. Of a session the newest twenty stay, and of what is older the last of
 * each hour; all of it goes ninety days after the session was closed. Never touched: what waits for a decision, sessions
 * whose copy is not cleaned up or whose late save nobody has looked at, and what says why it can't be a version, until
 * the ninety days are over. The newest one is always the last content.
 */
export async function thinCheckpoints(room: EditingRoom): Promise<number> {
  const removed = await inTransaction(room.db, (tx) => removeCheckpoints(tx, { newest: NEWEST_KEPT, days: KEPT_DAYS }));
  if (removed > 0) room.log.info({ removed }, 'let go of old checkpoints');
  return removed;
}
