import type { BeingEdited, DocumentDetail, Version } from '@megdocs/contract';
import type { SignedIn } from '../accounts/index.ts';
import type { Db, Tx } from '../platform/database.ts';
import type { Failure } from '../platform/failures.ts';
import type { DocumentAccess } from './access.ts';
import type { DocumentFacts, VersionFacts } from './facts.ts';
import { appFor, fileKindOf } from './file-kinds.ts';
import { isInReview, mayTransition, transitionsFrom } from './lifecycle.ts';
import { mayEditNow } from './may-edit-now.ts';
import { inRole, peopleOfDocument } from './people-of-document.ts';
import { folderRights, pathTo, type SeenDocument } from './rights.ts';
import type { DocumentsRoom } from './room.ts';
import { loadVersions } from './store.ts';
import { obstacleTo } from './transition-document.ts';
import { formatVersion, nextDraft, nextPublished } from './version-numbers.ts';

/** A document as this person may see it: readers see nothing of a draft, not even that there is one. */
export async function presentDocument(
  room: DocumentsRoom,
  q: Db | Tx,
  person: SignedIn,
  { document, access }: SeenDocument,
): Promise<DocumentDetail> {
  const seesDrafts = access.sees === 'drafts';
  const version = versionSeen(document, access);
  const rights = await folderRights(room, q, person);
  const path = pathTo(rights.folders, document.folderId);
  const beingEdited = seesDrafts
    ? ((await room.presence.beingEdited(q, [document.id])).get(document.id) ?? null)
    : null;
  return {
    id: document.id,
    number: document.number,
    title: document.title,
    type: document.type,
    folderId: document.folderId,
    folderPath: path.map(({ id, name }) => ({ id, name })),
    state: seesDrafts ? document.state : 'published',
    version: version.number,
    owner: document.owner,
    nextReview: document.nextReview,
    changedAt: (seesDrafts ? document.changedAt : (document.effectiveFrom ?? version.madeAt)).toISOString(),
    fileKind: fileKindOf(version.fileName),
    app: appFor(version.fileName),
    fileName: version.fileName,
    size: version.size,
    beingEdited,
    seesDrafts,
    publishedVersion: document.publishedVersion?.number ?? null,
    effectiveFrom: document.effectiveFrom?.toISOString() ?? null,
    nextPublishedVersion: formatVersion(nextPublished(version)),
    nextDraftVersion: formatVersion(nextDraft(version)),
    createdAt: (seesDrafts ? document.createdAt : version.madeAt).toISOString(),
    versionCount: seesDrafts ? (await loadVersions(q, { documentId: document.id })).length : 1,
    people: await namedPeople(room, q, document, seesDrafts),
    rights: { edit: access.edits, review: access.reviews, approve: access.approves, manage: access.manages },
    transitions: await possibleTransitions(q, person, { document, access }, beingEdited),
    editBlockers: [...(await room.presence.editBlockers(q, person, document)), ...mayEditNow(document, access)].filter(
      // To a reader these would tell of a draft.
      (blocker) => seesDrafts || (blocker.code !== 'being-edited' && blocker.code !== 'wrong-state'),
    ),
    followUpDraftsWaiting: seesDrafts
      ? ((await room.presence.lateSavesWaiting(q, [document.id])).get(document.id) ?? 0)
      : 0,
  };
}

function versionSeen(document: DocumentFacts, access: DocumentAccess): VersionFacts {
  return access.sees === 'drafts' ? document.newestVersion : (document.publishedVersion ?? document.newestVersion);
}

async function namedPeople(
  room: DocumentsRoom,
  q: Db | Tx,
  document: DocumentFacts,
  seesDrafts: boolean,
): Promise<DocumentDetail['people']> {
  if (!seesDrafts) return { contributors: [], reviewers: [], approvers: [] };
  const people = await peopleOfDocument(room, q, document);
  return {
    contributors: inRole(people, 'contributor'),
    reviewers: inRole(people, 'reviewer'),
    approvers: inRole(people, 'approver'),
  };
}

async function possibleTransitions(
  q: Db | Tx,
  person: SignedIn,
  { document, access }: SeenDocument,
  beingEdited: BeingEdited | null,
): Promise<DocumentDetail['transitions']> {
  if (access.sees !== 'drafts') return [];
  const fitting = transitionsFrom(document.state).filter((transition) => mayTransition(transition, access));
  return Promise.all(
    fitting.map(async (transition) => ({
      transition,
      blockedBecause: beingEdited
        ? `${beingEdited.by.map((editor) => editor.name).join(' and ')} has it open for editing in ${beingEdited.app}. It has to be checked in or discarded first.`
        : inWords(await obstacleTo(q, document, transition, person.personId)),
    })),
  );
}

function inWords(failure: Failure | undefined): string | null {
  return failure ? [failure.message, failure.remedy].filter(Boolean).join(' ') : null;
}

/** The versions that this person may see, newest first: a reader sees the one in force. */
export async function presentVersions(q: Db | Tx, { document, access }: SeenDocument): Promise<Version[]> {
  const seesDrafts = access.sees === 'drafts';
  const versions = await loadVersions(q, { documentId: document.id });
  return versions
    .filter((version) => seesDrafts || version.id === document.publishedVersion?.id)
    .map((version) => presentVersion(version, document, seesDrafts));
}

function presentVersion(version: VersionFacts, document: DocumentFacts, seesDrafts: boolean): Version {
  return {
    number: version.number,
    state: stateOfVersion(version, document),
    editors: version.editors,
    madeBy: { id: version.madeBy, name: version.madeByName },
    madeAt: version.madeAt.toISOString(),
    comment: version.comment,
    fileName: version.fileName,
    size: version.size,
    sha256: version.sha256,
    trackedChanges: version.trackedChanges,
    comments: version.comments,
    publishedFrom: seesDrafts ? version.publishedFrom : null,
  };
}

function stateOfVersion(version: VersionFacts, document: DocumentFacts): Version['state'] {
  if (version.id === document.publishedVersion?.id) return 'published';
  if (version.publishedFrom !== null) return 'superseded';
  return version.id === document.newestVersion.id && isInReview(document.state) ? 'in-review' : 'draft';
}
