import type { Joined } from '@megdocs/contract';
import { getItem, isTrustedFileUrl } from '@megdocs/microsoft365';
import type { SignedIn } from '../../accounts/index.ts';
import { Failure, notFound } from '../../platform/failures.ts';
import { explainLook } from '../copy.ts';
import { sessionClosed } from '../errors.ts';
import { graphOf } from '../graph-of.ts';
import { type HeldSession, holding, isBusy } from '../hold.ts';
import type { EditingRoom } from '../room.ts';
import { findSession, type SessionRow } from '../store.ts';
import { grantAccess } from './grant.ts';
import { joinBlockers } from './join-blockers.ts';
import { partOf } from './may-take-part.ts';
import { addParticipant, findParticipant, type ParticipantRow } from './participant-store.ts';
import { withdrawAccess } from './withdraw.ts';

/**
 * Lets a colleague into the session with one click, and answers where Word opens the shared copy for them. The same
 * again opens it again. What could not be done in time goes on by itself; the page asks again.
 */
export async function joinEditing(room: EditingRoom, person: SignedIn, sessionId: string): Promise<Joined> {
  let asked: ParticipantRow;
  try {
    asked = await holding(room, sessionId, (held) => askAndGrant(room, held, person));
  } catch (error) {
    const begun = await findParticipant(room.db, sessionId, person.personId);
    if (!isBusy(error) || begun?.state !== 'asked') throw error;
    asked = begun;
  }
  const session = await findSession(room.db, sessionId);
  if (!session) throw notFound('This edit session');
  const account = await room.accounts.integrationOf(room.db, person.personId);
  const answer = { account: account?.accountAddress ?? '', problem: asked.problem };
  if (asked.state !== 'granted') return { ...answer, state: 'joining', webUrl: null };
  return { ...answer, state: 'editing', webUrl: await addressFor(room, session, asked) };
}

async function askAndGrant(room: EditingRoom, held: HeldSession, person: SignedIn): Promise<ParticipantRow> {
  const { row } = held;
  if (row.starter_id === person.personId)
    throw new Failure(409, 'cannot_edit', 'You started this editing yourself.', { remedy: 'Open it in Word.' });
  if (row.state !== 'active') throw sessionClosed(row.state);
  const before = await findParticipant(room.db, row.id, person.personId);
  if (before?.state === 'granted') return before;
  if (before?.state === 'withdrawing')
    throw new Failure(409, 'cannot_edit', before.why ?? 'Your right to the copy is just being withdrawn.', {
      remedy: 'Wait until that is done, then join again if you may.',
    });
  const asked = before?.state === 'asked' ? before : await ask(room, held, person);
  const after = await grantAccess(room, held, asked);
  if (after.state === 'refused')
    throw new Failure(409, 'microsoft_refused', 'You could not be let into the copy.', {
      remedy: after.why ?? 'Ask whoever started editing.',
    });
  return after;
}

/** The right is checked and the intent written in one transaction; only then is Microsoft called. */
async function ask(room: EditingRoom, held: HeldSession, person: SignedIn): Promise<ParticipantRow> {
  return held.inTransaction(room.db, async (tx) => {
    const document = await room.documents.lock(tx, held.row.document_id);
    const blockers = await joinBlockers(room, tx, person, held.row, document);
    const mine = await room.accounts.integrationOf(tx, person.personId);
    const role = partOf(document.state, await room.documents.access(tx, person, document));
    if (blockers.length > 0 || !mine || !role)
      throw new Failure(409, 'cannot_edit', blockers.map(({ fact }) => fact).join(' '), {
        remedy: blockers.map(({ whoLifts }) => whoLifts).join(' '),
      });
    // Fences: whoever lost the lease meanwhile lets nobody in.
    await held.change(tx, {});
    return addParticipant(tx, {
      institution_id: held.row.institution_id,
      session_id: held.row.id,
      person_id: person.personId,
      role,
      integration_id: mine.id,
      oid: mine.oid,
    });
  });
}

/**
 * The colleague's own address of the copy in the starter's drive. Where their connection may not see it (least
 * privilege), or Microsoft has not heard of the right yet, the starter's address leads there as well.
 */
async function addressFor(room: EditingRoom, session: SessionRow, row: ParticipantRow): Promise<string | null> {
  const known = session.web_url;
  if (room.config.microsoft?.filesScope !== 'Files.ReadWrite.All') return known;
  if (!session.drive_id || !session.item_id || !row.integration_id) return known;
  try {
    const graph = graphOf(room, row.integration_id);
    const { webUrl } = await getItem(graph, { driveId: session.drive_id, itemId: session.item_id });
    return isTrustedFileUrl(webUrl, room.accounts.endpoints) ? webUrl : known;
  } catch (error) {
    // Throws what is our own fault.
    explainLook(error);
    return known;
  }
}

/** A colleague gives the right back. */
export async function leaveEditing(room: EditingRoom, person: SignedIn, sessionId: string): Promise<void> {
  await holding(room, sessionId, async (held) => {
    const row = await findParticipant(room.db, sessionId, person.personId);
    if (row?.state !== 'granted' && row?.state !== 'asked') throw notFound('Your part in this editing');
    await withdrawAccess(room, held, row, `${person.name} left.`);
  });
}
