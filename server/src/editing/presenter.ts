import {
  type Checkpoint,
  type EditSession,
  type FollowUpDraft,
  fill,
  routes,
  type StartedEditing,
} from '@megdocs/contract';
import type { SignedIn } from '../accounts/index.ts';
import { describeReceipt } from './cleaning-up/receipt.ts';
import type { DraftRow } from './follow-ups/draft-store.ts';
import { mayDecide } from './follow-ups/follow-up.ts';
import type { CheckpointRow } from './observing/checkpoint-store.ts';
import type { EditingRoom } from './room.ts';
import { loadSessionParts, type SessionParts } from './session-parts.ts';
import { isOpen } from './states.ts';
import type { SessionRow } from './store.ts';
import { findPreparation } from './word/preparation-store.ts';

/** Sessions as somebody who may see the drafts of their documents sees them. */
export async function presentSessions(
  room: EditingRoom,
  person: SignedIn,
  sessions: readonly SessionRow[],
): Promise<EditSession[]> {
  const parts = await loadSessionParts(room, sessions);
  return sessions.map((session) => presentWith(room, parts, person, session));
}

export async function presentSession(room: EditingRoom, person: SignedIn, session: SessionRow): Promise<EditSession> {
  return presentWith(room, await loadSessionParts(room, [session]), person, session);
}

function presentWith(room: EditingRoom, parts: SessionParts, person: SignedIn, session: SessionRow): EditSession {
  const document = parts.documents.get(session.document_id);
  const { versions } = parts;
  const result = session.result_version_id ? (versions.get(session.result_version_id) ?? null) : null;
  const mine = session.starter_id === person.personId;
  const controls = person.roles.includes('document-controller');
  const checkpoints = parts.checkpoints.get(session.id) ?? [];
  return {
    id: session.id,
    document: { id: session.document_id, number: document?.number ?? '', title: document?.title ?? '' },
    state: session.state,
    starter: { id: session.starter_id, name: parts.people.get(session.starter_id)?.name ?? '' },
    account: parts.accounts.get(session.integration_id) ?? '',
    startedAt: session.started_at.toISOString(),
    endedAt: iso(session.ended_at),
    baseVersion: versions.get(session.base_version_id)?.number ?? '',
    nextVersion: document ? room.documents.nextDraftNumber(document) : '',
    resultVersion: result?.number ?? null,
    webUrl: mine && (session.state === 'active' || session.state === 'checking-in') ? session.web_url : null,
    lastSavedAt: iso(session.last_saved_at),
    lastSavedBy: session.last_saved_by,
    editors: parts.editors.get(session.id) ?? [],
    checkpoints: checkpoints.map((row) => presentCheckpoint(session, row)),
    notLiveSince: iso(session.not_live_since),
    notKeptSince: iso(notKeptSince(session)),
    problem: session.problem,
    decision: session.state === 'needs-a-decision' ? session.decision : null,
    receipt: presentReceipt(room, parts, session, result),
    may: {
      open: mine && session.state === 'active',
      checkIn: mine && (session.state === 'active' || session.state === 'checking-in'),
      discard: (mine || controls) && (session.state === 'active' || session.state === 'starting'),
      desktop: mine && session.state === 'active' && parts.desktopApps.has(session.institution_id),
      decide: controls && session.state === 'needs-a-decision',
      retry: (mine || controls) && (session.state === 'starting' || !isOpen(session.state)),
    },
  };
}

function presentReceipt(
  room: EditingRoom,
  parts: SessionParts,
  session: SessionRow,
  version: { number: string; editors: readonly { name: string }[] } | null,
) {
  return describeReceipt({
    session,
    version,
    checkedInBy: session.ended_by ? (parts.people.get(session.ended_by)?.name ?? null) : null,
    drafts: parts.drafts.get(session.id) ?? [],
    cleanUp: parts.cleanUps.get(session.id),
    watchMinutes: room.config.lateSaveWatchMinutes,
    now: room.clock.now(),
    people: parts.colleagues.get(session.id) ?? [],
    steps: parts.steps.get(session.id) ?? [],
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
    note: (await findPreparation(room.db, session.id))?.left_alone ?? null,
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

/** What Microsoft shows and was not fetched yet; nothing before the copy was fetched for the first time. */
function notKeptSince({ state, last_seen_tag, collected_tag, last_seen_since }: SessionRow): Date | null {
  if (!isOpen(state) || collected_tag === null || last_seen_tag === collected_tag) return null;
  return last_seen_since;
}

function iso(date: Date | null): string | null {
  return date?.toISOString() ?? null;
}
