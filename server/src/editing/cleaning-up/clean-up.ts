import {
  type DriveItem,
  deleteItem,
  findByPath,
  GraphError,
  safeFileName,
  WORKING_COPIES_FOLDER,
} from '@megdocs/microsoft365';
import { secondsFromNow, sqlNow } from '../../platform/database.ts';
import { eTagOf, explainLook, type Look, lookAtCopy, lookForDrive } from '../copy.ts';
import { graphOf } from '../graph-of.ts';
import type { HeldSession } from '../hold.ts';
import { fetchWithinLimit } from '../observing/observe.ts';
import type { EditingRoom } from '../room.ts';
import { isCopyHeld } from '../store.ts';
import { LEFT_BEHIND_AFTER_SECONDS, OBSERVED_GAP_SECONDS, retrySeconds, WATCH_LOOK_SECONDS } from '../timing.ts';
import { type CleanUpRow, changeCleanUp, findCleanUp } from './clean-up-store.ts';
import { finish } from './finish-clean-up.ts';
import { keepLateSave } from './late-save.ts';

/**
 * One step of a clean-up: the copy is watched until nobody has saved for long enough, then deleted. Nothing that
 * fails here undoes the version.
 */
export async function tendCleanUp(room: EditingRoom, held: HeldSession): Promise<void> {
  const cleanUp = await findCleanUp(room.db, held.row.id);
  if (!cleanUp || cleanUp.state === 'done' || cleanUp.state === 'left-behind') return;
  if (!held.row.item_id) return findCopy(room, held, cleanUp);
  const look = await lookAtCopy(room, held.row);
  if (look.kind === 'gone') return finishGone(room, held, cleanUp);
  if (look.kind !== 'seen') return tryLater(room, held, cleanUp, look);
  if (look.tag !== held.row.collected_tag) return collectAgain(room, held, cleanUp, look.item);
  const quiet = cleanUp.quiet_seconds + observedSeconds(held, cleanUp);
  if (quiet < room.config.lateSaveWatchMinutes * 60)
    return changeCleanUp(room.db, held.row, {
      state: 'watching',
      quiet_seconds: quiet,
      looked_at: sqlNow,
      next_look_at: secondsFromNow(nextWatchSeconds(room, quiet)),
      problem: null,
      failures: 0,
    });
  await deleteCopy(room, held, cleanUp, quiet);
}

/** A session that was given up on its way: its copy may have arrived all the same. Our folder keys are nobody else's. */
async function findCopy(room: EditingRoom, held: HeldSession, cleanUp: CleanUpRow): Promise<void> {
  const { id, folder_key, file_name, integration_id } = held.row;
  try {
    const path = [WORKING_COPIES_FOLDER, folder_key, safeFileName(file_name)];
    const item = await findByPath(graphOf(room, integration_id), path);
    if (!item || (await isCopyHeld(room.db, item.driveId, item.itemId, id)))
      return finish(room, held, 'done', 'No copy had reached OneDrive.');
    await held.change(room.db, { drive_id: item.driveId, item_id: item.itemId });
    await changeCleanUp(room.db, held.row, { state: 'watching', next_look_at: sqlNow });
  } catch (error) {
    const why = explainLook(error);
    if (why.kind === 'gone') return finish(room, held, 'done', 'No copy had reached OneDrive.');
    await tryLater(room, held, cleanUp, why);
  }
}

/** Microsoft says that the copy is not there: it was deleted, or its whole OneDrive is out of reach. */
async function finishGone(room: EditingRoom, held: HeldSession, cleanUp: CleanUpRow): Promise<void> {
  const drive = await lookForDrive(room, held.row);
  if (drive === 'there') return finish(room, held, 'done', 'was deleted already.');
  if (drive.kind !== 'gone') return tryLater(room, held, cleanUp, drive);
  await finish(
    room,
    held,
    'left-behind',
    'The OneDrive that holds the copy is gone, or MEGDocs can no longer reach it.',
  );
}

/** Time counts only while the copy was really observed: of a gap in which no server ran, a part. */
function observedSeconds(held: HeldSession, cleanUp: CleanUpRow): number {
  if (!cleanUp.looked_at) return 0;
  return Math.min(Math.max(held.secondsSince(cleanUp.looked_at), 0), OBSERVED_GAP_SECONDS);
}

function nextWatchSeconds(room: EditingRoom, quiet: number): number {
  return Math.max(1, Math.min(WATCH_LOOK_SECONDS, room.config.lateSaveWatchMinutes * 60 - quiet));
}

/** Somebody saved, or only opened it: the content tells. */
async function collectAgain(room: EditingRoom, held: HeldSession, cleanUp: CleanUpRow, item: DriveItem): Promise<void> {
  let saved: boolean;
  try {
    const fetched = await fetchWithinLimit(room, held, item);
    if (!fetched) return again(room, held, cleanUp, held.row.problem ?? "The copy can't be fetched.", undefined);
    try {
      saved = await keepLateSave(room, held, item, fetched);
    } finally {
      await fetched.file.discard();
    }
  } catch (error) {
    const why = explainLook(error);
    return why.kind === 'gone' ? finishGone(room, held, cleanUp) : tryLater(room, held, cleanUp, why);
  }
  await changeCleanUp(room.db, held.row, {
    state: 'watching',
    quiet_seconds: saved ? 0 : cleanUp.quiet_seconds + observedSeconds(held, cleanUp),
    looked_at: sqlNow,
    next_look_at: secondsFromNow(saved ? WATCH_LOOK_SECONDS : 1),
    problem: null,
    failures: 0,
  });
}

async function deleteCopy(room: EditingRoom, held: HeldSession, cleanUp: CleanUpRow, quiet: number): Promise<void> {
  const { drive_id: driveId, item_id: itemId, collected_tag: tag } = held.row;
  if (!driveId || !itemId || !tag) throw new Error(`The edit session ${held.row.id} has no copy to delete`);
  await changeCleanUp(room.db, held.row, { state: 'deleting', quiet_seconds: quiet, looked_at: sqlNow });
  try {
    const graph = graphOf(room, held.row.integration_id);
    // Whoever saves between our look and this call changes the tag: then Microsoft refuses, and we collect again.
    await deleteItem(graph, { driveId, itemId }, { ifMatch: eTagOf(tag) });
  } catch (error) {
    return explainRefusal(room, held, cleanUp, error);
  }
  await finish(room, held, 'done', 'was deleted.');
}

async function explainRefusal(
  room: EditingRoom,
  held: HeldSession,
  cleanUp: CleanUpRow,
  error: unknown,
): Promise<void> {
  if (error instanceof GraphError && error.kind === 'changed') {
    // At once the first time; a Microsoft that says so again and again is asked ever more rarely.
    if (cleanUp.failures > 0) return again(room, held, cleanUp, 'Microsoft says that the copy changed.', undefined);
    return changeCleanUp(room.db, held.row, { state: 'watching', failures: 1, next_look_at: sqlNow });
  }
  if (error instanceof GraphError && error.kind === 'retention')
    return finish(
      room,
      held,
      'left-behind',
      'Your organisation keeps files from being deleted, so the copy stays in OneDrive.',
    );
  if (error instanceof GraphError && error.kind === 'forbidden')
    return finish(
      room,
      held,
      'left-behind',
      'Microsoft does not let MEGDocs delete the copy, so it stays in OneDrive.',
    );
  if (error instanceof GraphError && error.kind === 'locked')
    return again(room, held, cleanUp, 'The copy is still open in Word. Please close the Word tab.', undefined);
  const why = explainLook(error);
  if (why.kind === 'gone') return finishGone(room, held, cleanUp);
  return tryLater(room, held, cleanUp, why);
}

async function tryLater(
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

async function again(
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
