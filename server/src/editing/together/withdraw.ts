import { grantsTo, listPermissions, removePermission } from '@megdocs/microsoft365';
import { type AuditKind, recordAudit } from '../../platform/audit.ts';
import { secondsFromNow, sqlNow } from '../../platform/database.ts';
import { findCleanUp } from '../cleaning-up/clean-up-store.ts';
import { explainLook, folderOf } from '../copy.ts';
import { graphOf } from '../graph-of.ts';
import type { HeldSession } from '../hold.ts';
import type { EditingRoom } from '../room.ts';
import { LEFT_BEHIND_AFTER_SECONDS, retrySeconds } from '../timing.ts';
import { copyOf } from './grant.ts';
import { changeParticipant, isLive, type ParticipantRow, participantsOf } from './participant-store.ts';

/** Every right of a colleague, at once and one after the other: the connection ends, or the session can't go on. */
export async function withdrawAll(room: EditingRoom, held: HeldSession, why: string): Promise<void> {
  for (const row of await participantsOf(room.db, held.row.id))
    if (isLive(row)) await withdrawAccess(room, held, row, why);
}

/**
 * Takes a colleague's right to the copy away, as far as Microsoft lets us now: intent, call, and the proof by reading the
 * permissions back. May run again after any cut.
 */
export async function withdrawAccess(
  room: EditingRoom,
  held: HeldSession,
  live: ParticipantRow,
  why: string,
): Promise<ParticipantRow> {
  const row =
    live.state === 'withdrawing'
      ? live
      : await changeParticipant(room.db, held.row, live.person_id, {
          state: 'withdrawing',
          why,
          failures: 0,
          next_look_at: sqlNow,
        });
  // A copy that was deleted took every right to it along.
  if ((await findCleanUp(room.db, held.row.id))?.state === 'done') return finish(room, held, row, 'withdrawn');
  try {
    if (await isGone(room, held, row.oid ?? '')) return await finish(room, held, row, 'withdrawn');
    return await again(room, held, row, 'Microsoft still shows the right after it was withdrawn.', 0);
  } catch (error) {
    return explainFailure(room, held, row, error);
  }
}

/** Removes every right that names the person, and proves that none is left. */
async function isGone(room: EditingRoom, held: HeldSession, oid: string): Promise<boolean> {
  const graph = graphOf(room, held.row.integration_id);
  const ref = copyOf(held);
  const mine = grantsTo(await listPermissions(graph, ref), oid);
  if (mine.length === 0) return true;
  for (const { id } of mine) await removePermission(graph, ref, id);
  return grantsTo(await listPermissions(graph, ref), oid).length === 0;
}

async function explainFailure(
  room: EditingRoom,
  held: HeldSession,
  row: ParticipantRow,
  error: unknown,
): Promise<ParticipantRow> {
  const look = explainLook(error);
  if (look.kind === 'gone') return again(room, held, row, 'Microsoft does not find the copy in OneDrive.', 0);
  if (look.kind === 'no-connection') {
    const integration = await room.accounts.integration(room.db, held.row.integration_id);
    if (integration?.status === 'ended')
      return finish(room, held, row, 'left-behind', 'The account that holds the copy was disconnected before.');
  }
  return again(room, held, row, look.why, look.kind === 'unreachable' ? (look.retryAfterSeconds ?? 0) : 0);
}

async function again(
  room: EditingRoom,
  held: HeldSession,
  row: ParticipantRow,
  problem: string,
  wantedSeconds: number,
): Promise<ParticipantRow> {
  const ended = held.row.ended_at;
  if (ended && held.secondsSince(ended) > LEFT_BEHIND_AFTER_SECONDS)
    return finish(room, held, row, 'left-behind', `It could not be withdrawn for seven days. ${problem}`);
  return changeParticipant(room.db, held.row, row.person_id, {
    failures: row.failures + 1,
    problem,
    next_look_at: secondsFromNow(Math.max(wantedSeconds, retrySeconds(row.failures))),
  });
}

const KINDS: Record<'withdrawn' | 'left-behind', AuditKind> = {
  withdrawn: 'colleague_withdrawn',
  'left-behind': 'colleague_left_behind',
};

async function finish(
  room: EditingRoom,
  held: HeldSession,
  row: ParticipantRow,
  state: 'withdrawn' | 'left-behind',
  problem: string | null = null,
): Promise<ParticipantRow> {
  const { row: session } = held;
  return held.inTransaction(room.db, async (tx) => {
    const person = await room.accounts.person(tx, row.person_id);
    const name = person?.name ?? 'a colleague';
    await recordAudit(tx, {
      institutionId: session.institution_id,
      personId: null,
      kind: KINDS[state],
      documentId: session.document_id,
      editSessionId: session.id,
      detail: { name, person: row.person_id, why: row.why, ...(problem ? { problem } : {}) },
    });
    if (state === 'left-behind')
      await room.accounts.notify(tx, {
        institutionId: session.institution_id,
        personId: session.starter_id,
        text: `${name} can still open the copy of ${session.file_name} in your OneDrive, in the folder ${folderOf(session)}. ${problem ?? ''}`,
        link: `/documents/${session.document_id}/`,
      });
    return changeParticipant(tx, session, row.person_id, {
      state,
      problem,
      withdrawn_at: state === 'withdrawn' ? sqlNow : null,
      next_look_at: null,
    });
  });
}
