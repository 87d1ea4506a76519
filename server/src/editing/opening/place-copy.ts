import {
  type DriveItem,
  FolderKeyTaken,
  type Graph,
  isTrustedFileUrl,
  newFolderKey,
  openWorkingCopy,
  SIMPLE_UPLOAD_LIMIT_BYTES,
} from '@megdocs/microsoft365';
import { recordAudit } from '../../platform/audit.ts';
import { secondsFromNow, sqlNow } from '../../platform/database.ts';
import { Failure } from '../../platform/failures.ts';
import { addCleanUp } from '../cleaning-up/clean-up-store.ts';
import { eTagOf, explainLook, fingerprintOfBlob, tagOf } from '../copy.ts';
import { graphOf } from '../graph-of.ts';
import type { HeldSession } from '../hold.ts';
import { refusalOf } from '../refusal-of.ts';
import type { EditingRoom } from '../room.ts';
import { isCopyHeld, type SessionRow } from '../store.ts';
import { findTakeOver } from '../taking-over/take-over-store.ts';
import { LOOK_WHILE_BUSY_SECONDS, retrySeconds } from '../timing.ts';
import { letPreparedGo } from '../word/preparation-store.ts';
import { mayGoInParts, prepareSource } from '../word/prepare-source.ts';
import { contentTypeOf } from '../words.ts';
import { letUploadGo } from './let-upload-go.ts';
import { findUpload, forgetUpload, keepUpload } from './upload-store.ts';

/**
 * Puts the source into the person's OneDrive and hands the session over to Word. May run again after any cut: a copy
 * that is there already, from a call whose answer was lost, is adopted.
 */
export async function placeCopy(room: EditingRoom, held: HeldSession, mode: 'person waits' | 'sweeper'): Promise<void> {
  const triedBefore = wasTried(held.row);
  // Counted before the call: whoever finds this session after a cut knows that a copy may lie there.
  await held.change(room.db, { failures: held.row.failures + 1 });
  const { graph, calls } = counting(graphOf(room, held.row.integration_id));
  let item: DriveItem;
  try {
    item = await upload(room, graph, held);
  } catch (error) {
    const refusal = refusalOf(error);
    if (!refusal) return tryLater(room, held, error);
    // It holds the work of somebody else: that waits here until it is mended, and nothing is lost.
    if (await findTakeOver(room.db, held.row.id)) return keepWaiting(room, held, refusal, mode);
    await giveUp(room, held, refusal.message, triedBefore || calls() > 1 ? 'a copy may lie there' : 'no copy');
    if (mode === 'person waits') throw refusal;
    return;
  }
  await handOver(room, held, item);
}

/** What is refused after the first call says nothing about the first: its answer may have been lost. */
function counting(graph: Graph): { graph: Graph; calls: () => number } {
  let calls = 0;
  const request: Graph['request'] = (...call) => {
    calls += 1;
    return graph.request(...call);
  };
  const sendPreAuthenticated: Graph['sendPreAuthenticated'] = (...call) => {
    calls += 1;
    return graph.sendPreAuthenticated(...call);
  };
  return { graph: { ...graph, request, sendPreAuthenticated }, calls: () => calls };
}

/** An earlier try may have reached OneDrive, whatever became of its answer. */
export function wasTried(row: SessionRow): boolean {
  return row.failures > 0;
}

async function tryLater(room: EditingRoom, held: HeldSession, error: unknown): Promise<void> {
  const why = explainLook(error);
  const seconds = retrySeconds(held.row.failures);
  const asked = why.kind === 'unreachable' ? (why.retryAfterSeconds ?? 0) : 0;
  await held.change(room.db, {
    problem: why.kind === 'gone' ? 'The folder in OneDrive is gone.' : why.why,
    next_look_at: secondsFromNow(Math.max(asked, seconds)),
  });
}

async function keepWaiting(
  room: EditingRoom,
  held: HeldSession,
  refusal: Failure,
  mode: 'person waits' | 'sweeper',
): Promise<void> {
  await held.change(room.db, {
    problem: [refusal.message, refusal.remedy].join(' '),
    next_look_at: secondsFromNow(retrySeconds(held.row.failures)),
  });
  if (mode === 'person waits') throw refusal;
}

/** Somebody else's file under our key is left alone: a new key, and one more try. */
async function upload(room: EditingRoom, graph: Graph, held: HeldSession): Promise<DriveItem> {
  try {
    return await uploadOnce(room, graph, held);
  } catch (error) {
    if (!(error instanceof FolderKeyTaken)) throw error;
    await held.change(room.db, { folder_key: newFolderKey((count) => room.random.bytes(count)) });
    return uploadOnce(room, graph, held);
  }
}

async function uploadOnce(room: EditingRoom, graph: Graph, held: HeldSession): Promise<DriveItem> {
  const { row } = held;
  const source = await prepareSource(room, held);
  const { sealing } = room.accounts;
  const isLarge = source.size > SIMPLE_UPLOAD_LIMIT_BYTES;
  return openWorkingCopy(graph, {
    folderKey: row.folder_key,
    realName: row.file_name,
    content: { ...source, contentType: contentTypeOf(row.file_name) },
    upload: {
      begun: isLarge ? await findUpload(room.db, sealing, row, source) : undefined,
      // Fenced: whoever lost the session meanwhile sends nothing more.
      onProgress: (progress) =>
        held.inTransaction(room.db, async (tx) => {
          await held.change(tx, { failures: 1, problem: null });
          await keepUpload(tx, sealing, held.row, source, progress);
        }),
    },
    since: row.started_at,
    now: () => held.now(),
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
    await giveUp(room, held, words, item);
    throw new Failure(502, 'microsoft_refused', words);
  }
  const fingerprint = await fingerprintOfBlob(room, row.source_sha256);
  const tag = tagOf(item);
  const inParts = await mayGoInParts(room, row);
  await held.inTransaction(room.db, async (tx) => {
    await held.change(tx, {
      state: 'active',
      drive_id: item.driveId,
      item_id: item.itemId,
      web_url: item.webUrl,
      // A session that goes on with other edits is still compared with its base.
      base_fingerprint: row.base_fingerprint ?? fingerprint,
      collected_fingerprint: fingerprint,
      // Not collected yet: SharePoint rewrites it, and an adopted copy may have been edited already.
      collected_tag: null,
      last_seen_tag: tag,
      last_seen_since: item.readAt,
      last_seen_at: sqlNow,
      problem: null,
      failures: 0,
      next_look_at: secondsFromNow(LOOK_WHILE_BUSY_SECONDS),
    });
    if (inParts) {
      await forgetUpload(tx, row.id);
      await letPreparedGo(tx, row.id);
    }
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

/** The document is free again; what lies in OneDrive, or may lie there, is cleaned up. */
async function giveUp(
  room: EditingRoom,
  held: HeldSession,
  why: string,
  copy: DriveItem | 'a copy may lie there' | 'no copy',
): Promise<void> {
  await letUploadGo(room, held.row);
  const fingerprint = await fingerprintOfBlob(room, held.row.source_sha256);
  await held.inTransaction(room.db, async (tx) => {
    const { row } = held;
    await held.change(tx, {
      state: 'not-started',
      problem: why,
      ended_at: sqlNow,
      next_look_at: null,
      base_fingerprint: fingerprint,
      collected_fingerprint: fingerprint,
      ...(typeof copy === 'string' ? {} : { drive_id: copy.driveId, item_id: copy.itemId }),
    });
    await letPreparedGo(tx, row.id);
    if (copy !== 'no copy') await addCleanUp(tx, row.id, row.institution_id);
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
