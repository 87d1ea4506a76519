import type { DocumentState, Transition } from '@megdocs/contract';
import { type AuditKind, recordAudit } from '../platform/audit.ts';
import type { Db, Tx } from '../platform/database.ts';
import { Failure, notFound } from '../platform/failures.ts';
import { changedMeanwhile, notAllowed, wrongState } from './errors.ts';
import type { Actor, DocumentFacts } from './facts.ts';
import { mayTransition, stateAfter } from './lifecycle.ts';
import { publishNewest } from './publish.ts';
import { seenBy } from './rights.ts';
import type { DocumentsRoom } from './room.ts';
import { editedSincePublished, lockDocument, setState } from './store.ts';
import { tellOfTransition } from './tell-people.ts';

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

const AUDIT_KINDS: Record<Transition, AuditKind> = {
  'send-to-review': 'sent_to_review',
  'send-back': 'sent_back',
  publish: 'published',
  revise: 'revision_started',
};

/** Moves a document along its road. Right, state, version and guards are looked at with the row locked. */
export async function transitionDocument(room: DocumentsRoom, tx: Tx, order: TransitionOrder): Promise<DocumentState> {
  const { transition } = order;
  const document = await lockDocument(tx, order.documentId);
  if (!document) throw notFound('This document');
  const actor = await getActor(room, tx, order.by);
  const access = await seenBy(room, tx, actor, document);
  if (!mayTransition(transition, access)) throw notYours(document, transition);
  const next = stateAfter(document.state, transition);
  if (!next) throw doesNotFit(document);
  if (order.version !== undefined && order.version !== document.newestVersion.number)
    throw changedMeanwhile(document.newestVersion);
  for (const guard of room.guards)
    await guard(tx, { documentId: document.id, action: 'transition', actingSessionId: order.actingSessionId });
  const obstacle = await obstacleTo(tx, document, transition, actor.personId);
  if (obstacle) throw obstacle;
  if (transition === 'publish' && !order.leaveOutLateSave) await assertNoLateSave(room, tx, document);

  const published =
    transition === 'publish' ? await publishNewest(room, tx, document, actor, order.comment) : undefined;
  if (!published) await setState(tx, document.id, next);
  await recordAudit(tx, {
    institutionId: document.institutionId,
    personId: actor.personId,
    kind: AUDIT_KINDS[transition],
    documentId: document.id,
    ...(order.actingSessionId ? { editSessionId: order.actingSessionId } : {}),
    detail: {
      version: document.newestVersion.number,
      sha256: document.newestVersion.sha256,
      ...(published ? { published } : {}),
      ...(order.comment ? { comment: order.comment } : {}),
      ...(order.leaveOutLateSave ? { leftOutLateSave: true } : {}),
    },
  });
  await tellOfTransition(room, tx, document, transition, actor.personId, published);
  return next;
}

async function getActor(room: DocumentsRoom, tx: Tx, personId: string): Promise<Actor> {
  const person = await room.accounts.person(tx, personId);
  if (!person || person.deactivated) throw notFound('This document');
  return { personId, institutionId: person.institutionId, roles: person.roles };
}

/**
 * What stands in the way of a transition that fits state and person, apart from guards; undefined when nothing does.
 * The document's page shows the same sentence beforehand.
 */
export async function obstacleTo(
  q: Db | Tx,
  document: DocumentFacts,
  transition: Transition,
  personId: string,
): Promise<Failure | undefined> {
  const { newestVersion, publishedVersion } = document;
  if (transition === 'send-to-review' && newestVersion.id === publishedVersion?.id)
    return wrongState(
      `There is no draft to review yet: the newest version is ${newestVersion.number}, which is published.`,
      'Edit it in Word or upload a new version first.',
    );
  if (transition !== 'publish') return undefined;
  if ((await editedSincePublished(q, document)).has(personId))
    return new Failure(
      409,
      'edited_it_yourself',
      'You edited this version yourself, so somebody else must publish it.',
      {
        remedy: 'Ask another approver of this document.',
      },
    );
  const { trackedChanges, comments } = newestVersion;
  if (trackedChanges + comments > 0)
    return new Failure(
      409,
      'changes_still_tracked',
      `Version ${newestVersion.number} still holds ${countMarks(trackedChanges, comments)}.`,
      { remedy: 'Send it back to draft; whoever edits it can accept or reject them in Word.' },
    );
  return undefined;
}

function countMarks(changes: number, comments: number): string {
  const count = (many: number, one: string) => `${many} ${one}${many === 1 ? '' : 's'}`;
  return [
    ...(changes > 0 ? [count(changes, 'tracked change')] : []),
    ...(comments > 0 ? [count(comments, 'comment')] : []),
  ].join(' and ');
}

async function assertNoLateSave(room: DocumentsRoom, tx: Tx, document: DocumentFacts): Promise<void> {
  const waiting = (await room.presence.lateSavesWaiting(tx, [document.id])).get(document.id) ?? 0;
  if (waiting === 0) return;
  throw new Failure(
    409,
    'late_save_waiting',
    `${waiting === 1 ? 'A late save waits' : `${waiting} late saves wait`} to be looked at. What it holds is not in version ${document.newestVersion.number}.`,
    { remedy: 'Look at it first, or publish and leave it out.' },
  );
}

const WHOSE: Record<Transition, string> = {
  'send-to-review': 'Only those who may edit this document can send it to review.',
  'send-back': 'Only reviewers, approvers, the owner and document controllers can send it back.',
  publish: 'Only an approver of this document can publish it.',
  revise: 'Only those who may edit this document can start a revision.',
};

function notYours(document: DocumentFacts, transition: Transition): Failure {
  return notAllowed(WHOSE[transition], `${document.owner.name}, the owner, can name you on it.`);
}

const STATE_WORDS: Record<DocumentState, string> = {
  draft: 'a draft',
  'in-review': 'in review',
  published: 'published',
  revision: 'under revision',
  'revision-in-review': 'in review',
};

function doesNotFit(document: DocumentFacts): Failure {
  return wrongState(
    `The document is ${STATE_WORDS[document.state]} now, so this does not fit.`,
    'Reload the page: somebody else may have moved it on.',
  );
}
