import {
  ConnectionUnavailable,
  type DriveItem,
  FolderKeyTaken,
  GraphError,
  isTrustedFileUrl,
  newFolderKey,
  openWorkingCopy,
} from '@megdocs/microsoft365';
import { recordAudit } from '../platform/audit.ts';
import { secondsFromNow, sqlNow } from '../platform/database.ts';
import { Failure } from '../platform/failures.ts';
import { eTagOf, explainLook, fingerprintOfBlob, tagOf } from './copy.ts';
import type { HeldSession } from './hold.ts';
import type { EditingRoom } from './room.ts';
import { isCopyHeld } from './store.ts';
import { LOOK_WHILE_BUSY_SECONDS, retrySeconds } from './timing.ts';
import { contentTypeOf } from './words.ts';

/**
 * Puts the source into the person's OneDrive and hands the session over to Word. May run again after any cut: a copy
 * that is there already, from a call whose answer was lost, is adopted.
 */
export async function placeCopy(room: EditingRoom, held: HeldSession, mode: 'person waits' | 'sweeper'): Promise<void> {
  const { row } = held;
  let item: DriveItem;
  try {
    item = await upload(room, held);
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal) {
      await giveUp(room, held, refusal.message);
      if (mode === 'person waits') throw refusal;
      return;
    }
    const why = explainLook(error);
    const words = why.kind === 'gone' ? 'The folder in OneDrive is gone.' : why.why;
    const failures = row.failures + 1;
    await held.change(room.db, { failures, problem: words, next_look_at: secondsFromNow(retrySeconds(failures)) });
    return;
  }
  await handOver(room, held, item);
}

/** Somebody else's file under our key is left alone: a new key, and one more try. */
async function upload(room: EditingRoom, held: HeldSession): Promise<DriveItem> {
  try {
    return await uploadOnce(room, held);
  } catch (error) {
    if (!(error instanceof FolderKeyTaken)) throw error;
    await held.change(room.db, { folder_key: newFolderKey((count) => room.random.bytes(count)) });
    return uploadOnce(room, held);
  }
}

async function uploadOnce(room: EditingRoom, held: HeldSession): Promise<DriveItem> {
  const { row } = held;
  const size = await room.blobs.sizeOf(row.source_sha256);
  return openWorkingCopy(room.accounts.graphFor(row.integration_id), {
    folderKey: row.folder_key,
    realName: row.file_name,
    content: { stream: () => room.blobs.open(row.source_sha256), size, contentType: contentTypeOf(row.file_name) },
    since: row.started_at,
    now: () => room.clock.now(),
    isHeldByOther: ({ driveId, itemId }) => isCopyHeld(room.db, driveId, itemId, row.id),
  });
}

async function handOver(room: EditingRoom, held: HeldSession, item: DriveItem): Promise<void> {
  const { row } = held;
  if (!isTrustedFileUrl(item.webUrl, room.accounts.endpoints)) {
    room.log.error(
      { session: row.id, host: URL.parse(item.webUrl)?.host },
      'Microsoft named an address that is not allowed',
    );
    const words =
      'Microsoft answered with an address that MEGDocs does not trust. Your administrator finds its host in the log; MICROSOFT_FILE_HOSTS lists the trusted ones.';
    await giveUp(room, held, words);
    throw new Failure(502, 'microsoft_refused', words);
  }
  const fingerprint = await fingerprintOfBlob(room, row.source_sha256);
  const tag = tagOf(item);
  await held.inTransaction(room.db, async (tx) => {
    await held.change(tx, {
      state: 'active',
      drive_id: item.driveId,
      item_id: item.itemId,
      web_url: item.webUrl,
      base_fingerprint: fingerprint,
      collected_fingerprint: fingerprint,
      handed_over_tag: tag,
      collected_tag: tag,
      last_seen_tag: tag,
      last_seen_since: item.readAt,
      last_seen_at: sqlNow,
      opened_at: sqlNow,
      problem: null,
      failures: 0,
      next_look_at: secondsFromNow(LOOK_WHILE_BUSY_SECONDS),
    });
    await recordAudit(tx, {
      institutionId: row.institution_id,
      personId: row.starter_id,
      kind: 'editing_opened',
      documentId: row.document_id,
      editSessionId: row.id,
      detail: { eTag: eTagOf(tag) },
    });
  });
}

async function giveUp(room: EditingRoom, held: HeldSession, why: string): Promise<void> {
  await held.inTransaction(room.db, async (tx) => {
    const { row } = held;
    await held.change(tx, { state: 'not-started', problem: why, ended_at: sqlNow, next_look_at: null });
    await recordAudit(tx, {
      institutionId: row.institution_id,
      personId: row.starter_id,
      kind: 'editing_not_started',
      documentId: row.document_id,
      editSessionId: row.id,
      detail: { why },
    });
  });
}

/** What Microsoft refused for good: no copy was made, and trying again by ourselves would change nothing. */
function refusalOf(error: unknown): Failure | undefined {
  if (error instanceof ConnectionUnavailable && error.reason !== 'microsoft_unreachable')
    return new Failure(409, 'reconnect_needed', 'Microsoft asks you to connect your account again.', {
      remedy: 'Reconnect under Account settings, Microsoft; then edit. Nothing was lost.',
      cause: error,
    });
  if (!(error instanceof GraphError) || error.mayHaveHappened) return undefined;
  switch (error.kind) {
    case 'full':
      return new Failure(409, 'drive_full', 'Your OneDrive is full.', {
        remedy: 'Make room in OneDrive or ask your administrator for more, then edit.',
        cause: error,
      });
    case 'not-found':
      return new Failure(409, 'drive_missing', 'Your Microsoft account has no OneDrive yet.', {
        remedy:
          'Open OneDrive once in the browser. If it is not offered, your administrator has to give you a licence for it.',
        cause: error,
      });
    case 'forbidden':
    case 'unauthorized':
    case 'invalid':
    case 'too-large':
    case 'conflict':
      return new Failure(
        409,
        'microsoft_refused',
        'Microsoft does not let MEGDocs put the document into your OneDrive.',
        {
          remedy: 'Ask your administrator whether your organisation allows apps to write to OneDrive.',
          cause: error,
        },
      );
    default:
      return undefined;
  }
}
