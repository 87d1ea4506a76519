import { sqlNow } from '../platform/database.ts';
import { holding } from './hold.ts';
import { changeCleanUp } from './records-store.ts';
import type { EditingRoom } from './room.ts';
import { isOpen } from './states.ts';
import { tendOne } from './tend.ts';

/** Does at once what the sweeper would do at its next round. */
export async function tryNow(room: EditingRoom, sessionId: string): Promise<void> {
  await holding(room, sessionId, async (held) => {
    if (!isOpen(held.row.state)) await changeCleanUp(room.db, sessionId, { next_look_at: sqlNow });
    await tendOne(room, held);
  });
}
