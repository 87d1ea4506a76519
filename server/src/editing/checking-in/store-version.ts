import type { CheckedIn } from '@megdocs/contract';
import type { InspectedFile } from '../../documents/index.ts';
import { recordAudit } from '../../platform/audit.ts';
import { secondsFromNow, sqlNow, type Tx } from '../../platform/database.ts';
import { Failure } from '../../platform/failures.ts';
import type { NamedEditor } from '../../platform/schema.ts';
import { addCleanUp } from '../cleaning-up/clean-up-store.ts';
import { needDecision, whyItNoLongerFits } from '../ending/decision.ts';
import type { HeldSession } from '../hold.ts';
import { type CheckpointRow, checkpointWith, explainCheckpoint } from '../observing/checkpoint-store.ts';
import type { EditingRoom } from '../room.ts';
import type { SessionChanges, SessionRow } from '../store.ts';
import { LOOK_WHILE_BUSY_SECONDS } from '../timing.ts';
import { listNames } from '../words.ts';
import { backToEditing, type Waiting } from './back-to-editing.ts';
import { inspectContent } from './inspect-content.ts';
import { nameEditors } from './name-editors.ts';
import { finishOrder, type OrderRow } from './order-store.ts';

/** Makes a version of what was collected, if anybody changed anything and it can be one. */
export async function checkInCollected(
  room: EditingRoom,
  held: HeldSession,
  order: OrderRow,
  asked: Waiting,
): Promise<CheckedIn> {
  const { row } = held;
  const unchanged = row.collected_fingerprint === row.base_fingerprint;
  const content = unchanged ? undefined : await checkpointWith(room.db, row.id, row.collected_fingerprint ?? '');
  if (!content) return backToEditing(room, held, order, NOTHING_CHANGED, asked);
  let inspected: InspectedFile;
  try {
    inspected = await inspectContent(room, content, row.file_name);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return keptAsCheckpoint(room, held, order, asked, content, error);
  }
  return storeVersion(room, held, order, content, inspected);
}

const NOTHING_CHANGED: CheckedIn = {
  result: 'nothing-changed',
  version: null,
  message:
    'Nobody changed anything since it was opened, so there is nothing to check in. You can close it without a version.',
};

async function keptAsCheckpoint(
  room: EditingRoom,
  held: HeldSession,
  order: OrderRow,
  asked: Waiting,
  content: CheckpointRow,
  why: Failure,
): Promise<CheckedIn> {
  await explainCheckpoint(room.db, content.id, why.message);
  const message = `It can't be a version as it is: ${why.message} ${why.remedy ?? ''} What was typed is kept as a checkpoint.`;
  return backToEditing(room, held, order, { result: 'kept-as-checkpoint', version: null, message }, asked);
}

function ended(order: OrderRow, versionId: string): SessionChanges {
  return {
    state: 'ended',
    result_version_id: versionId,
    late_saves_follow: versionId,
    ended_at: sqlNow,
    ended_by: order.person_id,
    next_look_at: null,
  };
}

/** The base moves to the new version: what is changed from here on, and who changes it, is told from that. */
function goingOn(row: SessionRow, content: CheckpointRow, versionId: string): SessionChanges {
  return {
    state: 'active',
    base_version_id: versionId,
    base_fingerprint: row.collected_fingerprint,
    source_sha256: content.sha256,
    settling_since: null,
    settling_asked_at: null,
    next_look_at: secondsFromNow(LOOK_WHILE_BUSY_SECONDS),
  };
}

/** A shared computer on a ward: Word may have been signed in as somebody else. */
async function tellOfStrangers(
  room: EditingRoom,
  tx: Tx,
  row: SessionRow,
  version: string,
  editors: readonly NamedEditor[],
): Promise<void> {
  const strangers = editors.filter(({ stranger }) => stranger).map(({ name }) => name);
  if (strangers.length === 0) return;
  const document = await room.documents.find(tx, row.document_id, row.institution_id);
  const controllers = await room.accounts.peopleWith(tx, row.institution_id, 'document-controller');
  for (const { id: personId } of controllers)
    await room.accounts.notify(tx, {
      institutionId: row.institution_id,
      personId,
      text: `Version ${version} of ${document?.number ?? ''} ${document?.title ?? ''} names ${listNames(strangers)}, who had not joined: Word was signed in under that name.`,
      link: `/documents/${row.document_id}/`,
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
  const editors = await nameEditors(room, held.row, inspected);
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
      await held.change(tx, order.go_on ? goingOn(row, content, version.id) : ended(order, version.id));
      if (order.send_to_review)
        await room.documents.transition(tx, {
          documentId: row.document_id,
          transition: 'send-to-review',
          by: order.person_id,
          actingSessionId: row.id,
        });
      if (!order.go_on) await addCleanUp(tx, row.id, row.institution_id);
      const outcome: CheckedIn = {
        result: 'version',
        version: version.number,
        message: order.go_on
          ? `Saved as ${version.number}. The copy stays open: go on.`
          : `Checked in as ${version.number}.`,
      };
      await finishOrder(tx, order.id, { ...outcome }, row.last_saved_at);
      await recordAudit(tx, {
        institutionId: row.institution_id,
        personId: order.person_id,
        kind: 'checked_in',
        documentId: row.document_id,
        editSessionId: row.id,
        detail: {
          version: version.number,
          sha256: content.sha256,
          editors: editors.map((editor) => editor.name),
          ...(order.go_on ? { goesOn: true } : {}),
        },
      });
      await tellOfStrangers(room, tx, row, version.number, editors);
      return outcome;
    });
  } catch (error) {
    // Right, state or base changed between the check before and the transaction, or a rule of documents refuses.
    if (!(error instanceof Failure)) throw error;
    return needDecision(room, held, error.message);
  }
}
