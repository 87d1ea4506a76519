import { recordAudit } from '../../platform/audit.ts';
import { sqlNow } from '../../platform/database.ts';
import { folderOf } from '../copy.ts';
import type { HeldSession } from '../hold.ts';
import type { EditingRoom } from '../room.ts';
import { changeCleanUp } from './clean-up-store.ts';

/** Done, or left behind with what, where and why: both told by the receipt. */
export async function finish(
  room: EditingRoom,
  held: HeldSession,
  state: 'done' | 'left-behind',
  why: string,
): Promise<void> {
  await held.inTransaction(room.db, async (tx) => {
    const { row } = held;
    // Fences: whoever lost the lease meanwhile tells nothing.
    await held.change(tx, { problem: null });
    await changeCleanUp(tx, held.row, { state, problem: why, finished_at: sqlNow });
    await recordAudit(tx, {
      institutionId: row.institution_id,
      personId: null,
      kind: state === 'done' ? 'copy_deleted' : 'copy_left_behind',
      documentId: row.document_id,
      editSessionId: row.id,
      detail: { why, reason: why, file: row.file_name, folder: folderOf(row) },
    });
    if (state === 'left-behind')
      await room.accounts.notify(tx, {
        institutionId: row.institution_id,
        personId: row.starter_id,
        text: `A copy of ${row.file_name} stays in OneDrive, in the folder ${folderOf(row)}. ${why}`,
        link: `/documents/${row.document_id}/`,
      });
  });
}
