import { deleteItem, GraphError } from '@megdocs/microsoft365';
import { findCleanUp } from '../cleaning-up/clean-up-store.ts';
import { finish } from '../cleaning-up/finish-clean-up.ts';
import { keepLateSave } from '../cleaning-up/late-save.ts';
import { removeFolder } from '../cleaning-up/remove-folder.ts';
import { eTagOf, folderOf, lookAtCopy, lookForDrive } from '../copy.ts';
import { graphOf } from '../graph-of.ts';
import { type HeldSession, holding } from '../hold.ts';
import { fetchWithinLimit, observe } from '../observing/observe.ts';
import type { EditingRoom } from '../room.ts';
import { isOpen } from '../states.ts';
import { LeaseLost, type SessionRow, sessionsOfIntegration } from '../store.ts';
import { withdrawAll } from '../together/withdraw.ts';
import { closeNotStarted } from './close-session.ts';
import { needDecision } from './decision.ts';

/** All of it together; then the tokens are erased, whatever failed. */
const LEAVING_SECONDS = 55;
/** Whoever saves while we delete is collected once more, so many times. */
const DELETE_TRIES = 3;
const LEAVING = 'The account that holds the copy is being disconnected.';

/**
 * Before a connection ends: everything that Microsoft holds is collected, copies that are done with are deleted, open
 * sessions wait for a decision, and what stays behind is said.
 */
export async function leaveDrive(room: EditingRoom, integrationId: string): Promise<void> {
  const deadline = performance.now() + LEAVING_SECONDS * 1000;
  const mayCall = () => performance.now() < deadline;
  const sessions = await sessionsOfIntegration(room.db, integrationId);
  // Side by side: one that hangs takes nobody else's minute.
  await Promise.all(sessions.map((session) => leaveSafely(room, session.id, mayCall)));
}

/** What could not be left in order is taken up by the sweeper, which finds the connection ended. */
async function leaveSafely(room: EditingRoom, sessionId: string, mayCall: () => boolean): Promise<void> {
  try {
    await holding(room, sessionId, (held) => leave(room, held, mayCall), LEAVING_SECONDS);
  } catch (error) {
    room.log.error({ err: error, session: sessionId }, 'an edit session could not be left in order');
  }
}

async function leave(room: EditingRoom, held: HeldSession, mayCall: () => boolean): Promise<void> {
  if (!isOpen(held.row.state)) return leaveClosed(room, held, mayCall);
  if (held.row.state === 'starting') return closeNotStarted(room, held, null, 'The account was disconnected.');
  if (mayCall()) await observe(room, held);
  if (held.row.state !== 'needs-a-decision') await leaveUndecided(room, held);
  if (mayCall()) await withdrawAll(room, held, LEAVING);
  // What was saved while colleagues were being told.
  if (mayCall()) await observe(room, held);
}

/** The copy stays where it is: nobody has decided yet what becomes of it. */
export async function leaveUndecided(room: EditingRoom, held: HeldSession): Promise<void> {
  const starter = await room.accounts.person(room.db, held.row.starter_id);
  const name = starter?.name ?? 'the editor';
  await needDecision(
    room,
    held,
    `The Microsoft account of ${name} was disconnected while it was being edited. ${whatStays(held.row)}`,
  );
}

function whatStays(row: SessionRow): string {
  const where = `The copy stays in OneDrive, in the folder ${folderOf(row)}.`;
  return row.not_live_since ? `What was saved last could not be fetched. ${where}` : where;
}

/** A closed session's copy: what was saved late is kept, then the copy goes, or is said to stay. */
async function leaveClosed(room: EditingRoom, held: HeldSession, mayCall: () => boolean): Promise<void> {
  const cleanUp = await findCleanUp(room.db, held.row.id);
  if (!cleanUp || cleanUp.state === 'done' || cleanUp.state === 'left-behind') return;
  if (held.row.item_id && mayCall()) await withdrawAll(room, held, LEAVING);
  if (await collectAndDelete(room, held, mayCall)) {
    if (mayCall()) await removeFolder(room, held);
    return finish(room, held, 'done', 'was deleted when the account was disconnected.');
  }
  await finish(
    room,
    held,
    'left-behind',
    'The account was disconnected before the copy could be deleted. It is taken up again if the account is connected once more.',
  );
}

async function collectAndDelete(room: EditingRoom, held: HeldSession, mayCall: () => boolean): Promise<boolean> {
  for (let attempt = 0; attempt < DELETE_TRIES && mayCall(); attempt++) {
    try {
      const verdict = await collectAndDeleteOnce(room, held);
      if (verdict !== 'changed') return verdict === 'deleted';
    } catch (error) {
      if (error instanceof LeaseLost) throw error;
      room.log.warn({ err: error, session: held.row.id }, 'a copy could not be deleted before the connection ended');
      return false;
    }
  }
  return false;
}

async function collectAndDeleteOnce(room: EditingRoom, held: HeldSession): Promise<'deleted' | 'changed' | 'stays'> {
  if (!held.row.item_id) return 'stays';
  const look = await lookAtCopy(room, held.row);
  if (look.kind === 'gone') return (await lookForDrive(room, held.row)) === 'there' ? 'deleted' : 'stays';
  if (look.kind !== 'seen') return 'stays';
  if (look.tag !== held.row.collected_tag) {
    const fetched = await fetchWithinLimit(room, held, look.item);
    if (!fetched) return 'stays';
    try {
      await keepLateSave(room, held, look.item, fetched);
    } finally {
      await fetched.file.discard();
    }
  }
  const { driveId, itemId } = look.item;
  try {
    await deleteItem(graphOf(room, held.row.integration_id), { driveId, itemId }, { ifMatch: eTagOf(look.tag) });
    return 'deleted';
  } catch (error) {
    if (error instanceof GraphError && error.kind === 'changed') return 'changed';
    throw error;
  }
}
