import { recordAudit } from '../platform/audit.ts';
import type { Tx } from '../platform/database.ts';
import { notFound } from '../platform/failures.ts';
import type { NamedEditor } from '../platform/schema.ts';
import { wrongState } from './errors.ts';
import type { DocumentFacts, VersionFacts } from './facts.ts';
import { cleanFileName } from './file-names.ts';
import type { InspectedFile } from './inspection/inspect-file.ts';
import { isInReview, takesContent } from './lifecycle.ts';
import type { DocumentsRoom } from './room.ts';
import { insertVersion, loadVersions, lockDocument, setNewestVersion } from './store.ts';
import { nextDraft } from './version-numbers.ts';

export interface NewVersion {
  document: Pick<DocumentFacts, 'id'>;
  by: string;
  sha256: string;
  size: number;
  fileName: string;
  comment: string;
  editors: readonly NamedEditor[];
  inspected: InspectedFile;
  checkInOrderId?: string;
  actingSessionId?: string;
}

/** The next draft. The content must be kept already; state and guards are looked at with the row locked. */
export async function addVersion(room: DocumentsRoom, tx: Tx, given: NewVersion): Promise<VersionFacts> {
  const document = await lockDocument(tx, given.document.id);
  if (!document) throw notFound('This document');
  await assertTakesVersion(room, tx, document, given.actingSessionId);
  const id = room.random.uuid();
  await insertVersion(
    tx,
    {
      id,
      institution_id: document.institutionId,
      document_id: document.id,
      ...nextDraft(document.newestVersion),
      sha256: given.sha256,
      size: given.size,
      file_name: cleanFileName(given.fileName),
      content_type: given.inspected.contentType,
      comment: given.comment,
      made_by: given.by,
      published_from: null,
      check_in_order_id: given.checkInOrderId ?? null,
      tracked_changes: given.inspected.trackedChanges,
      comments: given.inspected.comments,
    },
    given.editors,
  );
  await setNewestVersion(tx, document.id, id);
  const [version] = await loadVersions(tx, { ids: [id] });
  if (!version) throw notFound('This version');
  await recordAudit(tx, {
    institutionId: document.institutionId,
    personId: given.by,
    kind: 'version_made',
    documentId: document.id,
    ...(given.actingSessionId ? { editSessionId: given.actingSessionId } : {}),
    detail: { version: version.number, sha256: version.sha256, comment: version.comment },
  });
  return version;
}

export async function assertTakesVersion(
  room: DocumentsRoom,
  tx: Tx,
  document: DocumentFacts,
  actingSessionId?: string,
): Promise<void> {
  for (const guard of room.guards) await guard(tx, { documentId: document.id, action: 'upload', actingSessionId });
  if (takesContent(document.state)) return;
  const { number } = document.newestVersion;
  throw isInReview(document.state)
    ? wrongState(`Version ${number} is in review, so it takes no new content.`, 'Send it back to draft first.')
    : wrongState(`Version ${number} is published, so it takes no new content.`, 'Start a revision first.');
}
