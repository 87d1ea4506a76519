import { type DriveChanges, type RateLimit, readDriveChanges } from '@megdocs/microsoft365';
import { inTransaction } from '../../platform/database.ts';
import { explainLook } from '../copy.ts';
import { graphOf } from '../graph-of.ts';
import type { EditingRoom } from '../room.ts';
import {
  DRIVE_QUIET_SECONDS,
  LOOK_WHILE_BUSY_SECONDS,
  lookAgainAfter,
  retrySeconds,
  SAFETY_READ_SECONDS,
} from '../timing.ts';
import {
  claimDrives,
  type DriveLook,
  type DriveRow,
  findUnread,
  forgetDrives,
  noteDrives,
  recordDriveLook,
  tellSession,
  tellSessions,
} from './drive-store.ts';

const AT_ONCE = 8;
const ONE_ROUND = 400;

/** What one round cost, for the log and for measurements. */
interface ObservationRound {
  drives: number;
  /** Calls to Microsoft for lists of changes; the reads of the items that changed come after. */
  calls: number;
  /** How many sessions are to read their item. */
  told: number;
}

/**
 * Asks each drive whose time has come what changed in it: one call, however many sessions are open there. That an item
 * changed is only a reason to read it; what is due for its own read stays due whatever is told here.
 */
export async function observeDrives(room: EditingRoom): Promise<ObservationRound> {
  await noteDrives(room.db);
  await forgetDrives(room.db);
  const claimed = await claimDrives(room.db, room.random.uuid(), ONE_ROUND);
  const round = { drives: claimed.length, calls: 0, told: 0 };
  const waiting = [...claimed];
  const look = async () => {
    for (let drive = waiting.shift(); drive; drive = waiting.shift()) {
      const { calls, told } = await lookSafely(room, drive);
      round.calls += calls;
      round.told += told;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, look));
  if (round.drives > 0) room.log.info(round, 'asked drives what changed');
  return round;
}

type DriveRound = Pick<ObservationRound, 'calls' | 'told'>;

/** One drive's bad day holds up no other. */
async function lookSafely(room: EditingRoom, drive: DriveRow): Promise<DriveRound> {
  try {
    return await lookAtDrive(room, drive);
  } catch (error) {
    room.log.warn({ err: error, integration: drive.integration_id }, 'a drive was not observed; it comes round again');
    return { calls: 0, told: 0 };
  }
}

async function lookAtDrive(room: EditingRoom, drive: DriveRow): Promise<DriveRound> {
  const unread = await findUnread(room.db, drive, SAFETY_READ_SECONDS);
  if (unread && isQuiet(drive) && !drive.was_safety) return readOneInstead(room, drive, unread);
  let changes: DriveChanges;
  try {
    changes = await readDriveChanges(graphOf(room, drive.integration_id), drive.drive_id, drive.cursor ?? undefined);
  } catch (error) {
    return notTold(room, drive, error);
  }
  return inTransaction(room.db, async (tx) => {
    let told = await tellSessions(tx, drive, changes.any ? 'all' : changes.itemIds);
    const changed = told > 0 && drive.cursor !== null;
    if (unread && !isQuiet(drive)) told += await tellSession(tx, unread);
    const ours = await recordDriveLook(tx, drive, {
      cursor: changes.cursor,
      nextLookSeconds: nextSeconds(drive, changed, changes),
      changed,
      wasSafety: false,
      failures: 0,
    });
    // Whoever took the drive over meanwhile hears the same changes.
    if (!ours) throw new Error('the lease of this drive ran out during its look');
    return { calls: changes.calls, told };
  });
}

/**
 * Delta can be late, or lie: each item is read by itself now and then, in a quiet drive in place of every other call, so
 * that a quiet drive costs one call a minute all the same.
 */
async function readOneInstead(room: EditingRoom, drive: DriveRow, sessionId: string): Promise<DriveRound> {
  const look = { cursor: drive.cursor, nextLookSeconds: DRIVE_QUIET_SECONDS, changed: false, failures: 0 };
  await inTransaction(room.db, async (tx) => {
    await tellSession(tx, sessionId);
    await recordDriveLook(tx, drive, { ...look, wasSafety: true });
  });
  return { calls: 0, told: 1 };
}

/** No list of changes to be had: until there is one, each item is looked at by itself, with its own back-off. */
async function notTold(room: EditingRoom, drive: DriveRow, error: unknown): Promise<DriveRound> {
  const why = explainLook(error);
  const failures = drive.failures + 1;
  const asked = why.kind === 'unreachable' ? (why.retryAfterSeconds ?? 0) : 0;
  const look: DriveLook = {
    cursor: drive.cursor,
    nextLookSeconds: Math.max(asked, retrySeconds(failures), why.kind === 'unreachable' ? 0 : DRIVE_QUIET_SECONDS),
    changed: false,
    wasSafety: false,
    failures,
  };
  const told = await inTransaction(room.db, async (tx) => {
    await recordDriveLook(tx, drive, look);
    return drive.failures === 0 ? tellSessions(tx, drive, 'all') : 0;
  });
  return { calls: 1, told };
}

function isQuiet(drive: DriveRow): boolean {
  return lookAgainAfter(drive.quiet_seconds) >= DRIVE_QUIET_SECONDS;
}

/** Soon after a change, slowly when nothing happens, and slowly for whoever has little left of their allowance. */
function nextSeconds(drive: DriveRow, changed: boolean, changes: DriveChanges): number {
  if (changes.isMore) return 0;
  const usual = changed ? LOOK_WHILE_BUSY_SECONDS : lookAgainAfter(drive.quiet_seconds);
  return Math.max(usual, secondsToSpare(changes.rateLimit));
}

const SHORT_SHARE = 0.2;
const NEARLY_GONE_SHARE = 0.05;
const LONGEST_PAUSE_SECONDS = 300;

/** What is left is for people who wait: opening, checking in, a dialog. */
function secondsToSpare(limit: RateLimit | undefined): number {
  if (!limit) return 0;
  const left = limit.remaining / limit.limit;
  if (left <= NEARLY_GONE_SHARE)
    return Math.min(Math.max(limit.resetSeconds, DRIVE_QUIET_SECONDS), LONGEST_PAUSE_SECONDS);
  return left <= SHORT_SHARE ? DRIVE_QUIET_SECONDS : 0;
}
