import type { CheckedIn } from '@megdocs/contract';
import type { SignedIn } from '../../accounts/index.ts';
import { recordAudit } from '../../platform/audit.ts';
import { type Db, secondsFromNow, type Tx } from '../../platform/database.ts';
import { Failure, notFound } from '../../platform/failures.ts';
import { inspectContent } from '../checking-in/inspect-content.ts';
import { finishOrder, runningOrder } from '../checking-in/order-store.ts';
import { sessionClosed } from '../errors.ts';
import { type HeldSession, holding } from '../hold.ts';
import { type CheckpointRow, findCheckpoint } from '../observing/checkpoint-store.ts';
import { editorsOfVersion } from '../observing/editors.ts';
import { observe } from '../observing/observe.ts';
import type { EditingRoom } from '../room.ts';
import type { SessionRow } from '../store.ts';
import { LOOK_WHILE_CALM_SECONDS } from '../timing.ts';
import { endSession } from './end-session.ts';

/** Why a check-in of this session can't become a version any more; null when it can. */
export async function whyItNoLongerFits(
  room: EditingRoom,
  q: Db | Tx,
  session: SessionRow,
  personId: string,
): Promise<string | null> {
  const document = await room.documents.find(q, session.document_id, session.institution_id);
  const person = await room.accounts.person(q, personId);
  if (!document || !person) return 'The document or the person is no longer there.';
  if (person.deactivated) return `${person.name} no longer works in MEGDocs.`;
  const access = await room.documents.access(q, { ...person, personId: person.id }, document);
  if (!access.edits) return `${person.name} may no longer edit this document.`;
  if (document.state !== 'draft' && document.state !== 'revision')
    return `The document is no longer a draft: it is ${document.state.replaceAll('-', ' ')}.`;
  if (document.newestVersion.id !== session.base_version_id)
    return `Version ${document.newestVersion.number} was made meanwhile, so these edits do not follow the newest one.`;
  return null;
}

/**
 * The session waits for a document controller. What was collected stays, the copy stays, the document stays locked.
 * Answers what a check-in that was ordered has come to.
 */
export async function needDecision(room: EditingRoom, held: HeldSession, why: string): Promise<CheckedIn> {
  const outcome: CheckedIn = {
    result: 'needs-a-decision',
    version: null,
    message: `${why} What was typed is kept; a document controller decides what becomes of it.`,
  };
  await held.inTransaction(room.db, async (tx) => {
    const { row } = held;
    await held.change(tx, {
      state: 'needs-a-decision',
      decision: why,
      next_look_at: secondsFromNow(LOOK_WHILE_CALM_SECONDS),
    });
    // A check-in that was ordered has come to its end: nobody but a controller goes on from here.
    const order = await runningOrder(tx, row.id);
    if (order) await finishOrder(tx, order.id, { ...outcome });
    await recordAudit(tx, {
      institutionId: row.institution_id,
      personId: null,
      kind: 'decision_needed',
      documentId: row.document_id,
      editSessionId: row.id,
      detail: { why, reason: why },
    });
    const controllers = await room.accounts.peopleWith(tx, row.institution_id, 'document-controller');
    const told = new Set([row.starter_id, ...controllers.map((controller) => controller.id)]);
    for (const personId of told)
      await room.accounts.notify(tx, {
        institutionId: row.institution_id,
        personId,
        mail: 'Edits wait for a decision',
        text: `Edits wait for a decision: ${why}`,
        link: `/documents/${row.document_id}/`,
      });
  });
  return outcome;
}

/** A document controller makes a version of a checkpoint. */
export async function recoverCheckpoint(
  room: EditingRoom,
  person: SignedIn,
  sessionId: string,
  wish: { checkpointId: string; summary: string },
): Promise<string> {
  return holding(room, sessionId, async (held) => {
    assertWaitsForDecision(held.row);
    const checkpoint = await findCheckpoint(room.db, sessionId, wish.checkpointId);
    if (!checkpoint) throw notFound('This checkpoint');
    return recover(room, held, person, checkpoint, wish.summary);
  });
}

async function recover(
  room: EditingRoom,
  held: HeldSession,
  person: SignedIn,
  checkpoint: CheckpointRow,
  summary: string,
): Promise<string> {
  const inspected = await inspectContent(room, checkpoint, held.row.file_name);
  const editors = await editorsOfVersion(room, held.row, checkpoint.editors, inspected);
  return held.inTransaction(room.db, async (tx) => {
    const { row } = held;
    const document = await room.documents.lock(tx, row.document_id);
    const version = await room.documents.addVersion(tx, {
      document,
      by: person.personId,
      sha256: checkpoint.sha256,
      size: checkpoint.size,
      fileName: row.file_name,
      comment: summary,
      editors,
      inspected,
      actingSessionId: row.id,
    });
    await endSession(tx, held, {
      state: 'ended',
      kind: 'decision_made',
      by: person.personId,
      versionId: version.id,
      lateSavesFollow: version.id,
      detail: { decision: 'recover', version: version.number, checkpoint: checkpoint.id },
    });
    return version.number;
  });
}

/** A document controller discards what waits; its checkpoints stay. */
export async function discardUndecided(
  room: EditingRoom,
  person: SignedIn,
  sessionId: string,
  reason: string,
): Promise<void> {
  await holding(room, sessionId, async (held) => {
    assertWaitsForDecision(held.row);
    // The last content first, if Microsoft still lets us read it; what was kept before stays in any case.
    if (held.row.drive_id) await observe(room, held);
    await held.inTransaction(room.db, (tx) =>
      endSession(tx, held, {
        state: 'discarded',
        kind: 'decision_made',
        by: person.personId,
        reason,
        lateSavesFollow: null,
        detail: { decision: 'discard', reason },
      }),
    );
  });
}

function assertWaitsForDecision(row: SessionRow): void {
  if (row.state === 'needs-a-decision') return;
  if (row.state === 'active')
    throw new Failure(409, 'session_closed', 'Nothing waits for a decision here: the document is being edited.');
  throw sessionClosed(row.state);
}
