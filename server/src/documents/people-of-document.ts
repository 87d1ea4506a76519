import type { DocumentAccess as AccessAnswer, FolderRight, PersonRef } from '@megdocs/contract';
import type { Db, Tx } from '../platform/database.ts';
import type { DocumentFacts } from './facts.ts';
import { listFolders, peopleGranted } from './folder-store.ts';
import { foldersWhoseRulesCount } from './rights.ts';
import type { DocumentsRoom } from './room.ts';
import { namedOnDocument } from './store.ts';

type Entry = AccessAnswer['people'][number];
export type PersonOnDocument = Pick<Entry, 'person' | 'role' | 'because'> & { named: boolean };

const ROLE_BY_RIGHT: Record<FolderRight, Entry['role']> = {
  edit: 'contributor',
  approve: 'approver',
  manage: 'manager',
  view: 'reader',
};
const STRONGEST_FIRST: Entry['role'][] = [
  'owner',
  'contributor',
  'reviewer',
  'approver',
  'manager',
  'controller',
  'reader',
];

/** Everybody who may see the document, with where each right comes from; who only reads stands last. */
export async function peopleOfDocument(
  room: DocumentsRoom,
  q: Db | Tx,
  document: DocumentFacts,
): Promise<PersonOnDocument[]> {
  const folders = foldersWhoseRulesCount(await listFolders(q, document.institutionId), document.folderId);
  const names = new Map(folders.map((folder) => [folder.id, folder.name]));
  const found: PersonOnDocument[] = [
    { person: document.owner, role: 'owner', because: 'owner', named: false },
    ...(await namedOnDocument(q, document.id)).map(
      ({ id, name, role }): PersonOnDocument => ({
        person: { id, name },
        role,
        because: 'named on this document',
        named: true,
      }),
    ),
  ];
  for (const { id, name, right, folderId, teamName } of await peopleGranted(q, [...names.keys()])) {
    const because = `${teamName ?? name} may ${right} ${names.get(folderId) ?? ''}`;
    found.push({ person: { id, name }, role: ROLE_BY_RIGHT[right], because, named: false });
  }
  for (const person of await room.accounts.peopleWith(q, document.institutionId, 'document-controller'))
    found.push({ person, role: 'controller', because: 'document controller', named: false });
  return withoutRepetition(found).sort(
    (a, b) =>
      STRONGEST_FIRST.indexOf(a.role) - STRONGEST_FIRST.indexOf(b.role) || a.person.name.localeCompare(b.person.name),
  );
}

/** One line a person and role; nobody is listed as a reader who is more than that. */
function withoutRepetition(found: readonly PersonOnDocument[]): PersonOnDocument[] {
  const kept = new Map<string, PersonOnDocument>();
  const more = new Set(found.filter((entry) => entry.role !== 'reader').map((entry) => entry.person.id));
  for (const entry of found) {
    if (entry.role === 'reader' && more.has(entry.person.id)) continue;
    const key = `${entry.person.id} ${entry.role}`;
    if (!kept.has(key)) kept.set(key, entry);
  }
  return [...kept.values()];
}

export function inRole(people: readonly PersonOnDocument[], role: Entry['role']): PersonRef[] {
  return people.filter((entry) => entry.role === role).map((entry) => entry.person);
}
