import { newFolderKey } from '@megdocs/microsoft365';
import type { SignedIn } from '../../accounts/index.ts';
import type { DocumentFacts } from '../../documents/index.ts';
import { recordAudit } from '../../platform/audit.ts';
import { inTransaction, sqlNow, type Tx } from '../../platform/database.ts';
import { Failure, notFound } from '../../platform/failures.ts';
import { holding, isBusy } from '../hold.ts';
import type { EditingRoom } from '../room.ts';
import { findByKey, findOpenSession, findSession, insertSession, type SessionRow } from '../store.ts';
import { REQUEST_SECONDS } from '../timing.ts';
import { mayGoInParts } from '../word/prepare-source.ts';
import { describeOpenSession, editBlockersFor } from './blockers.ts';
import { placeCopy } from './place-copy.ts';

/** A large file takes its time: the page shows how far it is instead of waiting for an answer. */
const SHOWS_PROGRESS_AFTER_SECONDS = 2;

/**
 * Opens a document for editing: a session, then a copy in the person's OneDrive. The same key twice is the same session.
 * One Graph call lies between the click and Word. Throws 409 `being_edited` with who holds it, 409 `cannot_edit` with
 * everything that stands in the way.
 */
export async function startEditing(
  room: EditingRoom,
  person: SignedIn,
  documentId: string,
  idempotencyKey: string,
): Promise<SessionRow> {
  const begun =
    (await findByKey(room.db, person.personId, idempotencyKey)) ??
    (await inTransaction(room.db, (tx) => beginSession(room, tx, person, documentId, idempotencyKey)));
  if (begun.document_id !== documentId) throw notFound('This edit session');
  if (begun.state !== 'starting') return begun;
  const inParts = await mayGoInParts(room, begun);
  try {
    await holding(
      room,
      begun.id,
      async (held) => {
        // Whoever held it before us may have finished it.
        if (held.row.state === 'starting') await placeCopy(room, held, 'person waits');
      },
      inParts ? SHOWS_PROGRESS_AFTER_SECONDS : REQUEST_SECONDS,
    );
  } catch (error) {
    // It goes on by itself; the page asks again until it has opened.
    if (!isBusy(error)) throw error;
  }
  return (await findSession(room.db, begun.id)) ?? begun;
}

async function beginSession(
  room: EditingRoom,
  tx: Tx,
  person: SignedIn,
  documentId: string,
  idempotencyKey: string,
): Promise<SessionRow> {
  const document = await lockVisible(room, tx, person, documentId);
  const open = await findOpenSession(tx, documentId);
  // A second tab of the same person joins the session that is open already.
  if (open && open.starter_id === person.personId && open.state !== 'needs-a-decision') return open;
  if (open)
    throw new Failure(409, 'being_edited', await describeOpenSession(room, tx, open), {
      remedy:
        "Join them from the document's page, or take it over if they are away. It is free again when they check in or discard.",
    });
  const blockers = await editBlockersFor(room, tx, person, document);
  if (blockers.length > 0)
    throw new Failure(409, 'cannot_edit', blockers.map((blocker) => blocker.fact).join(' '), {
      remedy: blockers.map((blocker) => blocker.whoLifts).join(' '),
    });
  const integration = await room.accounts.integrationOf(tx, person.personId);
  if (!integration) throw new Failure(409, 'not_connected', "Your Microsoft account isn't connected.");
  return recordStart(room, tx, person, document, integration.id, idempotencyKey);
}

async function lockVisible(room: EditingRoom, tx: Tx, person: SignedIn, documentId: string): Promise<DocumentFacts> {
  const found = await room.documents.find(tx, documentId, person.institutionId);
  if (!found) throw notFound('This document');
  const document = await room.documents.lock(tx, documentId);
  const access = await room.documents.access(tx, person, document);
  if (access.sees !== 'drafts') {
    if (access.sees === 'nothing') throw notFound('This document');
    throw new Failure(403, 'cannot_edit', 'You may read this document, not edit it.', {
      remedy: 'Its owner or a document controller can make you a contributor.',
    });
  }
  return document;
}

async function recordStart(
  room: EditingRoom,
  tx: Tx,
  person: SignedIn,
  document: DocumentFacts,
  integrationId: string,
  idempotencyKey: string,
): Promise<SessionRow> {
  const session = await insertSession(tx, {
    id: room.random.uuid(),
    institution_id: document.institutionId,
    document_id: document.id,
    base_version_id: document.newestVersion.id,
    source_sha256: document.newestVersion.sha256,
    integration_id: integrationId,
    starter_id: person.personId,
    idempotency_key: idempotencyKey,
    state: 'starting',
    next_look_at: sqlNow,
    folder_key: newFolderKey((count) => room.random.bytes(count)),
    file_name: document.newestVersion.fileName,
  });
  await recordAudit(tx, {
    institutionId: document.institutionId,
    personId: person.personId,
    kind: 'editing_started',
    documentId: document.id,
    editSessionId: session.id,
    detail: { base: document.newestVersion.number },
  });
  return session;
}
