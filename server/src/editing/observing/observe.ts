import type { DriveItem } from '@megdocs/microsoft365';
import { recordAudit } from '../../platform/audit.ts';
import { secondsFromNow, sqlNow, type Tx } from '../../platform/database.ts';
import type { NamedEditor } from '../../platform/schema.ts';
import {
  explainLook,
  type FetchedCopy,
  FileTooLarge,
  fetchCopy,
  type Look,
  lookAtCopy,
  nameEditor,
  tagOf,
} from '../copy.ts';
import type { HeldSession } from '../hold.ts';
import type { EditingRoom } from '../room.ts';
import { LAST_RESORT_SECONDS, MISSING_CONFIRMED_SECONDS, nextLookSeconds, retrySeconds } from '../timing.ts';
import { addCheckpoint, addObservation } from './checkpoint-store.ts';
import { isToldOf, markSeen, timesTold } from './drive-store.ts';
import { editorsSoFar, uniqueEditors } from './editors.ts';

/** Looks at the copy of an open session, and keeps a checkpoint of what is new in it. */
export async function observe(room: EditingRoom, held: HeldSession): Promise<Look> {
  // Before the read: what is told while it runs is a reason for another one.
  const told = await timesTold(room.db, held.row.id);
  const look = await lookAtCopy(room, held.row);
  if (look.kind !== 'seen') {
    await recordBlindness(room, held, look);
    await markSeen(room.db, held.row.id, told);
    return look;
  }
  await recordLook(room, held, look.item);
  const blind = await keepCheckpoint(room, held, look.item);
  if (!blind) await rest(room, held, look.tag);
  await markSeen(room.db, held.row.id, told);
  return blind ?? look;
}

/** All that Microsoft shows is kept: where delta tells of changes, the next look waits for one. */
async function rest(room: EditingRoom, held: HeldSession, tag: string): Promise<void> {
  const { state, collected_tag, integration_id, drive_id } = held.row;
  if (state === 'checking-in' || collected_tag !== tag || !drive_id) return;
  if (await isToldOf(room.db, integration_id, drive_id))
    await held.change(room.db, { next_look_at: secondsFromNow(LAST_RESORT_SECONDS) });
}

/** Writes down what Microsoft shows: which tag, and since when by Microsoft's own clock. */
export async function recordLook(room: EditingRoom, held: HeldSession, item: DriveItem): Promise<void> {
  const tag = tagOf(item);
  await held.change(room.db, {
    last_seen_at: sqlNow,
    // An ordered check-in has its own time: a dialog that asks meanwhile does not put it off.
    ...(held.row.state === 'checking-in'
      ? {}
      : { next_look_at: secondsFromNow(nextLookSeconds(item.lastModifiedAt, item.readAt)) }),
    not_live_since: null,
    missing_since: null,
    problem: null,
    failures: 0,
    ...(tag === held.row.last_seen_tag ? {} : { last_seen_tag: tag, last_seen_since: item.readAt }),
  });
}

/** Nothing is lost while we can't look; everyone in the session is told since when and what mends it. */
export async function recordBlindness(room: EditingRoom, held: HeldSession, look: Blind): Promise<void> {
  const failures = held.row.failures + 1;
  const gone = look.kind === 'gone';
  await held.change(room.db, {
    failures,
    next_look_at: secondsFromNow(nextTrySeconds(look, failures)),
    not_live_since: held.row.not_live_since ?? sqlNow,
    missing_since: gone ? (held.row.missing_since ?? sqlNow) : null,
    problem: gone ? 'Microsoft does not find the copy in OneDrive. MEGDocs looks again.' : look.why,
  });
}

function nextTrySeconds(look: Blind, failures: number): number {
  switch (look.kind) {
    case 'gone':
      return Math.max(MISSING_CONFIRMED_SECONDS, retrySeconds(failures));
    case 'unreachable':
      return Math.max(look.retryAfterSeconds ?? 0, retrySeconds(failures));
    default:
      return NO_CONNECTION_SECONDS;
  }
}

/** Only a person mends it, and then nobody waits for the next look. */
const NO_CONNECTION_SECONDS = 60;

export type Blind = Exclude<Look, { kind: 'seen' }>;

/**
 * Fetches the copy if its tag is new, and keeps its content if people changed something since the content that was
 * kept last. Answers, and writes down, what kept it from being fetched.
 */
export async function keepCheckpoint(
  room: EditingRoom,
  held: HeldSession,
  item: DriveItem,
): Promise<Blind | undefined> {
  if (tagOf(item) === held.row.collected_tag) return undefined;
  const fetched = await fetchOrExplain(room, held, item);
  if (!fetched || 'kind' in fetched) return fetched;
  try {
    await keepIfNew(room, held, item, fetched);
  } finally {
    await fetched.file.discard();
  }
  return undefined;
}

async function fetchOrExplain(
  room: EditingRoom,
  held: HeldSession,
  item: DriveItem,
): Promise<FetchedCopy | Blind | undefined> {
  try {
    return await fetchWithinLimit(room, held, item);
  } catch (error) {
    const blind = explainLook(error);
    await recordBlindness(room, held, blind);
    return blind;
  }
}

/** Undefined, and the session says so, when the copy grew beyond what MEGDocs takes. */
export async function fetchWithinLimit(
  room: EditingRoom,
  held: HeldSession,
  item: DriveItem,
): Promise<FetchedCopy | undefined> {
  try {
    return await fetchCopy(room, held.row, item);
  } catch (error) {
    if (!(error instanceof FileTooLarge)) throw error;
    const megabytes = Math.floor(error.maxBytes / 1024 / 1024);
    await held.change(room.db, {
      problem: `The copy in OneDrive is larger than ${megabytes} MB, so MEGDocs can't take it. Make it smaller in Word.`,
    });
    return undefined;
  }
}

/** Afterwards the tag that was read before the download counts as collected. */
async function keepIfNew(room: EditingRoom, held: HeldSession, item: DriveItem, fetched: FetchedCopy): Promise<void> {
  if (fetched.fingerprint === held.row.collected_fingerprint) return keepTags(room, held, item, fetched);
  await storeCheckpoint(room, held, item, fetched);
}

/** Equal content makes no checkpoint, only new tags. Whoever saved it counts as an editor once anybody changed anything. */
export async function keepTags(
  room: EditingRoom,
  held: HeldSession,
  item: DriveItem,
  fetched: FetchedCopy,
): Promise<void> {
  const savedBy = await nameEditor(room, held.row, item);
  await held.inTransaction(room.db, async (tx) => {
    if (held.row.collected_fingerprint !== held.row.base_fingerprint)
      await observeSave(room, tx, held, item, fetched.tag, savedBy);
    await held.change(tx, { collected_tag: fetched.tag });
  });
}

async function observeSave(
  room: EditingRoom,
  tx: Tx,
  held: HeldSession,
  item: DriveItem,
  tag: string,
  savedBy: NamedEditor | null,
): Promise<void> {
  const { id: sessionId, institution_id: institutionId } = held.row;
  const savedAt = item.lastModifiedAt;
  await addObservation(tx, { id: room.random.uuid(), institutionId, sessionId, tag, savedAt, savedBy });
}

/** Blob first, outside any transaction; then the rows that refer to it, and what `andThen` adds, together or not at all. */
export async function storeCheckpoint(
  room: EditingRoom,
  held: HeldSession,
  item: DriveItem,
  fetched: FetchedCopy,
  andThen?: (tx: Tx, savedBy: NamedEditor | null) => Promise<void>,
): Promise<void> {
  await room.blobs.keep(fetched.file);
  const savedBy = await nameEditor(room, held.row, item);
  const editors = uniqueEditors([...(await editorsSoFar(room, held.row.id)), ...(savedBy ? [savedBy] : [])]);
  await held.inTransaction(room.db, async (tx) => {
    const { row } = held;
    await observeSave(room, tx, held, item, fetched.tag, savedBy);
    await addCheckpoint(tx, {
      id: room.random.uuid(),
      institution_id: row.institution_id,
      session_id: row.id,
      sha256: fetched.file.sha256,
      size: fetched.file.size,
      fingerprint: fetched.fingerprint,
      tag: fetched.tag,
      editors: JSON.stringify(editors),
    });
    await recordAudit(tx, {
      institutionId: row.institution_id,
      personId: null,
      kind: 'checkpoint_made',
      documentId: row.document_id,
      editSessionId: row.id,
      detail: { sha256: fetched.file.sha256, size: fetched.file.size },
    });
    await held.change(tx, {
      collected_tag: fetched.tag,
      collected_fingerprint: fetched.fingerprint,
      last_saved_at: item.lastModifiedAt,
      last_saved_by: savedBy?.name ?? null,
    });
    await andThen?.(tx, savedBy);
  });
}
