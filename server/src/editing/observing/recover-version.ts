import type { SignedIn } from '../../accounts/index.ts';
import { recordAudit } from '../../platform/audit.ts';
import { inTransaction } from '../../platform/database.ts';
import { Failure, notFound } from '../../platform/failures.ts';
import { inspectContent } from '../checking-in/inspect-content.ts';
import type { EditingRoom } from '../room.ts';
import { isOpen } from '../states.ts';
import type { SessionRow } from '../store.ts';
import { findCheckpoint } from './checkpoint-store.ts';
import { editorsOfVersion } from './editors.ts';

/**
 * What a closed session left behind becomes the next draft version, through the ordinary guards: refused while somebody
 * edits the document, and where it is no draft. Throws `Failure` 403, 404, 409, 413 and 422.
 */
export async function recoverVersion(
  room: EditingRoom,
  person: SignedIn,
  session: SessionRow,
  wish: { checkpointId: string; summary: string },
): Promise<string> {
  if (isOpen(session.state)) throw stillOpen();
  const checkpoint = await findCheckpoint(room.db, session.id, wish.checkpointId);
  if (!checkpoint) throw notFound('This checkpoint');
  const inspected = await inspectContent(room, checkpoint, session.file_name);
  const editors = await editorsOfVersion(room, session, checkpoint.editors, inspected);
  return inTransaction(room.db, async (tx) => {
    const document = await room.documents.lock(tx, session.document_id);
    const access = await room.documents.access(tx, person, document);
    if (!access.edits && !access.controls) throw mayNotRecover();
    const version = await room.documents.addVersion(tx, {
      document,
      by: person.personId,
      sha256: checkpoint.sha256,
      size: checkpoint.size,
      fileName: session.file_name,
      comment: wish.summary,
      editors,
      inspected,
    });
    await recordAudit(tx, {
      institutionId: session.institution_id,
      personId: person.personId,
      kind: 'checkpoint_recovered',
      documentId: session.document_id,
      editSessionId: session.id,
      detail: { version: version.number, sha256: checkpoint.sha256 },
    });
    return version.number;
  });
}

function stillOpen(): Failure {
  return new Failure(409, 'being_edited', 'These edits are not closed yet.', {
    remedy: 'Check them in, or discard them first: their checkpoints stay.',
  });
}

function mayNotRecover(): Failure {
  return new Failure(403, 'not_allowed', 'You may look at this checkpoint, but not make a version of it.', {
    remedy: 'The owner or a contributor of the document, or a document controller, can.',
  });
}
