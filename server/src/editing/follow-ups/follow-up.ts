import type { SignedIn } from '../../accounts/index.ts';
import type { DocumentFacts } from '../../documents/index.ts';
import { recordAudit } from '../../platform/audit.ts';
import { inTransaction, sqlNow } from '../../platform/database.ts';
import { Failure, notFound } from '../../platform/failures.ts';
import { inspectContent } from '../checking-in/inspect-content.ts';
import { withAuthors } from '../observing/editors.ts';
import type { EditingRoom } from '../room.ts';
import { changeWaitingDraft, type DraftRow, findDraft } from './draft-store.ts';

/** The draft, for somebody who may see the drafts of its document. */
export async function lookAtDraft(room: EditingRoom, person: SignedIn, draftId: string): Promise<DraftRow> {
  const draft = await findDraft(room.db, draftId);
  const document = draft && (await room.documents.find(room.db, draft.document_id, person.institutionId));
  if (!draft || !document) throw notFound('This late save');
  const access = await room.documents.access(room.db, person, document);
  if (access.sees !== 'drafts') throw notFound('This late save');
  return draft;
}

/**
 * A late save becomes the next draft version, through the ordinary guards. Where another version was made since the one
 * that it follows, the person has to have seen both.
 */
export async function adoptDraft(
  room: EditingRoom,
  person: SignedIn,
  draftId: string,
  { summary, newestVersion }: { summary: string; newestVersion?: string | undefined },
): Promise<string> {
  const draft = await decidable(room, person, draftId);
  const fileName = await room.documents.fileNameOf(room.db, draft.follows_version_id);
  const inspected = await inspectContent(room, draft, fileName);
  const followed = (await room.documents.versionsByIds(room.db, [draft.follows_version_id])).get(
    draft.follows_version_id,
  );
  const editors = followed ? await withAuthors(room, draft.editors, inspected, followed) : draft.editors;
  return inTransaction(room.db, async (tx) => {
    const document = await room.documents.lock(tx, draft.document_id);
    // The right may have gone while the file was looked into.
    const access = await room.documents.access(tx, person, document);
    if (!access.edits && !access.controls) throw mayNotDecide();
    assertSeen(document, draft, newestVersion);
    const version = await room.documents.addVersion(tx, {
      document,
      by: person.personId,
      sha256: draft.sha256,
      size: draft.size,
      fileName,
      comment: summary,
      editors,
      inspected,
    });
    const decided = await changeWaitingDraft(tx, draft.id, {
      state: 'adopted',
      decided_by: person.personId,
      decided_at: sqlNow,
      adopted_version_id: version.id,
    });
    // Meanwhile decided, or replaced by a later save that nobody has looked at.
    const now = await findDraft(tx, draft.id);
    if (!decided || now?.sha256 !== draft.sha256) throw decidedAlready();
    await recordAudit(tx, {
      institutionId: draft.institution_id,
      personId: person.personId,
      kind: 'late_save_adopted',
      documentId: draft.document_id,
      editSessionId: draft.session_id,
      detail: { version: version.number },
    });
    return version.number;
  });
}

function assertSeen(document: DocumentFacts, draft: DraftRow, seen: string | undefined): void {
  const newest = document.newestVersion;
  if (newest.id === draft.follows_version_id || newest.number === seen) return;
  throw new Failure(
    409,
    'changed_meanwhile',
    `Version ${newest.number} was made after the one that this late save follows.`,
    {
      remedy: `Compare the two: what ${newest.number} changed is not in the late save. Then adopt or dismiss it.`,
    },
  );
}

/** Nobody wants it; it stays readable for the trail. */
export async function dismissDraft(
  room: EditingRoom,
  person: SignedIn,
  draftId: string,
  reason: string,
): Promise<void> {
  const draft = await decidable(room, person, draftId);
  await inTransaction(room.db, async (tx) => {
    const decided = await changeWaitingDraft(tx, draft.id, {
      state: 'dismissed',
      decided_by: person.personId,
      decided_at: sqlNow,
      reason,
    });
    const now = await findDraft(tx, draft.id);
    if (!decided || now?.sha256 !== draft.sha256) throw decidedAlready();
    await recordAudit(tx, {
      institutionId: draft.institution_id,
      personId: person.personId,
      kind: 'late_save_dismissed',
      documentId: draft.document_id,
      editSessionId: draft.session_id,
      detail: { reason },
    });
  });
}

async function decidable(room: EditingRoom, person: SignedIn, draftId: string): Promise<DraftRow> {
  const draft = await lookAtDraft(room, person, draftId);
  if (!(await mayDecide(room, person, draft))) throw mayNotDecide();
  if (draft.state !== 'waiting') throw decidedAlready();
  return draft;
}

export async function mayDecide(room: EditingRoom, person: SignedIn, draft: DraftRow): Promise<boolean> {
  const document = await room.documents.find(room.db, draft.document_id, person.institutionId);
  if (!document) return false;
  const access = await room.documents.access(room.db, person, document);
  return access.edits || access.controls;
}

function mayNotDecide(): Failure {
  return new Failure(403, 'not_allowed', 'You may look at this late save, but not decide what becomes of it.', {
    remedy: 'The owner or a contributor of the document, or a document controller, can.',
  });
}

function decidedAlready(): Failure {
  return new Failure(
    409,
    'changed_meanwhile',
    'Somebody has decided on this late save meanwhile, or a later one came.',
    {
      remedy: 'Reload the page to see what became of it.',
    },
  );
}
