import type { BeingEdited, Blocker, DocumentState, PersonRef } from '@megdocs/contract';
import type { SignedIn } from '../accounts/index.ts';
import type { Db, Tx } from '../platform/database.ts';
import type { NamedEditor } from '../platform/schema.ts';

/** A document as the other rooms know it. What a person may see of it is `access`. */
export interface DocumentFacts {
  id: string;
  institutionId: string;
  number: string;
  title: string;
  type: string;
  folderId: string;
  ownerId: string;
  owner: PersonRef;
  state: DocumentState;
  nextReview: string | null;
  effectiveFrom: Date | null;
  createdAt: Date;
  changedAt: Date;
  newestVersion: VersionFacts;
  publishedVersion: VersionFacts | null;
}

export interface VersionFacts {
  id: string;
  /** Such as 0.2 or 1.0. */
  number: string;
  major: number;
  minor: number;
  sha256: string;
  size: number;
  fileName: string;
  contentType: string;
  comment: string;
  madeBy: string;
  madeByName: string;
  madeAt: Date;
  editors: NamedEditor[];
  trackedChanges: number;
  comments: number;
  /** Of a published version: the draft whose bytes it is. */
  publishedFrom: string | null;
}

/** Who asks: a person with what they are over the whole institution. */
export type Actor = Pick<SignedIn, 'personId' | 'institutionId' | 'roles'>;

/** Something that can refuse a change of a document, such as an open edit session. Throws `Failure` 409. */
export type DocumentGuard = (
  tx: Tx,
  change: { documentId: string; action: 'transition' | 'upload' | 'move'; actingSessionId?: string | undefined },
) => Promise<void>;

/** What `editing` knows of documents; filled at boot, as documents need not know that they are edited in Word. */
export interface Presence {
  beingEdited(q: Db | Tx, documentIds: readonly string[]): Promise<Map<string, BeingEdited>>;
  /** Microsoft's and open sessions' blockers alone; `mayEditNow` has the document's own. */
  editBlockers(q: Db | Tx, person: SignedIn, document: DocumentFacts): Promise<Blocker[]>;
  lateSavesWaiting(q: Db | Tx, documentIds: readonly string[]): Promise<Map<string, number>>;
}
