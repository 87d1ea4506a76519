import type { OnSessions, OnSessionsDone } from '@megdocs/contract';
import type { SignedIn } from '../../accounts/index.ts';
import { recordAudit } from '../../platform/audit.ts';
import { inTransaction } from '../../platform/database.ts';
import { Failure } from '../../platform/failures.ts';
import type { EditingRoom } from '../room.ts';
import { isOpen } from '../states.ts';
import type { SessionRow } from '../store.ts';
import { visibleSession } from '../visible.ts';
import { discardEdits } from './close-session.ts';
import { discardUndecided } from './decision.ts';
import { recoverLatest } from './recover-latest.ts';
import { addReminder, remindersInTurn } from './reminder-store.ts';

const AT_ONCE = 4;
/** Two controllers, or a double click, remind once. */
const REMINDED_LATELY_MS = 10 * 60_000;

type Result = OnSessionsDone['results'][number];

/** What a document controller orders for several sessions; each for itself: one that fails holds up no other. */
export async function orderOnSessions(
  room: EditingRoom,
  person: SignedIn,
  { sessionIds, order }: OnSessions,
): Promise<Result[]> {
  const waiting = [...[...new Set(sessionIds)].entries()];
  const results: Result[] = [];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, id] = next;
      results[index] = await orderOnOne(room, person, id, order);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return results;
}

async function orderOnOne(
  room: EditingRoom,
  person: SignedIn,
  sessionId: string,
  order: OnSessions['order'],
): Promise<Result> {
  let document = '';
  try {
    const session = await visibleSession(room, person, sessionId);
    document = await titleOf(room, session);
    return { sessionId, document, done: true, message: await carryOut(room, person, session, order) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { sessionId, document, done: false, message: [error.message, error.remedy].filter(Boolean).join(' ') };
  }
}

async function titleOf(room: EditingRoom, session: SessionRow): Promise<string> {
  const document = await room.documents.find(room.db, session.document_id, session.institution_id);
  return `${document?.number ?? ''} ${document?.title ?? ''}`.trim();
}

async function carryOut(
  room: EditingRoom,
  person: SignedIn,
  session: SessionRow,
  order: OnSessions['order'],
): Promise<string> {
  switch (order.do) {
    case 'remind':
      return remind(room, person, session, 'reminded');
    case 'ask-to-close':
      return remind(room, person, session, 'asked-to-close');
    case 'discard':
      if (session.state === 'needs-a-decision') await discardUndecided(room, person, session.id, order.reason);
      else await discardEdits(room, person, session.id, order.reason);
      return 'Discarded; what was typed is kept as a checkpoint.';
    case 'recover': {
      const { version, contentFrom, readable } = await recoverLatest(room, person, session.id, order.summary);
      const from = `Recovered as ${version} from what MEGDocs fetched on ${contentFrom.toISOString().slice(0, 16).replace('T', ' at ')} UTC.`;
      return readable ? from : `${from} The copy can't be read, so what was saved since is not in it.`;
    }
  }
}

async function remind(
  room: EditingRoom,
  person: SignedIn,
  session: SessionRow,
  kind: 'reminded' | 'asked-to-close',
): Promise<string> {
  if (!isOpen(session.state)) throw new Failure(409, 'session_closed', 'This editing has ended already.');
  const starter = await room.accounts.person(room.db, session.starter_id);
  const by = await room.accounts.person(room.db, person.personId);
  const document = await titleOf(room, session);
  const told = await inTransaction(room.db, async (tx) => {
    const [last] = await remindersInTurn(tx, session.id);
    if (last && last.kind === kind && room.clock.now().getTime() - last.sent_at.getTime() < REMINDED_LATELY_MS)
      return false;
    await addReminder(tx, session, kind, person.personId);
    await recordAudit(tx, {
      institutionId: session.institution_id,
      personId: person.personId,
      kind: 'editing_reminded',
      documentId: session.document_id,
      editSessionId: session.id,
      detail: { kind },
    });
    await room.accounts.notify(tx, {
      institutionId: session.institution_id,
      personId: session.starter_id,
      mail: kind === 'reminded' ? 'Edits of yours wait to be checked in' : 'Please finish editing a document',
      text:
        kind === 'reminded'
          ? `${by?.name ?? 'A document controller'} reminds you: ${document} is still open in Microsoft 365. Check it in, or discard the edits.`
          : `${by?.name ?? 'A document controller'} asks you to finish editing ${document} and to check it in, so that others can go on with it.`,
      link: `/documents/${session.document_id}/`,
    });
    return true;
  });
  const name = starter?.name ?? 'The person';
  return told ? `${name} was told.` : `${name} was told a few minutes ago already.`;
}
