import { newFolderKey } from '@megdocs/microsoft365';
import type { SignedIn } from '../../accounts/index.ts';
import { recordAudit } from '../../platform/audit.ts';
import { type Db, sqlNow, type Tx } from '../../platform/database.ts';
import { Failure } from '../../platform/failures.ts';
import { addCleanUp } from '../cleaning-up/clean-up-store.ts';
import { whyItNoLongerFits } from '../ending/decision.ts';
import type { HeldSession } from '../hold.ts';
import { wasTried } from '../opening/place-copy.ts';
import type { EditingRoom } from '../room.ts';
import { insertSession, type SessionRow } from '../store.ts';
import { carryOver, editorsToCarry } from './carry-over.ts';
import type { ContinueWish } from './continue-elsewhere.ts';
import type { GoingOn } from './settled-content.ts';
import { addTakeOver } from './take-over-store.ts';
import { tellOfTakeOver } from './tell-of-take-over.ts';

/** Who goes on, and through which connection. */
interface Successor {
  id: string;
  name: string;
  integrationId: string;
}

/**
 * The one transaction: document row first, then the session; the old one ends, the new one begins with the same base, the
 * content, and everybody who edited so far; or nothing. Answers the new session's id.
 */
export async function beginSuccessor(
  room: EditingRoom,
  held: HeldSession,
  by: SignedIn,
  kind: 'taken-over' | 'handed-over',
  wish: ContinueWish,
  content: GoingOn,
  settled: boolean,
): Promise<string> {
  const editors = await editorsToCarry(room, held.row, content);
  return held.inTransaction(room.db, async (tx) => {
    const before = held.row;
    await room.documents.lock(tx, before.document_id);
    const to = await readySuccessor(room, tx, before, wish.toPersonId);
    await endPredecessor(tx, held, by, wish.reason);
    const session = await insertSession(tx, successorOf(room, before, to, wish, content));
    await carryOver(room, tx, before, session, content, editors);
    await addTakeOver(tx, {
      session_id: session.id,
      institution_id: session.institution_id,
      from_session_id: before.id,
      kind,
      by_person_id: by.personId,
      reason: wish.reason,
      settled,
      content_from: content.checkpoint?.made_at ?? null,
    });
    await recordTakeOver(room, tx, before, session, { by, to, kind, reason: wish.reason });
    return session.id;
  });
}

/** Throws 409 with what stands in the way of the person who is to go on. */
export async function readySuccessor(
  room: EditingRoom,
  q: Db | Tx,
  session: SessionRow,
  personId: string,
): Promise<Successor> {
  const person = await room.accounts.person(q, personId);
  if (!person || person.institutionId !== session.institution_id)
    throw new Failure(400, 'invalid_request', 'This person is not in your institution.', {
      remedy: 'Choose somebody from the list.',
      fields: { toPersonId: 'names nobody' },
    });
  const misfit = await whyItNoLongerFits(room, q, session, personId);
  if (misfit)
    throw new Failure(409, 'cannot_edit', misfit, {
      remedy: 'Choose somebody who may edit it, or ask a document controller.',
    });
  const integration = await room.accounts.integrationOf(q, personId);
  if (integration?.status !== 'connected')
    throw new Failure(409, 'not_connected', `${person.name} has no working connection to Microsoft 365.`, {
      remedy: `${person.name} connects it under Account settings, Microsoft; it takes about a minute.`,
    });
  return { id: person.id, name: person.name, integrationId: integration.id };
}

async function endPredecessor(tx: Tx, held: HeldSession, by: SignedIn, reason: string): Promise<void> {
  const { row } = held;
  const mayLieThere = row.state !== 'starting' || wasTried(row);
  await held.change(tx, {
    state: 'taken-over',
    ended_at: sqlNow,
    ended_by: by.personId,
    end_reason: reason,
    next_look_at: null,
    // A late save there follows what both sessions follow; the new one may be checked in before it is seen.
    late_saves_follow: row.base_version_id,
  });
  if (mayLieThere) await addCleanUp(tx, row.id, row.institution_id);
}

function successorOf(
  room: EditingRoom,
  before: SessionRow,
  to: Successor,
  wish: ContinueWish,
  content: GoingOn,
): Parameters<typeof insertSession>[1] {
  return {
    id: room.random.uuid(),
    institution_id: before.institution_id,
    document_id: before.document_id,
    base_version_id: before.base_version_id,
    // "Changed" is still judged against the base, never against what was handed over.
    base_fingerprint: before.base_fingerprint,
    source_sha256: content.sha256,
    integration_id: to.integrationId,
    starter_id: to.id,
    idempotency_key: wish.idempotencyKey,
    state: 'starting',
    next_look_at: sqlNow,
    folder_key: newFolderKey((count) => room.random.bytes(count)),
    file_name: before.file_name,
    last_saved_at: before.last_saved_at,
    last_saved_by: before.last_saved_by,
  };
}

async function recordTakeOver(
  room: EditingRoom,
  tx: Tx,
  before: SessionRow,
  session: SessionRow,
  what: { by: SignedIn; to: Successor; kind: 'taken-over' | 'handed-over'; reason: string },
): Promise<void> {
  const from = await room.accounts.person(tx, before.starter_id);
  await recordAudit(tx, {
    institutionId: session.institution_id,
    personId: what.by.personId,
    kind: what.kind === 'taken-over' ? 'editing_taken_over' : 'editing_handed_over',
    documentId: session.document_id,
    editSessionId: session.id,
    detail: {
      from: from?.name ?? '',
      to: what.to.name,
      by: what.by.name,
      reason: what.reason,
      fromSession: before.id,
    },
  });
  await tellOfTakeOver(room, tx, session, {
    by: { id: what.by.personId, name: what.by.name },
    from: { id: before.starter_id, name: from?.name ?? 'Somebody' },
    to: what.to,
    reason: what.reason,
  });
}
