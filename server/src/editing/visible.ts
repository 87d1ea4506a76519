import type { SignedIn } from '../accounts/index.ts';
import { Failure, notFound } from '../platform/failures.ts';
import { findCleanUp } from './cleaning-up/clean-up-store.ts';
import type { EditingRoom } from './room.ts';
import { isOpen } from './states.ts';
import { findSession, type SessionRow } from './store.ts';

/** A session, for somebody who may see the drafts of its document; for everybody else there is none. */
export async function visibleSession(room: EditingRoom, person: SignedIn, id: string): Promise<SessionRow> {
  const session = await findSession(room.db, id);
  if (!session || session.institution_id !== person.institutionId) throw notFound('This edit session');
  // Whoever started it sees it to its end, even when the right was lost meanwhile: their OneDrive holds the copy.
  if (session.starter_id !== person.personId || !(await isUnfinished(room, session)))
    await assertSeesDrafts(room, person, session.document_id, 'This edit session');
  return session;
}

async function isUnfinished(room: EditingRoom, session: SessionRow): Promise<boolean> {
  if (isOpen(session.state)) return true;
  const cleanUp = await findCleanUp(room.db, session.id);
  return cleanUp !== undefined && cleanUp.finished_at === null;
}

/** `what` was asked for: the answer names that, lest it tell that something is there. */
export async function assertSeesDrafts(
  room: EditingRoom,
  person: SignedIn,
  documentId: string,
  what = 'This document',
): Promise<void> {
  const document = await room.documents.find(room.db, documentId, person.institutionId);
  if (!document) throw notFound(what);
  const access = await room.documents.access(room.db, person, document);
  if (access.sees !== 'drafts') throw notFound(what);
}

export function assertController(person: SignedIn): void {
  if (!person.roles.includes('document-controller'))
    throw new Failure(403, 'not_allowed', 'Only document controllers may do this.', {
      remedy: 'Ask a document controller of your institution.',
    });
}

export function assertAdmin(person: SignedIn): void {
  if (!person.roles.includes('institution-admin'))
    throw new Failure(403, 'not_allowed', 'Only administrators of your institution may do this.', {
      remedy: 'Ask an administrator of your institution.',
    });
}
