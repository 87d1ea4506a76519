import { type DriveItem, GraphError } from '@megdocs/microsoft365';
import { secondsFromNow, sqlNow } from '../../platform/database.ts';
import { explainLook, lookAtCopy, lookForDrive } from '../copy.ts';
import type { HeldSession } from '../hold.ts';
import { fetchWithinLimit } from '../observing/observe.ts';
import type { EditingRoom } from '../room.ts';
import {
  LEFT_BEHIND_AFTER_SECONDS,
  MISSING_CONFIRMED_SECONDS,
  OBSERVED_GAP_SECONDS,
  WATCH_LOOK_SECONDS,
} from '../timing.ts';
import { isLive, participantsOf } from '../together/participant-store.ts';
import { withdrawAll } from '../together/withdraw.ts';
import { type CleanUpRow, changeCleanUp, findCleanUp } from './clean-up-store.ts';
import { deleteCollected } from './delete-copy.ts';
import { findCopy } from './find-copy.ts';
import { finish } from './finish-clean-up.ts';
import { keepLateSave } from './late-save.ts';
import { again, tryLater } from './put-off.ts';
import { removeFolder } from './remove-folder.ts';
import { stepsOf } from './step-store.ts';

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
  if (held.row.missing_since) await held.change(room.db, { missing_since: null });
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
  await deleteCopy(room, held, cleanUp, look.item, quiet);
}

/** Microsoft says that the copy is not there: it was deleted, or its whole OneDrive is out of reach. */
async function finishGone(room: EditingRoom, held: HeldSession, cleanUp: CleanUpRow): Promise<void> {
  const drive = await lookForDrive(room, held.row);
  if (drive === 'there') {
    const deleted = (await stepsOf(room.db, held.row.id)).find(({ step }) => step === 'copy-deleted');
    if (!deleted && !(await isSurelyGone(room, held)))
      return changeCleanUp(room.db, held.row, { next_look_at: secondsFromNow(MISSING_CONFIRMED_SECONDS) });
    return finishDeleted(room, held, cleanUp, deleted?.detail ?? goneWords(held, cleanUp));
  }
  if (drive.kind !== 'gone') return tryLater(room, held, cleanUp, drive);
  await finish(
    room,
    held,
    'left-behind',
    'The OneDrive that holds the copy is gone, or MEGDocs can no longer reach it.',
  );
}

/** One 404 may come from a server of Microsoft that has not heard of a change yet: said again later, it is believed. */
async function isSurelyGone(room: EditingRoom, held: HeldSession): Promise<boolean> {
  const { missing_since: since } = held.row;
  if (since) return held.secondsSince(since) >= MISSING_CONFIRMED_SECONDS;
  await held.change(room.db, { missing_since: sqlNow });
  return false;
}

/** Nobody of ours deleted it, unless the answer to our own call was lost. */
function goneWords(held: HeldSession, cleanUp: CleanUpRow): string {
  if (cleanUp.state === 'deleting') return 'was deleted.';
  const kept = held.row.collected_fingerprint !== held.row.base_fingerprint;
  return `was deleted in OneDrive by somebody else.${kept ? ' What MEGDocs had fetched last is kept.' : ''} The recycle bin of OneDrive may still hold it; if it is put back there, it is no longer watched.`;
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

async function deleteCopy(
  room: EditingRoom,
  held: HeldSession,
  cleanUp: CleanUpRow,
  item: DriveItem,
  quiet: number,
): Promise<void> {
  // Nobody may change a copy that is about to go; taking a right away changes its tags, and is looked at first.
  const people = await participantsOf(room.db, held.row.id);
  if (people.some(isLive)) {
    await withdrawAll(room, held, 'The copy is being deleted.');
    return changeCleanUp(room.db, held.row, {
      quiet_seconds: quiet,
      looked_at: sqlNow,
      next_look_at: secondsFromNow(WATCH_LOOK_SECONDS),
    });
  }
  await changeCleanUp(room.db, held.row, { state: 'deleting', quiet_seconds: quiet, looked_at: sqlNow });
  const deletion = await deleteCollected(room, held, item);
  if (deletion.kind === 'deleted') return finishDeleted(room, held, cleanUp, deletion.words);
  if (deletion.kind === 'failed') return explainRefusal(room, held, cleanUp, deletion.error);
  // At once the first time; a Microsoft that says so again and again is asked ever more rarely.
  if (cleanUp.failures > 0) return again(room, held, cleanUp, 'Microsoft says that the copy changed.', undefined);
  await changeCleanUp(room.db, held.row, { state: 'watching', failures: 1, next_look_at: sqlNow });
}

/** The copy is gone; then its folder, and what keeps us from that just now is tried again. */
async function finishDeleted(room: EditingRoom, held: HeldSession, cleanUp: CleanUpRow, words: string): Promise<void> {
  const unreachable = await removeFolder(room, held);
  if (!unreachable || held.secondsSince(cleanUp.started_at) > LEFT_BEHIND_AFTER_SECONDS)
    return finish(room, held, 'done', words);
  await again(
    room,
    held,
    cleanUp,
    `The copy is gone, its empty folder not yet. ${unreachable.why}`,
    unreachable.retryAfterSeconds,
  );
}

async function explainRefusal(
  room: EditingRoom,
  held: HeldSession,
  cleanUp: CleanUpRow,
  error: unknown,
): Promise<void> {
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
