import { findWriteGrant, GraphError, inviteToEdit, listPermissions } from '@megdocs/microsoft365';
import { recordAudit } from '../../platform/audit.ts';
import { secondsFromNow, sqlNow } from '../../platform/database.ts';
import { explainLook } from '../copy.ts';
import { graphOf } from '../graph-of.ts';
import type { HeldSession } from '../hold.ts';
import type { EditingRoom } from '../room.ts';
import { retrySeconds } from '../timing.ts';
import { givenOtherwise } from './given-otherwise.ts';
import { changeParticipant, isLive, noteSharing, type ParticipantRow, participantsOf } from './participant-store.ts';
import { RIGHTS_LOOK_SECONDS } from './timing.ts';

/**
 * Gives a colleague who asked the right to the copy, as far as Microsoft lets us now. May run again after any cut: a
 * right whose answer was lost is found by reading the permissions.
 */
export async function grantAccess(
  room: EditingRoom,
  held: HeldSession,
  asked: ParticipantRow,
): Promise<ParticipantRow> {
  const oid = asked.oid ?? '';
  const first = asked.failures === 0;
  // Counted before the calls: whoever takes it up after a cut knows that a right may have been given.
  await changeParticipant(room.db, held.row, asked.person_id, { failures: asked.failures + 1 });
  const graph = graphOf(room, held.row.integration_id);
  const ref = copyOf(held);
  try {
    const permissions = await listPermissions(graph, ref);
    const shared = givenOtherwise(permissions, await accountsWithin(room, held));
    await noteSharing(room.db, held.row, shared);
    if (shared.length > 0) return await refuse(room, held, asked, sharedWords(shared));
    const found = findWriteGrant(permissions, oid);
    if (found) return await welcome(room, held, asked, found.id);
    const invited = await inviteToEdit(graph, ref, { oid });
    if (invited.kind === 'granted') return await welcome(room, held, asked, invited.permission.id);
    return await refuse(room, held, asked, refusedWords(invited.code));
  } catch (error) {
    if (error instanceof GraphError && error.kind === 'forbidden' && first)
      return refuse(room, held, asked, NOT_ALLOWED);
    return tryLater(room, held, asked, error);
  }
}

const NOT_ALLOWED =
  'Microsoft does not let MEGDocs share the copy. An administrator of Microsoft 365 allows sharing within the organisation for OneDrive.';

function refusedWords(code: string | undefined): string {
  const said = code ? ` It said: ${code}.` : '';
  return `Microsoft answered, yet gave no right to the copy.${said} An administrator of Microsoft 365 sees whether this account is blocked, or sharing within the organisation is off.`;
}

function sharedWords(shared: readonly string[]): string {
  return `Others have a right to the copy that MEGDocs did not give. ${shared.join(' ')} It is removed in OneDrive, under "Manage access", by whoever started editing; then join again.`;
}

/** The owner's account and everybody whom MEGDocs let in. */
async function accountsWithin(room: EditingRoom, held: HeldSession): Promise<string[]> {
  const people = await participantsOf(room.db, held.row.id);
  return people.filter(isLive).flatMap(({ oid }) => oid ?? []);
}

export function copyOf(held: HeldSession): { driveId: string; itemId: string } {
  const { id, drive_id: driveId, item_id: itemId } = held.row;
  if (!driveId || !itemId) throw new Error(`The edit session ${id} has no copy yet`);
  return { driveId, itemId };
}

async function welcome(
  room: EditingRoom,
  held: HeldSession,
  asked: ParticipantRow,
  grantId: string,
): Promise<ParticipantRow> {
  return held.inTransaction(room.db, async (tx) => {
    const { row } = held;
    const granted = await changeParticipant(tx, row, asked.person_id, {
      state: 'granted',
      grant_id: grantId,
      granted_at: sqlNow,
      next_look_at: secondsFromNow(RIGHTS_LOOK_SECONDS),
      failures: 0,
      problem: null,
    });
    const person = await room.accounts.person(tx, asked.person_id);
    const document = await room.documents.find(tx, row.document_id, row.institution_id);
    await recordAudit(tx, {
      institutionId: row.institution_id,
      personId: asked.person_id,
      kind: 'colleague_joined',
      documentId: row.document_id,
      editSessionId: row.id,
      detail: { role: asked.role },
    });
    await room.accounts.notify(tx, {
      institutionId: row.institution_id,
      personId: row.starter_id,
      text: `${person?.name ?? 'A colleague'} joined you in editing ${document?.number ?? ''} ${document?.title ?? ''}.`,
      link: `/documents/${row.document_id}/`,
    });
    return granted;
  });
}

/** Nothing was given: the permissions were read and show it, or Microsoft refused the first time that it was asked. */
async function refuse(
  room: EditingRoom,
  held: HeldSession,
  asked: ParticipantRow,
  why: string,
): Promise<ParticipantRow> {
  return held.inTransaction(room.db, async (tx) => {
    const { row } = held;
    await recordAudit(tx, {
      institutionId: row.institution_id,
      personId: asked.person_id,
      kind: 'colleague_not_let_in',
      documentId: row.document_id,
      editSessionId: row.id,
      detail: { why },
    });
    return changeParticipant(tx, row, asked.person_id, { state: 'refused', why, problem: null, next_look_at: null });
  });
}

async function tryLater(
  room: EditingRoom,
  held: HeldSession,
  asked: ParticipantRow,
  error: unknown,
): Promise<ParticipantRow> {
  const why = explainLook(error);
  const wanted = why.kind === 'unreachable' ? (why.retryAfterSeconds ?? 0) : 0;
  return changeParticipant(room.db, held.row, asked.person_id, {
    problem: why.kind === 'gone' ? 'Microsoft does not find the copy in OneDrive.' : why.why,
    next_look_at: secondsFromNow(Math.max(wanted, retrySeconds(asked.failures))),
  });
}
