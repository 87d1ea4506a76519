import type { DocumentAccess as AccessAnswer } from '@megdocs/contract';
import type { Db, Tx } from '../platform/database.ts';
import type { Actor } from './facts.ts';
import { peopleOfDocument } from './people-of-document.ts';
import type { SeenDocument } from './rights.ts';
import type { DocumentsRoom } from './room.ts';

/** A hospital's readers would fill pages; those who are more than readers come first. */
const PEOPLE_AT_MOST = 1000;

/** Who is what to the document, and why. Readers are told about themselves only. */
export async function explainAccess(
  room: DocumentsRoom,
  q: Db | Tx,
  person: Actor,
  { document, access }: SeenDocument,
): Promise<AccessAnswer> {
  const people = await peopleOfDocument(room, q, document);
  const told = access.sees === 'drafts' ? people : people.filter((entry) => entry.person.id === person.personId);
  return {
    people: told.slice(0, PEOPLE_AT_MOST).map(({ person: who, role, because, named }) => ({
      person: who,
      role,
      because,
      removable: named && access.manages,
    })),
    mayChange: access.manages,
  };
}
