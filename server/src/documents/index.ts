import type { Blocker, DocumentState } from '@megdocs/contract';
import type { FastifyReply } from 'fastify';
import type { Db, Tx } from '../platform/database.ts';
import { notFound } from '../platform/failures.ts';
import type { Http } from '../platform/http.ts';
import type { DocumentAccess } from './access.ts';
import { addVersion, type NewVersion } from './add-version.ts';
import { documentRoutes } from './document-routes.ts';
import type { Actor, DocumentFacts, DocumentGuard, Presence, VersionFacts } from './facts.ts';
import { folderRoutes } from './folder-routes.ts';
import { createFolder, type NewFolder } from './folders.ts';
import { type InspectedFile, inspectFile } from './inspection/inspect-file.ts';
import { mayEditNow } from './may-edit-now.ts';
import { accessTo, seenAmong } from './rights.ts';
import type { DocumentsDeps, DocumentsRoom } from './room.ts';
import { type SentContent, sendContent } from './send-content.ts';
import { findDocument, findDocuments, loadVersions, lockDocument } from './store.ts';
import { watchersOf } from './tell-people.ts';
import { type TransitionOrder, transitionDocument } from './transition-document.ts';
import { createDocument, type NewDocument, type Uploaded } from './upload-document.ts';
import { formatVersion, nextDraft } from './version-numbers.ts';

export type { DocumentFacts } from './facts.ts';
export type { InspectedFile } from './inspection/inspect-file.ts';

/** Folders, documents, versions, and the road of a document. */
export interface Documents {
  routes(app: Http): void;
  find(q: Db | Tx, id: string, institutionId: string): Promise<DocumentFacts | undefined>;
  /** Whatever the institution: for rows that name their documents already. */
  findMany(q: Db | Tx, ids: readonly string[]): Promise<Map<string, DocumentFacts>>;
  /** Locks the document's row: always before a session's. Throws `Failure` 404. */
  lock(tx: Tx, id: string): Promise<DocumentFacts>;
  access(q: Db | Tx, person: Actor, document: DocumentFacts): Promise<DocumentAccess>;
  /** What this person sees of these documents; where they see nothing there is no entry. */
  seenAmong(q: Db | Tx, person: Actor, ids: readonly string[]): Promise<Map<string, 'published' | 'drafts'>>;
  /** The document's own reasons why this person can't edit it now; empty when nothing stands in the way. */
  mayEditNow(document: DocumentFacts, access: DocumentAccess): Blocker[];
  /** Looks into a file. Throws `Failure` 422 with the way out when it can't be a version. */
  inspectFile(path: string, fileName: string): Promise<InspectedFile>;
  /** The next draft. State and guards are looked at; the caller has checked the right. Throws `Failure` 409. */
  addVersion(tx: Tx, version: NewVersion): Promise<VersionFacts>;
  /** Checks right, state, version and guards. Returns the new state. Throws `Failure` 403, 404 and 409. */
  transition(tx: Tx, order: TransitionOrder): Promise<DocumentState>;
  /** Without a check of rights: for what the product sets up by itself. */
  createFolder(tx: Tx, folder: NewFolder): Promise<string>;
  /** Without a check of rights. The content must be kept already. */
  createDocument(tx: Tx, document: NewDocument): Promise<Uploaded>;
  /** By id; what is not there is left out. */
  versionsByIds(q: Db | Tx, ids: readonly string[]): Promise<Map<string, VersionFacts>>;
  /** Throws `Failure` 404. */
  fileNameOf(q: Db | Tx, versionId: string): Promise<string>;
  /** The number that the next check-in makes, such as 0.3. */
  nextDraftNumber(document: DocumentFacts): string;
  /** Streams kept content as a download under this name. */
  sendContent(reply: FastifyReply, content: SentContent): Promise<FastifyReply>;
  /** Person ids of owner, contributors named on it, and the institution's document controllers. */
  watchersOf(q: Db | Tx, documentId: string): Promise<string[]>;
  /** Run with the document's row locked before every transition, upload and move; `editing` adds its own at boot. */
  readonly guards: DocumentGuard[];
  /** Its functions are replaced by `editing` at boot. */
  readonly presence: Presence;
}

const NOBODY_EDITS: Presence = {
  beingEdited: async () => new Map(),
  editBlockers: async () => [],
  lateSavesWaiting: async () => new Map(),
};

export function documents(deps: DocumentsDeps): Documents {
  const room: DocumentsRoom = { ...deps, guards: [], presence: { ...NOBODY_EDITS } };
  return {
    routes(app) {
      folderRoutes(room, app);
      documentRoutes(room, app);
    },
    async find(q, id, institutionId) {
      const document = await findDocument(q, id);
      return document?.institutionId === institutionId ? document : undefined;
    },
    findMany: async (q, ids) => new Map((await findDocuments(q, ids)).map((document) => [document.id, document])),
    async lock(tx, id) {
      const document = await lockDocument(tx, id);
      if (!document) throw notFound('This document');
      return document;
    },
    access: (q, person, document) => accessTo(room, q, person, document),
    seenAmong: (q, person, ids) => seenAmong(room, q, person, ids),
    mayEditNow,
    inspectFile,
    addVersion: (tx, version) => addVersion(room, tx, version),
    transition: (tx, order) => transitionDocument(room, tx, order),
    createFolder: (tx, folder) => createFolder(room, tx, folder),
    createDocument: (tx, document) => createDocument(room, tx, document),
    async versionsByIds(q, ids) {
      if (ids.length === 0) return new Map();
      return new Map((await loadVersions(q, { ids: [...ids] })).map((version) => [version.id, version]));
    },
    async fileNameOf(q, versionId) {
      const [version] = await loadVersions(q, { ids: [versionId] });
      if (!version) throw notFound('This version');
      return version.fileName;
    },
    nextDraftNumber: (document) => formatVersion(nextDraft(document.newestVersion)),
    sendContent: (reply, content) => sendContent(room.blobs, reply, content),
    watchersOf: (q, documentId) => watchersOf(room, q, documentId),
    guards: room.guards,
    presence: room.presence,
  };
}
