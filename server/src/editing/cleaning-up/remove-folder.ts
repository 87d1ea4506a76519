import { removeEmptyFolder, WORKING_COPIES_FOLDER } from '@megdocs/microsoft365';
import { explainLook, folderOf, type Look } from '../copy.ts';
import { graphOf } from '../graph-of.ts';
import type { HeldSession } from '../hold.ts';
import type { EditingRoom } from '../room.ts';
import { noteStep } from './step-store.ts';

/**
 * Removes the session's own folder once the copy is gone, if nobody put anything else into it. Answers what kept
 * Microsoft from being asked just now.
 */
export async function removeFolder(
  room: EditingRoom,
  held: HeldSession,
): Promise<Extract<Look, { kind: 'unreachable' }> | undefined> {
  const { id, folder_key, integration_id } = held.row;
  try {
    const done = await removeEmptyFolder(graphOf(room, integration_id), [WORKING_COPIES_FOLDER, folder_key]);
    if (done === 'removed') await noteStep(room.db, id, 'folder-removed');
    if (done === 'not-empty')
      await noteStep(room.db, id, 'folder-kept', `Something else lies in ${folderOf(held.row)}, so the folder stays.`);
    return undefined;
  } catch (error) {
    const look = explainLook(error);
    if (look.kind === 'unreachable') return look;
    if (look.kind === 'no-connection')
      await noteStep(room.db, id, 'folder-kept', `The empty folder ${folderOf(held.row)} stays. ${look.why}`);
    return undefined;
  }
}
