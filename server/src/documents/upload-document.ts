import type { SignedIn } from '../accounts/index.ts';
import { recordAudit } from '../platform/audit.ts';
import { type Db, inTransaction, type Tx } from '../platform/database.ts';
import { notFound } from '../platform/failures.ts';
import { addVersion, assertTakesVersion } from './add-version.ts';
import { insertDocument } from './document-store.ts';
import { notAllowed, numberInUse, violates } from './errors.ts';
import { cleanFileName, titleFromFileName } from './file-names.ts';
import type { InspectedFile } from './inspection/inspect-file.ts';
import { receiveUpload, type Upload } from './receive-upload.ts';
import { folderRights, getSeenDocument, seenBy } from './rights.ts';
import type { DocumentsRoom } from './room.ts';
import { insertVersion, lockDocument, nextFreeNumber, setNewestVersion } from './store.ts';
import { FIRST_VERSION, formatVersion } from './version-numbers.ts';

export interface NewDocument {
  institutionId: string;
  folderId: string;
  /** Without one the next free number of the institution is taken. */
  number?: string | undefined;
  title: string;
  type?: string | undefined;
  /** Who made it, and owns it. */
  by: string;
  nextReview?: string | null;
  sha256: string;
  size: number;
  fileName: string;
  comment: string;
  inspected: InspectedFile;
}

export interface Uploaded {
  id: string;
  number: string;
  version: string;
}

interface Described {
  number?: string | undefined;
  title?: string | undefined;
  comment?: string | undefined;
}

/** A new document from a file: checked before the file is read, and again when it is stored. */
export async function uploadDocument(
  room: DocumentsRoom,
  person: SignedIn,
  folderId: string,
  upload: Upload,
  described: Described,
): Promise<Uploaded> {
  await assertMayUpload(room, room.db, person, folderId);
  const file = await receiveUpload(room, upload);
  try {
    return await inTransaction(room.db, async (tx) => {
      await assertMayUpload(room, tx, person, folderId);
      return createDocument(room, tx, {
        ...file,
        institutionId: person.institutionId,
        folderId,
        number: described.number,
        title: described.title ?? titleFromFileName(file.fileName),
        by: person.personId,
        comment: described.comment ?? 'Uploaded',
      });
    });
  } catch (error) {
    if (violates(error, 'unique', 'document_number')) throw numberInUse(described.number ?? '');
    if (violates(error, 'foreign-key')) throw notFound('This folder');
    throw error;
  }
}

async function assertMayUpload(room: DocumentsRoom, q: Db | Tx, person: SignedIn, folderId: string): Promise<void> {
  const rights = await folderRights(room, q, person);
  if (!rights.folders.some((folder) => folder.id === folderId)) throw notFound('This folder');
  if (rights.mayUpload(folderId)) return;
  if (!rights.rightsIn(folderId).has('view')) throw notFound('This folder');
  throw notAllowed('You may read what is in this folder, but not add to it.', 'A document controller can change that.');
}

/** A document with its first version, 0.1. The content must be kept already. */
export async function createDocument(room: DocumentsRoom, tx: Tx, given: NewDocument): Promise<Uploaded> {
  const id = room.random.uuid();
  const versionId = room.random.uuid();
  const number = given.number ?? (await nextFreeNumber(tx, given.institutionId));
  await insertDocument(tx, { ...given, id, number });
  const maker = await room.accounts.person(tx, given.by);
  await insertVersion(
    tx,
    {
      id: versionId,
      institution_id: given.institutionId,
      document_id: id,
      ...FIRST_VERSION,
      sha256: given.sha256,
      size: given.size,
      file_name: cleanFileName(given.fileName),
      content_type: given.inspected.contentType,
      comment: given.comment,
      made_by: given.by,
      published_from: null,
      check_in_order_id: null,
      tracked_changes: given.inspected.trackedChanges,
      comments: given.inspected.comments,
    },
    [{ name: maker?.name ?? '', personId: given.by, stranger: false }],
  );
  await setNewestVersion(tx, id, versionId);
  const version = formatVersion(FIRST_VERSION);
  await recordAudit(tx, {
    institutionId: given.institutionId,
    personId: given.by,
    kind: 'document_created',
    documentId: id,
    detail: { number, title: given.title, version, sha256: given.sha256, fileName: given.fileName },
  });
  return { id, number, version };
}

/** The next draft from a file that somebody brings instead of editing in Microsoft 365. */
export async function uploadVersion(
  room: DocumentsRoom,
  person: SignedIn,
  documentId: string,
  upload: Upload,
  comment: string | undefined,
): Promise<Uploaded> {
  await inTransaction(room.db, (tx) => assertMayAddVersion(room, tx, person, documentId));
  const file = await receiveUpload(room, upload);
  return inTransaction(room.db, async (tx) => {
    const document = await assertMayAddVersion(room, tx, person, documentId);
    const version = await addVersion(room, tx, {
      ...file,
      document,
      by: person.personId,
      comment: comment ?? 'Uploaded',
      editors: [{ name: person.name, personId: person.personId, stranger: false }],
    });
    return { id: document.id, number: document.number, version: version.number };
  });
}

async function assertMayAddVersion(room: DocumentsRoom, tx: Tx, person: SignedIn, documentId: string) {
  await getSeenDocument(room, tx, person, documentId);
  const document = await lockDocument(tx, documentId);
  if (!document) throw notFound('This document');
  const access = await seenBy(room, tx, person, document);
  if (!access.edits)
    throw notAllowed(
      'You may see this document, but not edit it.',
      `${document.owner.name}, the owner, can name you as a contributor.`,
    );
  await assertTakesVersion(room, tx, document);
  return document;
}
