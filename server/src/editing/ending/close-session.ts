import type { SignedIn } from '../../accounts/index.ts';
import { recordAudit } from '../../platform/audit.ts';
import { sqlNow, type Tx } from '../../platform/database.ts';
import { Failure } from '../../platform/failures.ts';
import { addCleanUp } from '../cleaning-up/clean-up-store.ts';
import { fingerprintOfBlob } from '../copy.ts';
import { sessionClosed } from '../errors.ts';
import { type HeldSession, holding } from '../hold.ts';
import { observe } from '../observing/observe.ts';
import { letUploadGo } from '../opening/let-upload-go.ts';
import { wasTried } from '../opening/place-copy.ts';
import type { EditingRoom } from '../room.ts';
import { NOBODY_CHANGED } from '../words.ts';
import { endSession } from './end-session.ts';

/**
 * Ends a session without a version, for a reason: its starter, or a document controller. The last content is kept as a
 * checkpoint first. Throws 503 when it can't be fetched.
 */
export async function discardEdits(
  room: EditingRoom,
  person: SignedIn,
  sessionId: string,
  reason: string,
): Promise<void> {
  await holding(room, sessionId, async (held) => {
    if (!person.roles.includes('document-controller')) assertStarter(held, person);
    if (held.row.state === 'starting') return closeNotStarted(room, held, person.personId, reason);
    if (held.row.state !== 'active') throw sessionClosed(held.row.state);
    await collectLast(room, held);
    await close(room, held, person, 'edits_discarded', reason);
  });
}

/** Ends a session in which nobody changed anything. Throws 409 `changed_meanwhile` when somebody did. */
export async function closeUnchanged(room: EditingRoom, person: SignedIn, sessionId: string): Promise<void> {
  await holding(room, sessionId, async (held) => {
    assertStarter(held, person);
    if (held.row.state !== 'active') throw sessionClosed(held.row.state);
    await collectLast(room, held);
    if (held.row.collected_fingerprint !== held.row.base_fingerprint)
      throw new Failure(
        409,
        'changed_meanwhile',
        'Something was changed in Word, so it is not closed without a version.',
        {
          remedy: 'Check it in, or discard the edits if they are not wanted.',
        },
      );
    await close(room, held, person, 'closed_without_version', NOBODY_CHANGED);
  });
}

function assertStarter(held: HeldSession, person: SignedIn): void {
  if (held.row.starter_id !== person.personId)
    throw new Failure(403, 'not_allowed', 'Only the person who started editing can end it.', {
      remedy: 'Ask them, or a document controller for help.',
    });
}

/** Fetches what Microsoft holds now, as far as there is more than was kept. Throws 503 when that can't be done. */
async function collectLast(room: EditingRoom, held: HeldSession): Promise<void> {
  const look = await observe(room, held);
  if (look.kind === 'seen' && held.row.collected_tag === look.tag) return;
  // A deleted copy has no later content than the one that was collected.
  if (look.kind === 'gone') return;
  const why = look.kind === 'seen' ? (held.row.problem ?? 'The last content could not be fetched.') : look.why;
  throw new Failure(503, 'microsoft_unreachable', `The last content can't be kept just now: ${why}`, {
    remedy: 'Nothing is lost. Try again when it is mended.',
    retryAfterSeconds: 10,
  });
}

async function close(
  room: EditingRoom,
  held: HeldSession,
  person: SignedIn,
  kind: 'edits_discarded' | 'closed_without_version',
  reason: string,
): Promise<void> {
  await held.inTransaction(room.db, async (tx) => {
    const { row } = held;
    await endSession(tx, held, {
      state: 'discarded',
      kind,
      by: person.personId,
      reason,
      // Where nobody had changed anything, a late save follows the base; after a discard it follows nothing.
      lateSavesFollow: kind === 'closed_without_version' ? row.base_version_id : null,
      detail: { reason },
    });
    if (person.personId !== row.starter_id) await tellStarter(room, tx, held, person, reason);
  });
}

async function tellStarter(
  room: EditingRoom,
  tx: Tx,
  held: HeldSession,
  person: SignedIn,
  reason: string,
): Promise<void> {
  const { institution_id: institutionId, document_id: documentId, starter_id: personId } = held.row;
  const document = await room.documents.find(tx, documentId, institutionId);
  const by = await room.accounts.person(tx, person.personId);
  await room.accounts.notify(tx, {
    institutionId,
    personId,
    mail: 'Your edits were discarded',
    text: `${by?.name ?? 'A document controller'} discarded your edits of ${document?.number ?? ''} ${document?.title ?? ''}: ${reason}. What you had typed is kept as a checkpoint.`,
    link: `/documents/${documentId}/`,
  });
}

/** Given up on its way to OneDrive. What may have arrived there is cleaned up. */
export async function closeNotStarted(
  room: EditingRoom,
  held: HeldSession,
  personId: string | null,
  reason: string,
): Promise<void> {
  await letUploadGo(room, held.row);
  const fingerprint = await fingerprintOfBlob(room, held.row.source_sha256);
  await held.inTransaction(room.db, async (tx) => {
    const { row } = held;
    await held.change(tx, {
      state: 'not-started',
      ended_at: sqlNow,
      ended_by: personId,
      end_reason: reason,
      next_look_at: null,
      base_fingerprint: fingerprint,
      collected_fingerprint: fingerprint,
    });
    if (wasTried(row)) await addCleanUp(tx, row.id, row.institution_id);
    await recordAudit(tx, {
      institutionId: row.institution_id,
      personId,
      kind: 'editing_not_started',
      documentId: row.document_id,
      editSessionId: row.id,
      detail: { reason },
    });
  });
}
