import type { SignedIn } from '../../accounts/index.ts';
import type { Db, Tx } from '../../platform/database.ts';
import type { EditingRoom } from '../room.ts';
import type { SessionRow } from '../store.ts';

/** What can go on elsewhere: what is being edited, and what is still on its way to a OneDrive. */
export function canGoOnElsewhere(session: SessionRow): boolean {
  return session.state === 'active' || session.state === 'starting';
}

/**
 * Whether this person may end the session of somebody else from its latest content: for themselves who may edit the
 * document, for a colleague who may edit it a document controller or an administrator.
 */
export async function mayTakeOver(
  room: EditingRoom,
  q: Db | Tx,
  person: SignedIn,
  session: SessionRow,
): Promise<'no' | 'yes' | 'for others'> {
  if (!canGoOnElsewhere(session) || session.starter_id === person.personId) return 'no';
  const document = await room.documents.find(q, session.document_id, session.institution_id);
  if (!document) return 'no';
  const access = await room.documents.access(q, person, document);
  if (access.edits) return 'yes';
  return assigns(person) ? 'for others' : 'no';
}

export function mayHandOver(person: SignedIn, session: SessionRow): boolean {
  return canGoOnElsewhere(session) && session.starter_id === person.personId;
}

/** Who may give the work of an absent person to somebody else. */
export function assigns(person: SignedIn): boolean {
  return person.roles.includes('document-controller') || person.roles.includes('institution-admin');
}
