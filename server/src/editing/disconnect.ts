import { deleteItem } from '@megdocs/microsoft365';
import { recordAudit } from '../platform/audit.ts';
import { sqlNow } from '../platform/database.ts';
import { finish } from './clean-up.ts';
import { eTagOf, lookAtCopy } from './copy.ts';
import { needDecision } from './decision.ts';
import { type HeldSession, holding } from './hold.ts';
import { keepLateSave } from './late-save.ts';
import { fetchWithinLimit, observe } from './observe.ts';
import type { EditingRoom } from './room.ts';
import { isOpen } from './states.ts';
import { sessionsOfIntegration } from './store.ts';

/** All of it together; then the tokens are erased, whatever failed. */
const LEAVING_SECONDS = 60;

/**
 * Before a connection ends: everything that Microsoft holds is collected, copies that are done with are deleted, open
 * sessions wait for a decision, and what stays behind is said.
 */
export async function leaveDrive(room: EditingRoom, integrationId: string): Promise<void> {
  const deadline = performance.now() + LEAVING_SECONDS * 1000;
  for (const session of await sessionsOfIntegration(room.db, integrationId)) {
    try {
      await holding(room, session.id, (held) => leave(room, held, performance.now() < deadline));
    } catch (error) {
      room.log.error({ err: error, session: session.id }, 'an edit session could not be left in order');
    }
  }
}

async function leave(room: EditingRoom, held: HeldSession, mayCall: boolean): Promise<void> {
  if (!isOpen(held.row.state)) return leaveClosed(room, held, mayCall);
  if (held.row.state === 'starting') return neverStarted(room, held);
  if (mayCall) await observe(room, held);
  if (held.row.state === 'needs-a-decision') return;
  const starter = await room.accounts.person(room.db, held.row.starter_id);
  await needDecision(
    room,
    held,
    `The Microsoft account of ${starter?.name ?? 'the editor'} was disconnected while it was being edited.`,
  );
}

async function neverStarted(room: EditingRoom, held: HeldSession): Promise<void> {
  await held.inTransaction(room.db, async (tx) => {
    const { row } = held;
    await held.change(tx, { state: 'not-started', ended_at: sqlNow, next_look_at: null, end_reason: 'Disconnected' });
    await recordAudit(tx, {
      institutionId: row.institution_id,
      personId: null,
      kind: 'editing_not_started',
      documentId: row.document_id,
      editSessionId: row.id,
      detail: { why: 'disconnected' },
    });
  });
}

/** A closed session's copy: what was saved late is kept, then the copy goes, or is said to stay. */
async function leaveClosed(room: EditingRoom, held: HeldSession, mayCall: boolean): Promise<void> {
  const deleted = mayCall && (await collectAndDelete(room, held).catch(() => false));
  if (deleted) return finish(room, held, 'done', 'The copy in OneDrive was deleted when the account was disconnected.');
  await finish(
    room,
    held,
    'left-behind',
    'The account was disconnected before the copy could be deleted. It stays in OneDrive, in the folder MEGDocs.',
  );
}

async function collectAndDelete(room: EditingRoom, held: HeldSession): Promise<boolean> {
  const look = await lookAtCopy(room, held.row);
  if (look.kind === 'gone') return true;
  if (look.kind !== 'seen') return false;
  if (look.tag !== held.row.collected_tag) {
    const fetched = await fetchWithinLimit(room, held, look.item);
    if (!fetched) return false;
    try {
      await keepLateSave(room, held, look.item, fetched);
    } finally {
      await fetched.file.discard();
    }
  }
  const { driveId, itemId } = look.item;
  const graph = room.accounts.graphFor(held.row.integration_id);
  await deleteItem(graph, { driveId, itemId }, { ifMatch: eTagOf(look.tag) });
  return true;
}
