import { type DriveItem, deleteItem, GraphError } from '@megdocs/microsoft365';
import { recordAudit } from '../platform/audit.ts';
import { secondsFromNow, sqlNow } from '../platform/database.ts';
import { eTagOf, explainLook, type Look, lookAtCopy } from './copy.ts';
import type { HeldSession } from './hold.ts';
import { keepLateSave } from './late-save.ts';
import { fetchWithinLimit } from './observe.ts';
import { type CleanUpRow, changeCleanUp, findCleanUp } from './records-store.ts';
import type { EditingRoom } from './room.ts';
import { LEFT_BEHIND_AFTER_SECONDS, OBSERVED_GAP_SECONDS, retrySeconds, WATCH_LOOK_SECONDS } from './timing.ts';

/**
 * One step of a clean-up: the copy is watched until nobody has saved for long enough, then deleted. Nothing that
 * fails here undoes the version.
 */
export async function tendCleanUp(room: EditingRoom, held: HeldSession): Promise<void> {
  const cleanUp = await findCleanUp(room.db, held.row.id);
  if (!cleanUp || cleanUp.state === 'done' || cleanUp.state === 'left-behind') return;
  const look = await lookAtCopy(room, held.row);
  if (look.kind === 'gone') return finish(room, held, 'done', 'The copy was deleted already.');
  if (look.kind !== 'seen') return tryLater(room, held, cleanUp, look);
  if (look.tag !== held.row.collected_tag) return collectAgain(room, held, cleanUp, look.item);
  const quiet = cleanUp.quiet_seconds + observedSeconds(room, cleanUp);
  if (quiet < room.config.lateSaveWatchMinutes * 60)
    return changeCleanUp(room.db, held.row.id, {
      state: 'watching',
      quiet_seconds: quiet,
      looked_at: sqlNow,
      next_look_at: secondsFromNow(nextWatchSeconds(room, quiet)),
      problem: null,
      failures: 0,
    });
  await deleteCopy(room, held, cleanUp, quiet);
}

/** Time counts only while the copy was really observed: of a gap in which no server ran, a part. */
function observedSeconds(room: EditingRoom, cleanUp: CleanUpRow): number {
  if (!cleanUp.looked_at) return 0;
  const gap = (room.clock.now().getTime() - cleanUp.looked_at.getTime()) / 1000;
  return Math.min(Math.max(gap, 0), OBSERVED_GAP_SECONDS);
}

function nextWatchSeconds(room: EditingRoom, quiet: number): number {
  return Math.max(1, Math.min(WATCH_LOOK_SECONDS, room.config.lateSaveWatchMinutes * 60 - quiet));
}

/** Somebody saved, or only opened it: the content tells. */
async function collectAgain(room: EditingRoom, held: HeldSession, cleanUp: CleanUpRow, item: DriveItem): Promise<void> {
  let saved: boolean;
  try {
    const fetched = await fetchWithinLimit(room, held, item);
    if (!fetched)
      return changeCleanUp(room.db, held.row.id, {
        state: 'watching',
        problem: held.row.problem,
        next_look_at: secondsFromNow(retrySeconds(cleanUp.failures + 4)),
        failures: cleanUp.failures + 1,
      });
    try {
      saved = await keepLateSave(room, held, item, fetched);
    } finally {
      await fetched.file.discard();
    }
  } catch (error) {
    const why = explainLook(error);
    return why.kind === 'gone'
      ? finish(room, held, 'done', 'The copy was deleted already.')
      : tryLater(room, held, cleanUp, why);
  }
  await changeCleanUp(room.db, held.row.id, {
    state: 'watching',
    quiet_seconds: saved ? 0 : cleanUp.quiet_seconds + observedSeconds(room, cleanUp),
    looked_at: sqlNow,
    next_look_at: secondsFromNow(saved ? WATCH_LOOK_SECONDS : 1),
    problem: null,
  });
}

async function deleteCopy(room: EditingRoom, held: HeldSession, cleanUp: CleanUpRow, quiet: number): Promise<void> {
  const { drive_id: driveId, item_id: itemId, collected_tag: tag } = held.row;
  if (!driveId || !itemId || !tag) throw new Error(`The edit session ${held.row.id} has no copy to delete`);
  await changeCleanUp(room.db, held.row.id, { state: 'deleting', quiet_seconds: quiet, looked_at: sqlNow });
  try {
    const graph = room.accounts.graphFor(held.row.integration_id);
    // Whoever saves between our look and this call changes the tag: then Microsoft refuses, and we collect again.
    await deleteItem(graph, { driveId, itemId }, { ifMatch: eTagOf(tag) });
  } catch (error) {
    return explainRefusal(room, held, cleanUp, error);
  }
  await finish(room, held, 'done', 'The copy in OneDrive was deleted.');
}

async function explainRefusal(
  room: EditingRoom,
  held: HeldSession,
  cleanUp: CleanUpRow,
  error: unknown,
): Promise<void> {
  if (error instanceof GraphError && error.kind === 'changed')
    return changeCleanUp(room.db, held.row.id, { state: 'watching', next_look_at: sqlNow });
  if (error instanceof GraphError && (error.kind === 'retention' || error.kind === 'forbidden'))
    return finish(
      room,
      held,
      'left-behind',
      'Your organisation keeps files from being deleted, so the copy stays in OneDrive.',
    );
  if (error instanceof GraphError && error.kind === 'locked')
    return again(room, held, cleanUp, 'The copy is still open in Word. Please close the Word tab.', undefined);
  const why = explainLook(error);
  if (why.kind === 'gone') return finish(room, held, 'done', 'The copy was deleted already.');
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
  const age = (room.clock.now().getTime() - cleanUp.started_at.getTime()) / 1000;
  if (age > LEFT_BEHIND_AFTER_SECONDS)
    return finish(room, held, 'left-behind', `It could not be deleted for seven days. ${problem}`);
  await changeCleanUp(room.db, held.row.id, {
    failures: cleanUp.failures + 1,
    problem,
    next_look_at: secondsFromNow(Math.max(retryAfterSeconds ?? 0, retrySeconds(cleanUp.failures))),
  });
}

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
    await changeCleanUp(tx, row.id, { state, problem: why, finished_at: sqlNow });
    await recordAudit(tx, {
      institutionId: row.institution_id,
      personId: null,
      kind: state === 'done' ? 'copy_deleted' : 'copy_left_behind',
      documentId: row.document_id,
      editSessionId: row.id,
      detail: { why, file: row.file_name, folder: `MEGDocs/${row.folder_key}` },
    });
  });
}
