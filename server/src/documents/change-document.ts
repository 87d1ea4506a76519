import type { DocumentRole } from '@megdocs/contract';
import type { SignedIn } from '../accounts/index.ts';
import { recordAudit } from '../platform/audit.ts';
import { inTransaction, type Tx } from '../platform/database.ts';
import { notFound } from '../platform/failures.ts';
import { addRole, type DetailsChange, removeRole, updateDetails } from './document-store.ts';
import { invalidField, notAllowed, numberInUse, violates } from './errors.ts';
import type { DocumentFacts } from './facts.ts';
import { folderRights, seenBy } from './rights.ts';
import type { DocumentsRoom } from './room.ts';
import { lockDocument, personsOf } from './store.ts';
import { tell } from './tell-people.ts';

export interface WantedDetails {
  title?: string | undefined;
  number?: string | undefined;
  type?: string | undefined;
  ownerId?: string | undefined;
  nextReview?: string | null | undefined;
  folderId?: string | undefined;
}

/** Changes what is known about a document, its owner or its place; never its content. */
export async function changeDocument(
  room: DocumentsRoom,
  person: SignedIn,
  id: string,
  wanted: WantedDetails,
): Promise<void> {
  assertReviewDay(wanted.nextReview);
  try {
    await inTransaction(room.db, async (tx) => {
      const document = await lockManaged(room, tx, person, id);
      const change = differences(document, wanted);
      if (Object.keys(change).length === 0) return;
      if (change.folder_id !== undefined) await assertMayMove(room, tx, person, document, change.folder_id);
      if (change.owner_id !== undefined) await assertInInstitution(tx, document, change.owner_id, 'ownerId');
      await updateDetails(tx, id, change);
      await recordChange(tx, person, document, change);
      if (change.owner_id !== undefined && change.owner_id !== person.personId)
        await tell(
          room,
          tx,
          document,
          change.owner_id,
          `${person.name} made you the owner of ${document.number} ${document.title}.`,
        );
    });
  } catch (error) {
    if (violates(error, 'unique', 'document_number')) throw numberInUse(wanted.number ?? '');
    if (violates(error, 'foreign-key')) throw notFound('This folder');
    throw error;
  }
}

const FIRST_REVIEW_DAY = '1900-01-01';
const LAST_REVIEW_DAY = '2199-12-31';

/** Days compare as text; the year 0 is one that the database does not know. */
function assertReviewDay(day: string | null | undefined): void {
  if (day === undefined || day === null || (day >= FIRST_REVIEW_DAY && day <= LAST_REVIEW_DAY)) return;
  throw invalidField('nextReview', 'The next review must be a day of the years 1900 to 2199.');
}

async function lockManaged(room: DocumentsRoom, tx: Tx, person: SignedIn, id: string): Promise<DocumentFacts> {
  const document = await lockDocument(tx, id);
  if (!document) throw notFound('This document');
  const access = await seenBy(room, tx, person, document);
  if (!access.manages)
    throw notAllowed(
      'You may see this document, but not change what is known about it.',
      `${document.owner.name} (the owner) or a document controller can do it.`,
    );
  return document;
}

function differences(document: DocumentFacts, wanted: WantedDetails): DetailsChange {
  const change: DetailsChange = {};
  if (wanted.title !== undefined && wanted.title !== document.title) change.title = wanted.title;
  if (wanted.number !== undefined && wanted.number !== document.number) change.number = wanted.number;
  if (wanted.type !== undefined && wanted.type !== document.type) change.type = wanted.type;
  if (wanted.ownerId !== undefined && wanted.ownerId !== document.ownerId) change.owner_id = wanted.ownerId;
  if (wanted.nextReview !== undefined && wanted.nextReview !== document.nextReview)
    change.next_review = wanted.nextReview;
  if (wanted.folderId !== undefined && wanted.folderId !== document.folderId) change.folder_id = wanted.folderId;
  return change;
}

async function assertMayMove(
  room: DocumentsRoom,
  tx: Tx,
  person: SignedIn,
  document: DocumentFacts,
  folderId: string,
): Promise<void> {
  for (const guard of room.guards) await guard(tx, { documentId: document.id, action: 'move' });
  const rights = await folderRights(room, tx, person);
  if (!rights.folders.some((folder) => folder.id === folderId)) throw notFound('This folder');
  if (rights.mayUpload(folderId)) return;
  if (!rights.rightsIn(folderId).has('view')) throw notFound('This folder');
  throw notAllowed('You may not add to that folder.', 'Choose another folder, or ask a document controller.');
}

async function assertInInstitution(tx: Tx, document: DocumentFacts, personId: string, field: string): Promise<void> {
  const [found] = await personsOf(tx, document.institutionId, [personId]);
  if (!found) throw invalidField(field, 'This person is not there any more. Choose another one.');
}

async function recordChange(tx: Tx, person: SignedIn, document: DocumentFacts, change: DetailsChange): Promise<void> {
  const { folder_id, ...details } = change;
  const entry = { institutionId: document.institutionId, personId: person.personId, documentId: document.id };
  if (folder_id !== undefined)
    await recordAudit(tx, { ...entry, kind: 'document_moved', detail: { from: document.folderId, to: folder_id } });
  if (Object.keys(details).length > 0) {
    const before = { title: document.title, number: document.number, type: document.type };
    await recordAudit(tx, { ...entry, kind: 'document_changed', detail: { before, after: details } });
  }
}

/** Names somebody on the document, or takes the name off again. Both may be done twice. */
export async function changeRole(
  room: DocumentsRoom,
  person: SignedIn,
  documentId: string,
  change: { personId: string; role: DocumentRole; named: boolean },
): Promise<void> {
  await inTransaction(room.db, async (tx) => {
    const document = await lockManaged(room, tx, person, documentId);
    const { personId, role, named } = change;
    if (named) await assertInInstitution(tx, document, personId, 'personId');
    const changed = named
      ? await addRole(tx, document.institutionId, documentId, personId, role)
      : await removeRole(tx, documentId, personId, role);
    if (!changed) return;
    const subject = await room.accounts.person(tx, personId);
    await recordAudit(tx, {
      institutionId: document.institutionId,
      personId: person.personId,
      kind: 'document_access_changed',
      documentId,
      detail: { did: named ? 'named' : 'removed', role, name: subject?.name ?? '', subjectId: personId },
    });
    if (named && personId !== person.personId)
      await tell(
        room,
        tx,
        document,
        personId,
        `${person.name} named you ${role} of ${document.number} ${document.title}.`,
      );
  });
}
