import { holding } from '../hold.ts';
import type { EditingRoom } from '../room.ts';
import { tendOne } from '../tend.ts';

/** Does at once what the sweeper would do at its next round. */
export async function tryNow(room: EditingRoom, sessionId: string): Promise<void> {
  await holding(room, sessionId, async (held) => {
    await tendOne(room, held);
  });
}
