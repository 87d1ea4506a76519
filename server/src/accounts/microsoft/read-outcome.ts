import { type ConnectOutcome, connectOutcome } from '@megdocs/contract';
import type { SignedIn } from '../room.ts';
import { failedOutcome } from './connect-outcome.ts';
import type { MicrosoftRoom } from './microsoft-room.ts';
import { findPending } from './pending-store.ts';

const REFERENCE = /^[A-Z0-9]{6,20}$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** How a flow of this person ended. A bare reference stands for a callback that belonged to no flow of theirs. */
export async function readOutcome(
  room: MicrosoftRoom,
  person: SignedIn,
  id: string,
): Promise<ConnectOutcome | undefined> {
  if (REFERENCE.test(id)) return failedOutcome(room, { code: 'flow_not_known' }, { reference: id, returnTo: null });
  if (!UUID.test(id)) return undefined;
  const row = await findPending(room.db, id);
  if (!row || row.person_id !== person.personId || row.state !== 'done') return undefined;
  return connectOutcome.parse(row.outcome);
}
