import { setTimeout as wait } from 'node:timers/promises';
import type { CheckedIn } from '@megdocs/contract';
import { QUIET_SECONDS } from '@megdocs/microsoft365';
import type { InspectedFile } from '../documents/index.ts';
import { recordAudit } from '../platform/audit.ts';
import { secondsFromNow, sqlNow } from '../platform/database.ts';
import { Failure } from '../platform/failures.ts';
import { type Look, lookAtCopy } from './copy.ts';
import { needDecision, whyItNoLongerFits } from './decision.ts';
import { editorsOfVersion } from './editors.ts';
import type { HeldSession } from './hold.ts';
import { inspectContent } from './inspect-content.ts';
import { editorsSoFar, keepCheckpoint, recordBlindness, recordLook } from './observe.ts';
import {
  addCleanUp,
  type CheckpointRow,
  checkpointWith,
  explainCheckpoint,
  finishOrder,
  type OrderRow,
} from './records-store.ts';
import type { EditingRoom } from './room.ts';
import { settledSince, waitedLongEnough } from './settling.ts';
import { CHECK_IN_GIVES_UP_SECONDS } from './timing.ts';

const LOOK_AGAIN_SECONDS = 3;

/**
 * Takes an ordered check-in as far as it goes: settle, fetch, validate, one transaction. May be cut off anywhere and
 * run again by whoever holds the session next.
 */
export async function finishCheckIn(
  room: EditingRoom,
  held: HeldSession,
  order: OrderRow,
  { personWaits }: { personWaits: boolean },
): Promise<CheckedIn> {
  const settled = await settle(room, held, order, personWaits);
  const look = settled.kind === 'seen' ? await collect(room, held, order, settled) : settled;
  if (look.kind === 'waiting') return waiting(room, held, order, look.seconds);
  if (look.kind === 'gone') return needDecision(room, held, 'The copy in OneDrive was deleted before the check-in.');
  if (look.kind !== 'seen') return backToEditing(room, held, order, { failed: look.why });
  if (held.row.collected_tag !== look.tag)
    return backToEditing(room, held, order, {
      result: 'kept-as-checkpoint',
      version: null,
      message: held.row.problem ?? "The copy can't be taken as it is.",
    });
  const misfit = await whyItNoLongerFits(room, room.db, held.row, order.person_id);
  if (misfit) return needDecision(room, held, misfit);
  return checkInCollected(room, held, order);
}

type Settled = Look | { kind: 'waiting'; seconds: number };

/**
 * Fetches what has settled, and looks once more: who saved while it was being fetched may have their words in it, and
 * would not be named.
 */
async function collect(
  room: EditingRoom,
  held: HeldSession,
  order: OrderRow,
  settled: Extract<Look, { kind: 'seen' }>,
): Promise<Settled> {
  if (settled.tag === held.row.collected_tag) return settled;
  const blind = await keepCheckpoint(room, held, settled.item);
  if (blind) return blind;
  if (order.anyway && waitedLongEnough(held)) return settled;
  const after = await lookAtCopy(room, held.row);
  if (after.kind !== 'seen' || after.tag === settled.tag) return after;
  await recordLook(room, held, after.item);
  return { kind: 'waiting', seconds: QUIET_SECONDS };
}

async function settle(room: EditingRoom, held: HeldSession, order: OrderRow, personWaits: boolean): Promise<Settled> {
  for (let attempt = 1; ; attempt++) {
    const look = await lookAtCopy(room, held.row);
    if (look.kind !== 'seen') {
      await recordBlindness(room, held, look);
      return look;
    }
    const verdict = settledSince(held.row, look.item);
    await recordLook(room, held, look.item);
    if (verdict.settled || (order.anyway && waitedLongEnough(held))) return look;
    // Quiet long enough, only the second read is missing: that is worth a moment's wait within the request.
    if (!personWaits || attempt > 1 || verdict.waitSeconds > LOOK_AGAIN_SECONDS)
      return { kind: 'waiting', seconds: verdict.waitSeconds };
    await wait(verdict.waitSeconds * 1000);
  }
}

async function waiting(room: EditingRoom, held: HeldSession, order: OrderRow, seconds: number): Promise<CheckedIn> {
  const lastAsked = Math.max(order.ordered_at.getTime(), held.row.settling_asked_at?.getTime() ?? 0);
  if (held.secondsSince(new Date(lastAsked)) > CHECK_IN_GIVES_UP_SECONDS)
    return backToEditing(room, held, order, {
      failed:
        'Microsoft 365 did not come to rest in ten minutes. Nothing is lost; editing goes on. Check in again later.',
    });
  await held.change(room.db, { next_look_at: secondsFromNow(LOOK_AGAIN_SECONDS) });
  return {
    result: 'waiting',
    version: null,
    message: `Waiting for Microsoft to finish saving, about ${Math.max(1, Math.ceil(seconds))} s more.`,
  };
}

async function checkInCollected(room: EditingRoom, held: HeldSession, order: OrderRow): Promise<CheckedIn> {
  const { row } = held;
  const unchanged = row.collected_fingerprint === row.base_fingerprint;
  const content = unchanged ? undefined : await checkpointWith(room.db, row.id, row.collected_fingerprint ?? '');
  if (!content)
    return backToEditing(room, held, order, {
      result: 'nothing-changed',
      version: null,
      message:
        'Nobody changed anything since it was opened, so there is nothing to check in. You can close it without a version.',
    });
  let inspected: InspectedFile;
  try {
    inspected = await inspectContent(room, content, row.file_name);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return keptAsCheckpoint(room, held, order, content, error);
  }
  return storeVersion(room, held, order, content, inspected);
}

async function keptAsCheckpoint(
  room: EditingRoom,
  held: HeldSession,
  order: OrderRow,
  content: CheckpointRow,
  why: Failure,
): Promise<CheckedIn> {
  await explainCheckpoint(room.db, content.id, why.message);
  return backToEditing(room, held, order, {
    result: 'kept-as-checkpoint',
    version: null,
    message: `It can't be a version as it is: ${why.message} ${why.remedy ?? ''} What was typed is kept as a checkpoint.`,
  });
}

/** The one transaction: document row first, then the session; version, editors, state, transition, order, clean-up, audit. */
async function storeVersion(
  room: EditingRoom,
  held: HeldSession,
  order: OrderRow,
  content: CheckpointRow,
  inspected: InspectedFile,
): Promise<CheckedIn> {
  const saved = await editorsSoFar(room, held.row.id);
  const editors = await editorsOfVersion(room, held.row, saved, inspected);
  try {
    return await held.inTransaction(room.db, async (tx) => {
      const { row } = held;
      const document = await room.documents.lock(tx, row.document_id);
      const misfit = await whyItNoLongerFits(room, tx, row, order.person_id);
      if (misfit) throw new Failure(409, 'wrong_state', misfit);
      const version = await room.documents.addVersion(tx, {
        document,
        by: order.person_id,
        sha256: content.sha256,
        size: content.size,
        fileName: row.file_name,
        comment: order.summary,
        editors,
        inspected,
        checkInOrderId: order.id,
        actingSessionId: row.id,
      });
      await held.change(tx, {
        state: 'ended',
        result_version_id: version.id,
        ended_at: sqlNow,
        ended_by: order.person_id,
        next_look_at: null,
      });
      if (order.send_to_review)
        await room.documents.transition(tx, {
          documentId: row.document_id,
          transition: 'send-to-review',
          by: order.person_id,
          actingSessionId: row.id,
        });
      await addCleanUp(tx, row.id, row.institution_id);
      const outcome: CheckedIn = {
        result: 'version',
        version: version.number,
        message: `Checked in as ${version.number}.`,
      };
      await finishOrder(tx, order.id, { ...outcome });
      await recordAudit(tx, {
        institutionId: row.institution_id,
        personId: order.person_id,
        kind: 'checked_in',
        documentId: row.document_id,
        editSessionId: row.id,
        detail: { version: version.number, sha256: content.sha256, editors: editors.map((editor) => editor.name) },
      });
      return outcome;
    });
  } catch (error) {
    // Right, state or base changed between the check before and the transaction, or a rule of documents refuses.
    if (!(error instanceof Failure)) throw error;
    return needDecision(room, held, error.message);
  }
}

async function backToEditing(
  room: EditingRoom,
  held: HeldSession,
  order: OrderRow,
  outcome: CheckedIn | { failed: string },
): Promise<CheckedIn> {
  await held.inTransaction(room.db, async (tx) => {
    await held.change(tx, { state: 'active', next_look_at: secondsFromNow(LOOK_AGAIN_SECONDS) });
    await finishOrder(tx, order.id, { ...outcome });
  });
  if ('failed' in outcome)
    throw new Failure(503, 'microsoft_unreachable', outcome.failed, {
      remedy: 'Nothing is lost: editing goes on, and you can check in when it is mended.',
      retryAfterSeconds: 10,
    });
  return outcome;
}
