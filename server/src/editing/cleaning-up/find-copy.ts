import { findByPath, safeFileName, WORKING_COPIES_FOLDER } from '@megdocs/microsoft365';
import { secondsFromNow, sqlNow } from '../../platform/database.ts';
import { explainLook } from '../copy.ts';
import { graphOf } from '../graph-of.ts';
import type { HeldSession } from '../hold.ts';
import type { EditingRoom } from '../room.ts';
import { isCopyHeld } from '../store.ts';
import { COPY_MAY_ARRIVE_SECONDS, WATCH_LOOK_SECONDS } from '../timing.ts';
import { type CleanUpRow, changeCleanUp } from './clean-up-store.ts';
import { finish } from './finish-clean-up.ts';
import { tryLater } from './put-off.ts';

/** A session that was given up on its way: its copy may have arrived all the same. Our folder keys are nobody else's. */
export async function findCopy(room: EditingRoom, held: HeldSession, cleanUp: CleanUpRow): Promise<void> {
  const { id, folder_key, file_name, integration_id } = held.row;
  try {
    const path = [WORKING_COPIES_FOLDER, folder_key, safeFileName(file_name)];
    const item = await findByPath(graphOf(room, integration_id), path);
    if (item && (await isCopyHeld(room.db, item.driveId, item.itemId, id)))
      return finish(room, held, 'done', 'No copy had reached OneDrive.');
    if (!item) return lookForCopyAgain(room, held, cleanUp);
    await held.change(room.db, { drive_id: item.driveId, item_id: item.itemId });
    await changeCleanUp(room.db, held.row, { state: 'watching', next_look_at: sqlNow });
  } catch (error) {
    const why = explainLook(error);
    if (why.kind === 'gone') return lookForCopyAgain(room, held, cleanUp);
    await tryLater(room, held, cleanUp, why);
  }
}

/** A call whose answer was lost may still be on its way: one look says nothing about the minutes after it. */
async function lookForCopyAgain(room: EditingRoom, held: HeldSession, cleanUp: CleanUpRow): Promise<void> {
  const seconds = held.secondsSince(cleanUp.started_at);
  if (seconds > COPY_MAY_ARRIVE_SECONDS) return finish(room, held, 'done', 'No copy had reached OneDrive.');
  await changeCleanUp(room.db, held.row, { next_look_at: secondsFromNow(Math.max(WATCH_LOOK_SECONDS, seconds)) });
}
