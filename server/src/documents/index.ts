import type { Blocker, DocumentState, FolderRight, Transition } from '@megdocs/contract';
import type { Accounts } from '../accounts/index.ts';
import type { Config } from '../config.ts';
import type { Blobs } from '../platform/blobs.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db, Tx } from '../platform/database.ts';
import type { Http } from '../platform/http.ts';
import type { Log } from '../platform/log.ts';
import type { Random } from '../platform/random.ts';
import type { NamedEditor } from '../platform/schema.ts';
import type { DocumentAccess } from './access.ts';
import type { Actor, DocumentFacts, DocumentGuard, Presence, VersionFacts } from './facts.ts';
import type { InspectedFile } from './inspection/inspect-file.ts';

export type { DocumentAccess } from './access.ts';
export type { Actor, DocumentFacts, DocumentGuard, Presence, VersionFacts } from './facts.ts';
export type { InspectedFile } from './inspection/inspect-file.ts';

export interface DocumentsDeps {
  db: Db;
  clock: Clock;
  random: Random;
  blobs: Blobs;
  config: Config;
  log: Log;
  accounts: Accounts;
}

export interface NewVersion {
  document: Pick<DocumentFacts, 'id'>;
  by: string;
  sha256: string;
  size: number;
  fileName: string;
  comment: string;
  editors: readonly NamedEditor[];
  inspected: InspectedFile;
  checkInOrderId?: string;
  actingSessionId?: string;
}

export interface TransitionOrder {
  documentId: string;
  transition: Transition;
  by: string;
  comment?: string | undefined;
  /** The version that the person looked at: another newest one is refused. */
  version?: string | undefined;
  leaveOutLateSave?: boolean | undefined;
  actingSessionId?: string | undefined;
}

export interface NewFolder {
  institutionId: string;
  parentId: string | null;
  name: string;
  by: string | null;
  ownRulesOnly?: boolean;
  rules?: readonly { personId?: string; teamId?: string; right: FolderRight }[];
}

export interface NewDocument {
  institutionId: string;
  folderId: string;
  /** Without one the next free number of the institution is taken. */
  number?: string | undefined;
  title: string;
  type?: string | undefined;
  /** Who made it, and owns it. */
  by: string;
  nextReview?: string | null;
  sha256: string;
  size: number;
  fileName: string;
  comment: string;
  inspected: InspectedFile;
}

/** Folders, documents, versions, and the road of a document. */
export interface Documents {
  routes(app: Http): void;
  find(q: Db | Tx, id: string, institutionId: string): Promise<DocumentFacts | undefined>;
  /** Locks the document's row: always before a session's. Throws `Failure` 404. */
  lock(tx: Tx, id: string): Promise<DocumentFacts>;
  access(q: Db | Tx, person: Actor, document: DocumentFacts): Promise<DocumentAccess>;
  /** The document's own reasons why this person can't edit it now; empty when nothing stands in the way. */
  mayEditNow(document: DocumentFacts, access: DocumentAccess): Blocker[];
  /** Looks into a file. Throws `Failure` 422 with the way out when it can't be a version. */
  inspectFile(path: string, fileName: string): Promise<InspectedFile>;
  /** The next draft. Guards run; the caller has checked the right of who makes it. Throws `Failure` 409. */
  addVersion(tx: Tx, version: NewVersion): Promise<VersionFacts>;
  /** Checks right, state and guards. Throws `Failure` 403 and 409. */
  transition(tx: Tx, order: TransitionOrder): Promise<DocumentState>;
  createFolder(tx: Tx, folder: NewFolder): Promise<string>;
  createDocument(tx: Tx, document: NewDocument): Promise<{ id: string; number: string; version: string }>;
  /** Owner, contributors named on it, and the institution's document controllers. */
  watchersOf(q: Db | Tx, documentId: string): Promise<string[]>;
  guards: DocumentGuard[];
  presence: Presence;
}

export function documents(_deps: DocumentsDeps): Documents {
  const notYet = () => {
    throw new Error('not built yet');
  };
  return {
    routes() {},
    find: notYet,
    lock: notYet,
    access: notYet,
    mayEditNow: notYet,
    inspectFile: notYet,
    addVersion: notYet,
    transition: notYet,
    createFolder: notYet,
    createDocument: notYet,
    watchersOf: notYet,
    guards: [],
    presence: {
      beingEdited: async () => new Map(),
      editBlockers: async () => [],
      lateSavesWaiting: async () => new Map(),
    },
  };
}
