import { type ConnectOutcome, connectOutcome } from '@megdocs/contract';
import type { SignedIn } from '../room.ts';
import { copiesThatComeFirst } from './answer-held.ts';
import { failedOutcome } from './connect-outcome.ts';
import { findLiveIntegration } from './integration-store.ts';
import type { MicrosoftRoom } from './microsoft-room.ts';
import { findHeldOf, findPending, hasFailedUnder, type PendingRow } from './pending-store.ts';

const REFERENCE = /^[A-Z0-9]{6,20}$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** How a flow of this person ended. A bare reference stands for a callback that belonged to no flow of theirs. */
export async function readOutcome(
  room: MicrosoftRoom,
  person: SignedIn,
  id: string,
): Promise<ConnectOutcome | undefined> {
  if (REFERENCE.test(id)) return bareOutcome(room, person, id);
  if (!UUID.test(id)) return undefined;
  const row = await findPending(room.db, id);
  if (!row || row.person_id !== person.personId || row.state !== 'done') return undefined;
  const outcome = connectOutcome.parse(row.outcome);
  return outcome.result === 'held' ? heldOutcome(room, person, row, outcome) : outcome;
}

/** Only what the trail tells of this person: a page must not vouch for a reference that somebody made up. */
async function bareOutcome(
  room: MicrosoftRoom,
  { personId }: SignedIn,
  reference: string,
): Promise<ConnectOutcome | undefined> {
  if (!(await hasFailedUnder(room.db, personId, reference))) return undefined;
  return failedOutcome(room, { code: 'flow_not_known' }, { reference, returnTo: null });
}

/** What comes first is told as it stands now; after ten minutes there is nothing to be asked about any more. */
async function heldOutcome(
  room: MicrosoftRoom,
  person: SignedIn,
  row: PendingRow,
  outcome: Extract<ConnectOutcome, { result: 'held' }>,
): Promise<ConnectOutcome> {
  const question = await findHeldOf(room.db, person.personId);
  if (question?.id !== row.id || !question.held_until) {
    const reference = row.id.slice(0, 8).toUpperCase();
    room.log.info(
      { problem: 'held_too_long', reference, person: person.personId },
      'an account was not confirmed in time',
    );
    return failedOutcome(room, { code: 'held_too_long' }, { reference, returnTo: row.return_to });
  }
  const first = await copiesThatComeFirst(room, await findLiveIntegration(room.db, person.personId));
  return { ...outcome, until: question.held_until.toISOString(), stillOpen: first.map(({ document }) => document) };
}
