import type { SignedIn } from '../../accounts/index.ts';
import type { EditingRoom } from '../room.ts';
import type { SessionRow } from '../store.ts';
import { participantsOf } from '../together/participant-store.ts';
import { assigns, mayHandOver, mayTakeOver } from './may-continue.ts';

/** So many names are looked at for one search. */
const LOOKED_AT = 40;

interface PossibleSuccessor {
  id: string;
  name: string;
  ready: boolean;
  /** Why not yet. */
  why: string | null;
}

/** Who could go on with a session: everybody who may edit the document, those without a connection with the reason. */
export async function possibleSuccessors(
  room: EditingRoom,
  person: SignedIn,
  session: SessionRow,
  search: string,
): Promise<PossibleSuccessor[]> {
  const document = await room.documents.find(room.db, session.document_id, session.institution_id);
  if (!document) return [];
  const found: PossibleSuccessor[] = [];
  for (const id of await candidates(room, person, session, search)) {
    if (id === session.starter_id) continue;
    const one = await room.accounts.person(room.db, id);
    if (!one || one.deactivated) continue;
    const access = await room.documents.access(room.db, { ...one, personId: one.id }, document);
    if (!access.edits) continue;
    const integration = await room.accounts.integrationOf(room.db, id);
    const ready = integration?.status === 'connected';
    found.push({ id, name: one.name, ready, why: ready ? null : 'has no working connection to Microsoft 365' });
  }
  return found;
}

/** Nobody is named to whom may give the work to nobody; without a search, whoever is near to the document. */
async function candidates(room: EditingRoom, person: SignedIn, session: SessionRow, search: string): Promise<string[]> {
  const mayAssign =
    mayHandOver(person, session) || (assigns(person) && (await mayTakeOver(room, room.db, person, session)) !== 'no');
  if (!mayAssign) return [person.personId];
  const wanted = search.trim().toLowerCase();
  if (wanted === '') {
    const near = await participantsOf(room.db, session.id);
    const watchers = await room.documents.watchersOf(room.db, session.document_id);
    return [...new Set([person.personId, ...near.map(({ person_id }) => person_id), ...watchers])].slice(0, LOOKED_AT);
  }
  const people = await room.accounts.people(room.db, session.institution_id);
  return people
    .filter(({ name }) => name.toLowerCase().includes(wanted))
    .slice(0, LOOKED_AT)
    .map(({ id }) => id);
}
