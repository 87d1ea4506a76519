import { findCleanUp } from '../cleaning-up/clean-up-store.ts';
import type { HeldSession } from '../hold.ts';
import type { EditingRoom } from '../room.ts';
import { NOBODY_CHANGED } from '../words.ts';
import { partOf, whyNoPart } from './may-take-part.ts';
import type { ParticipantRow } from './participant-store.ts';
import { JOIN_GIVES_UP_SECONDS, QUIET_BEFORE_WITHDRAWAL_SECONDS, WITHDRAWAL_LATEST_SECONDS } from './timing.ts';

/** What has to become of a colleague's right now. */
type Judgement =
  | { do: 'keep' }
  /** It ends, and whoever still types is not cut off in mid-sentence. */
  | { do: 'wait'; why: string }
  | { do: 'withdraw'; why: string };

/**
 * Judged anew at every look, from the session and from what the person may do in MEGDocs: so nothing that ends a right
 * has to remember to say so, and no process that dies forgets it.
 */
export async function judgeAccess(room: EditingRoom, held: HeldSession, row: ParticipantRow): Promise<Judgement> {
  if (row.state === 'withdrawing') return { do: 'withdraw', why: row.why ?? '' };
  const lost = await whyLost(room, held, row);
  if (lost) return { do: 'withdraw', why: lost };
  switch (held.row.state) {
    case 'starting':
    case 'active':
    case 'checking-in':
      if (row.state === 'asked' && held.secondsSince(row.joined_at) > JOIN_GIVES_UP_SECONDS)
        return { do: 'withdraw', why: row.problem ?? 'Microsoft did not let them in for ten minutes.' };
      return { do: 'keep' };
    case 'ended':
      return whenQuiet(room, held, 'The document was checked in.');
    case 'taken-over':
      return whenQuiet(room, held, 'Somebody else goes on with the editing.');
    case 'discarded':
      if (held.row.end_reason === NOBODY_CHANGED) return whenQuiet(room, held, 'The editing was closed.');
      return { do: 'withdraw', why: 'The edits were discarded.' };
    case 'needs-a-decision':
      return { do: 'withdraw', why: 'The edits wait for a document controller to decide.' };
    default:
      return { do: 'withdraw', why: 'The editing has ended.' };
  }
}

async function whyLost(room: EditingRoom, held: HeldSession, row: ParticipantRow): Promise<string | undefined> {
  const person = await room.accounts.person(room.db, row.person_id);
  if (!person || person.deactivated) return `${person?.name ?? 'The person'} no longer works in MEGDocs.`;
  // After the end, what a check-in did to the document's state says nothing about who may finish their sentence.
  if (held.row.ended_at) return undefined;
  const document = await room.documents.find(room.db, held.row.document_id, held.row.institution_id);
  if (!document) return 'The document is no longer there.';
  const access = await room.documents.access(room.db, { ...person, personId: person.id }, document);
  return partOf(document.state, access) ? undefined : whyNoPart(document, person.name);
}

/** Quiet for a minute of time in which the copy was really observed, or five minutes after the end. */
async function whenQuiet(room: EditingRoom, held: HeldSession, why: string): Promise<Judgement> {
  const cleanUp = await findCleanUp(room.db, held.row.id);
  const quiet = cleanUp?.quiet_seconds ?? 0;
  const over = held.row.ended_at ? held.secondsSince(held.row.ended_at) : 0;
  const isTime = quiet >= QUIET_BEFORE_WITHDRAWAL_SECONDS || over >= WITHDRAWAL_LATEST_SECONDS;
  return { do: isTime || cleanUp?.finished_at ? 'withdraw' : 'wait', why };
}
