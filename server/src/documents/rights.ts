import type { FolderRight } from '@megdocs/contract';
import type { Db, Tx } from '../platform/database.ts';
import { notFound } from '../platform/failures.ts';
import { type DocumentAccess, decideAccess, rightsByFolder } from './access.ts';
import type { Actor, DocumentFacts } from './facts.ts';
import { type FolderRow, listFolders, rulesFor } from './folder-store.ts';
import type { DocumentsRoom } from './room.ts';
import { findDocument, findDocuments, rolesOnDocument } from './store.ts';

/** All folders of a person's institution, and what the rules grant them there. Read afresh: a rule change counts at once. */
export interface FolderRights {
  folders: FolderRow[];
  isController: boolean;
  rightsIn(folderId: string): ReadonlySet<FolderRight>;
  mayUpload(folderId: string): boolean;
  mayManage(folderId: string): boolean;
  seesDrafts(folderId: string): boolean;
}

const NO_RIGHTS: ReadonlySet<FolderRight> = new Set();

export async function folderRights(room: DocumentsRoom, q: Db | Tx, person: Actor): Promise<FolderRights> {
  const folders = await listFolders(q, person.institutionId);
  const teams = await room.accounts.teamsOf(q, person.personId);
  const granted = rightsByFolder(folders, await rulesFor(q, person.institutionId, person.personId, teams));
  const isController = controls(person);
  const rightsIn = (folderId: string) => granted.get(folderId) ?? NO_RIGHTS;
  const has = (folderId: string, ...wanted: FolderRight[]) =>
    isController || wanted.some((right) => rightsIn(folderId).has(right));
  return {
    folders,
    isController,
    rightsIn,
    mayUpload: (folderId) => has(folderId, 'edit', 'manage'),
    mayManage: (folderId) => has(folderId, 'manage'),
    seesDrafts: (folderId) => has(folderId, 'edit', 'approve', 'manage'),
  };
}

function controls(person: Actor): boolean {
  return person.roles.includes('document-controller');
}

export async function accessTo(
  room: DocumentsRoom,
  q: Db | Tx,
  person: Actor,
  document: DocumentFacts,
): Promise<DocumentAccess> {
  return accessWith(await folderRights(room, q, person), q, person, document);
}

async function accessWith(
  { rightsIn, isController }: FolderRights,
  q: Db | Tx,
  person: Actor,
  document: DocumentFacts,
): Promise<DocumentAccess> {
  return decideAccess({
    sameInstitution: person.institutionId === document.institutionId,
    isController,
    isOwner: document.ownerId === person.personId,
    namedAs: await rolesOnDocument(q, document.id, person.personId),
    folderRights: rightsIn(document.folderId),
    hasPublishedVersion: document.publishedVersion !== null,
  });
}

/** What this person sees of these documents, for those of which they see anything. */
export async function seenAmong(
  room: DocumentsRoom,
  q: Db | Tx,
  person: Actor,
  ids: readonly string[],
): Promise<Map<string, 'published' | 'drafts'>> {
  const documents = await findDocuments(q, ids);
  if (documents.length === 0) return new Map();
  const rights = await folderRights(room, q, person);
  const seen = new Map<string, 'published' | 'drafts'>();
  for (const document of documents) {
    const { sees } = await accessWith(rights, q, person, document);
    if (sees !== 'nothing') seen.set(document.id, sees);
  }
  return seen;
}

export interface SeenDocument {
  document: DocumentFacts;
  access: DocumentAccess;
}

/** The document and what this person is to it. Throws `Failure` 404 for what is not there or not to be seen. */
export async function getSeenDocument(
  room: DocumentsRoom,
  q: Db | Tx,
  person: Actor,
  id: string,
): Promise<SeenDocument> {
  const document = await findDocument(q, id);
  if (!document) throw notFound('This document');
  return { document, access: await seenBy(room, q, person, document) };
}

export async function seenBy(
  room: DocumentsRoom,
  q: Db | Tx,
  person: Actor,
  document: DocumentFacts,
): Promise<DocumentAccess> {
  const access = await accessTo(room, q, person, document);
  if (access.sees === 'nothing') throw notFound('This document');
  return access;
}

/** From the top down to the folder itself. */
export function pathTo(folders: readonly FolderRow[], id: string): FolderRow[] {
  const byId = new Map(folders.map((folder) => [folder.id, folder]));
  const path: FolderRow[] = [];
  for (let folder = byId.get(id); folder; folder = folder.parentId === null ? undefined : byId.get(folder.parentId))
    path.unshift(folder);
  return path;
}

/** The folder itself and those above it whose rules count in it. */
export function foldersWhoseRulesCount(folders: readonly FolderRow[], id: string): FolderRow[] {
  const path = pathTo(folders, id);
  const lastOwn = path.findLastIndex((folder) => folder.ownRulesOnly);
  return path.slice(Math.max(0, lastOwn));
}
