import { fill, pages, type Transition } from '@megdocs/contract';
import type { Db, Tx } from '../platform/database.ts';
import type { DocumentFacts } from './facts.ts';
import { inRole, peopleOfDocument } from './people-of-document.ts';
import type { DocumentsRoom } from './room.ts';
import { editedSincePublished, findDocument, namedOnDocument } from './store.ts';

/** A folder rule can make a whole hospital approvers: then only the first ones by name are told. */
const TOLD_AT_MOST = 50;

/** Tells those whose turn it is, or whose work it was; never the one who did it. */
export async function tellOfTransition(
  room: DocumentsRoom,
  tx: Tx,
  document: DocumentFacts,
  transition: Transition,
  actorId: string,
  published: string | undefined,
): Promise<void> {
  const name = `${document.number} ${document.title}`;
  const who = await whoIsTold(room, tx, document, transition);
  who.delete(actorId);
  const actor = (await room.accounts.person(tx, actorId))?.name ?? 'Somebody';
  const text: Record<Transition, string> = {
    'send-to-review': `${actor} sent ${name} (${document.newestVersion.number}) to review.`,
    'send-back': `${actor} sent ${name} (${document.newestVersion.number}) back to draft.`,
    publish: `${actor} published ${name} as version ${published ?? ''}.`,
    revise: `${actor} started a revision of ${name}.`,
  };
  for (const personId of [...who].slice(0, TOLD_AT_MOST)) await tell(room, tx, document, personId, text[transition]);
}

async function whoIsTold(
  room: DocumentsRoom,
  tx: Tx,
  document: DocumentFacts,
  transition: Transition,
): Promise<Set<string>> {
  if (transition === 'revise') return new Set([document.ownerId]);
  if (transition !== 'send-to-review')
    return new Set([document.ownerId, ...(await editedSincePublished(tx, document))]);
  const people = await peopleOfDocument(room, tx, document);
  return new Set([...inRole(people, 'reviewer'), ...inRole(people, 'approver')].map((person) => person.id));
}

export async function tell(
  room: DocumentsRoom,
  tx: Tx,
  document: Pick<DocumentFacts, 'id' | 'institutionId'>,
  personId: string,
  text: string,
): Promise<void> {
  await room.accounts.notify(tx, {
    institutionId: document.institutionId,
    personId,
    text,
    link: fill(pages.document, { id: document.id }),
  });
}

/** Owner, contributors named on it, and the institution's document controllers. */
export async function watchersOf(room: DocumentsRoom, q: Db | Tx, documentId: string): Promise<string[]> {
  const document = await findDocument(q, documentId);
  if (!document) return [];
  const named = await namedOnDocument(q, documentId);
  const controllers = await room.accounts.peopleWith(q, document.institutionId, 'document-controller');
  return [
    ...new Set([
      document.ownerId,
      ...named.filter((entry) => entry.role === 'contributor').map((entry) => entry.id),
      ...controllers.map((person) => person.id),
    ]),
  ];
}
