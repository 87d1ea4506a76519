import type { EndingPolicy } from '@megdocs/contract';
import { recordAudit } from '../../platform/audit.ts';
import { type HeldSession, tryHolding } from '../hold.ts';
import { observe } from '../observing/observe.ts';
import type { EditingRoom } from '../room.ts';
import { LeaseLost } from '../store.ts';
import { needDecision } from './decision.ts';
import { endSession } from './end-session.ts';
import { endingPolicyOf } from './policy-store.ts';
import { addReminder, idleSessions, remindersOf } from './reminder-store.ts';

const DAY_SECONDS = 86_400;
const ONE_ROUND = 500;
/** Nobody's session is closed without a warning that is this old. */
const WARNED_BEFORE_SECONDS = DAY_SECONDS;

/**
 * Reminds people of edits that nobody saved for days, and at last closes them with their content kept. May be cut off
 * anywhere and run twice at once: each session is held meanwhile.
 */
export async function expireSessions(room: EditingRoom): Promise<void> {
  for (const id of await idleSessions(room.db, ONE_ROUND))
    try {
      await tryHolding(room, id, (held) => remindOrAbandon(room, held));
    } catch (error) {
      if (error instanceof LeaseLost) continue;
      room.log.error({ err: error, session: id }, 'an idle edit session could not be seen to; it comes round again');
    }
}

async function remindOrAbandon(room: EditingRoom, held: HeldSession): Promise<void> {
  if (held.row.state !== 'active') return;
  const policy = await endingPolicyOf(room.db, held.row.institution_id);
  const since = idleSince(held);
  const idleDays = held.secondsSince(since) / DAY_SECONDS;
  if (idleDays < policy.remindAfterDays) return;
  const warned = (await remindersOf(room.db, held.row.id)).find(
    ({ kind, sent_at }) => kind === 'idle' && sent_at > since,
  );
  if (!warned) return remind(room, held, policy, Math.floor(idleDays));
  if (idleDays < policy.abandonAfterDays || held.secondsSince(warned.sent_at) < WARNED_BEFORE_SECONDS) return;
  await abandon(room, held, since, Math.floor(idleDays));
}

function idleSince({ row }: HeldSession): Date {
  return row.last_saved_at && row.last_saved_at > row.started_at ? row.last_saved_at : row.started_at;
}

async function remind(room: EditingRoom, held: HeldSession, policy: EndingPolicy, idleDays: number): Promise<void> {
  await held.inTransaction(room.db, async (tx) => {
    const { row } = held;
    // Fences: whoever lost the lease meanwhile reminds nobody.
    await held.change(tx, {});
    await addReminder(tx, row, 'idle', null);
    await recordAudit(tx, {
      institutionId: row.institution_id,
      personId: null,
      kind: 'editing_reminded',
      documentId: row.document_id,
      editSessionId: row.id,
      detail: { idleDays },
    });
    const document = await room.documents.find(tx, row.document_id, row.institution_id);
    const left = Math.max(1, policy.abandonAfterDays - idleDays);
    await room.accounts.notify(tx, {
      institutionId: row.institution_id,
      personId: row.starter_id,
      mail: 'Edits of yours wait to be checked in',
      text: `Nobody has saved ${document?.number ?? ''} ${document?.title ?? ''} for ${days(idleDays)}. Check it in, or discard the edits: in ${days(left)} the editing is closed, and what was typed is kept.`,
      link: `/documents/${row.document_id}/`,
    });
  });
}

/** Closed with its last content kept. What can't be read is never abandoned: somebody has to decide. */
async function abandon(room: EditingRoom, held: HeldSession, since: Date, idleDays: number): Promise<void> {
  const look = await observe(room, held);
  // Somebody saved after all.
  if (idleSince(held) > since) return;
  if (look.kind === 'no-connection') {
    await needDecision(room, held, `Nobody saved for ${days(idleDays)}, and MEGDocs can't read the copy. ${look.why}`);
    return;
  }
  // Gone or out of reach: looked into by the sweeper, and by us again in the next round.
  if (look.kind !== 'seen' || held.row.collected_tag !== look.tag) return;
  const reason = `Nobody saved for ${days(idleDays)}`;
  await held.inTransaction(room.db, async (tx) => {
    const { row } = held;
    const changed = row.collected_fingerprint !== row.base_fingerprint;
    await endSession(tx, held, {
      state: 'abandoned',
      kind: 'edits_abandoned',
      by: null,
      reason,
      // Whoever comes back to an open Word still gets a draft of what they type then.
      lateSavesFollow: row.base_version_id,
      detail: { reason, changed },
    });
    const document = await room.documents.find(tx, row.document_id, row.institution_id);
    const kept = changed
      ? 'What was typed is kept as a checkpoint; a document controller can make a version of it.'
      : 'Nothing had been changed.';
    await room.accounts.notify(tx, {
      institutionId: row.institution_id,
      personId: row.starter_id,
      mail: 'Edits of yours were closed',
      text: `Your editing of ${document?.number ?? ''} ${document?.title ?? ''} was closed: nobody saved for ${days(idleDays)}. ${kept}`,
      link: `/documents/${row.document_id}/`,
    });
  });
}

function days(count: number): string {
  return count === 1 ? 'one day' : `${count} days`;
}
