import {
  type Checkpoint,
  type EditSession,
  type FollowUpDraft,
  fill,
  routes,
  type StartedEditing,
} from '@megdocs/contract';
import type { SignedIn } from '../accounts/index.ts';
import { findCleanUp } from './cleaning-up/clean-up-store.ts';
import { describeReceipt } from './cleaning-up/receipt.ts';
import { type DraftRow, draftsOfSession } from './follow-ups/draft-store.ts';
import { mayDecide } from './follow-ups/follow-up.ts';
import { type CheckpointRow, checkpointsOf } from './observing/checkpoint-store.ts';
import { editorsSoFar } from './observing/editors.ts';
import type { EditingRoom } from './room.ts';
import { isOpen } from './states.ts';
import type { SessionRow } from './store.ts';

/** A session as somebody who may see the drafts of its document sees it. */
export async function presentSession(room: EditingRoom, person: SignedIn, session: SessionRow): Promise<EditSession> {
  const document = await room.documents.find(room.db, session.document_id, session.institution_id);
  const starter = await room.accounts.person(room.db, session.starter_id);
  const integration = await room.accounts.integration(room.db, session.integration_id);
  const versions = await room.documents.versionsByIds(
    room.db,
    [session.base_version_id, session.result_version_id].filter((id) => id !== null),
  );
  const result = session.result_version_id ? (versions.get(session.result_version_id) ?? null) : null;
  const mine = session.starter_id === person.personId;
  const controls = person.roles.includes('document-controller');
  const checkpoints = await checkpointsOf(room.db, session.id);
  return {
    id: session.id,
    document: { id: session.document_id, number: document?.number ?? '', title: document?.title ?? '' },
    state: session.state,
    starter: { id: session.starter_id, name: starter?.name ?? '' },
    account: integration?.accountAddress ?? '',
    startedAt: session.started_at.toISOString(),
    endedAt: iso(session.ended_at),
    baseVersion: versions.get(session.base_version_id)?.number ?? '',
    nextVersion: document ? room.documents.nextDraftNumber(document) : '',
    resultVersion: result?.number ?? null,
    webUrl: mine && (session.state === 'active' || session.state === 'checking-in') ? session.web_url : null,
    lastSavedAt: iso(session.last_saved_at),
    lastSavedBy: session.last_saved_by,
    editors: await editorsSoFar(room, session.id),
    checkpoints: checkpoints.map((row) => presentCheckpoint(session, row)),
    notLiveSince: iso(session.not_live_since),
    problem: session.problem,
    decision: session.state === 'needs-a-decision' ? session.decision : null,
    receipt: await presentReceipt(room, session, result),
    may: {
      open: mine && session.state === 'active',
      checkIn: mine && (session.state === 'active' || session.state === 'checking-in'),
      discard: mine && (session.state === 'active' || session.state === 'starting'),
      decide: controls && session.state === 'needs-a-decision',
      retry: (mine || controls) && (session.state === 'starting' || !isOpen(session.state)),
    },
  };
}

async function presentReceipt(
  room: EditingRoom,
  session: SessionRow,
  version: { number: string; editors: readonly { name: string }[] } | null,
) {
  const by = session.ended_by ? await room.accounts.person(room.db, session.ended_by) : undefined;
  return describeReceipt({
    session,
    version,
    checkedInBy: by?.name ?? null,
    drafts: await draftsOfSession(room.db, session.id),
    cleanUp: await findCleanUp(room.db, session.id),
    watchMinutes: room.config.lateSaveWatchMinutes,
    now: room.clock.now(),
  });
}

function presentCheckpoint(session: SessionRow, row: CheckpointRow): Checkpoint {
  return {
    id: row.id,
    madeAt: row.made_at.toISOString(),
    size: row.size,
    editors: row.editors.map((editor) => editor.name),
    reason: row.reason,
    contentUrl: fill(routes.checkpointContent, { id: session.id, checkpointId: row.id }),
  };
}

export async function presentStart(room: EditingRoom, session: SessionRow): Promise<StartedEditing> {
  const integration = await room.accounts.integration(room.db, session.integration_id);
  return {
    sessionId: session.id,
    state: session.state === 'starting' ? 'starting' : 'active',
    webUrl: session.web_url,
    account: integration?.accountAddress ?? '',
    problem: session.problem,
  };
}

export async function presentDraft(room: EditingRoom, person: SignedIn, draft: DraftRow): Promise<FollowUpDraft> {
  const document = await room.documents.find(room.db, draft.document_id, draft.institution_id);
  const versions = await room.documents.versionsByIds(room.db, [draft.follows_version_id]);
  return {
    id: draft.id,
    document: { id: draft.document_id, number: document?.number ?? '', title: document?.title ?? '' },
    followsVersion: versions.get(draft.follows_version_id)?.number ?? '',
    newestVersion: document?.newestVersion.number ?? '',
    nextVersion: document ? room.documents.nextDraftNumber(document) : '',
    editors: draft.editors.map((editor) => editor.name),
    savedAt: draft.saved_at.toISOString(),
    size: draft.size,
    state: draft.state,
    contentUrl: fill(routes.followUpDraftContent, { id: draft.id }),
    mayDecide: draft.state === 'waiting' && (await mayDecide(room, person, draft)),
  };
}

function iso(date: Date | null): string | null {
  return date?.toISOString() ?? null;
}
