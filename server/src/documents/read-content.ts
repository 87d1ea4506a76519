import type { SignedIn } from '../accounts/index.ts';
import { recordAudit } from '../platform/audit.ts';
import { inTransaction } from '../platform/database.ts';
import { notFound } from '../platform/failures.ts';
import { getSeenDocument } from './rights.ts';
import type { DocumentsRoom } from './room.ts';
import type { SentContent } from './send-content.ts';
import { findVersion } from './store.ts';
import { parseVersion } from './version-numbers.ts';

/** A version's bytes, for whoever may see that version. Readers: only the one in force. */
export async function readContent(
  room: DocumentsRoom,
  person: SignedIn,
  documentId: string,
  versionNumber: string,
  use: 'download' | 'viewer',
): Promise<SentContent> {
  const number = parseVersion(versionNumber);
  if (!number) throw notFound('This version');
  const version = await inTransaction(room.db, async (tx) => {
    const { document, access } = await getSeenDocument(room, tx, person, documentId);
    const found = await findVersion(tx, document.id, number);
    if (!found || (access.sees !== 'drafts' && found.id !== document.publishedVersion?.id))
      throw notFound('This version');
    if (use === 'download')
      await recordAudit(tx, {
        institutionId: document.institutionId,
        personId: person.personId,
        kind: 'document_downloaded',
        documentId: document.id,
        detail: { version: versionNumber, sha256: found.sha256 },
      });
    return found;
  });
  return { fileName: version.file_name, size: version.size, sha256: version.sha256 };
}
