import type { Participant, Together } from '@megdocs/contract';
import type { SignedIn } from '../../accounts/index.ts';
import type { EditingRoom } from '../room.ts';
import { isOpen } from '../states.ts';
import type { SessionRow } from '../store.ts';
import { mayHandOver, mayTakeOver } from '../taking-over/may-continue.ts';
import { presentOrigin } from '../taking-over/present-origin.ts';
import { joinBlockers } from './join-blockers.ts';
import { type ParticipantRow, participantsOf, sharedOtherwise } from './participant-store.ts';

const STATES: Record<ParticipantRow['state'], Participant['state']> = {
  asked: 'joining',
  granted: 'editing',
  refused: 'refused',
  withdrawing: 'leaving',
  withdrawn: 'gone',
  'left-behind': 'left-behind',
};

const OFF_WITHOUT_ALL =
  "MEGDocs may reach only each person's own OneDrive here, so a colleague's connection can't read the shared copy when the starter's is refused: it waits until the starter reconnects. Editing together in Word works.";

/** Everything about people in one session, as this person may see and do it. */
export async function presentTogether(room: EditingRoom, person: SignedIn, session: SessionRow): Promise<Together> {
  const rows = await participantsOf(room.db, session.id);
  const mine = rows.find(({ person_id }) => person_id === person.personId);
  const names = await namesOf(room, rows);
  const document = await room.documents.find(room.db, session.document_id, session.institution_id);
  const isStarter = session.starter_id === person.personId;
  const asksToJoin = document && !isStarter && isOpen(session.state) && session.state !== 'needs-a-decision';
  const blockers = asksToJoin ? await joinBlockers(room, room.db, person, session, document) : [];
  const editing = mine?.state === 'granted' || mine?.state === 'asked';
  const takesOver = await mayTakeOver(room, room.db, person, session);
  const reader = rows.find(({ reading_since, state }) => reading_since && state === 'granted');
  return {
    people: rows.map((row) => presentParticipant(row, names)),
    sharedOtherwise: isOpen(session.state) ? await sharedOtherwise(room.db, session.id) : [],
    readBy: reader ? { id: reader.person_id, name: names.get(reader.person_id) ?? '' } : null,
    off: room.config.microsoft?.filesScope === 'Files.ReadWrite' ? [OFF_WITHOUT_ALL] : [],
    joinBlockers: editing ? [] : blockers,
    continuedFrom: await presentOrigin(room, session.id),
    may: {
      join: Boolean(asksToJoin) && !editing && session.state === 'active' && blockers.length === 0,
      open: mine?.state === 'granted' && session.state === 'active',
      leave: editing && isOpen(session.state),
      takeOver: takesOver !== 'no',
      takeOverForOthersOnly: takesOver === 'for others',
      handOver: mayHandOver(person, session),
    },
  };
}

async function namesOf(room: EditingRoom, rows: readonly ParticipantRow[]): Promise<Map<string, string>> {
  const people = await Promise.all(rows.map(({ person_id }) => room.accounts.person(room.db, person_id)));
  return new Map(people.flatMap((one) => (one ? [[one.id, one.name]] : [])));
}

function presentParticipant(row: ParticipantRow, names: ReadonlyMap<string, string>): Participant {
  return {
    person: { id: row.person_id, name: names.get(row.person_id) ?? '' },
    state: STATES[row.state],
    joinedAt: row.joined_at.toISOString(),
    leftAt: row.withdrawn_at?.toISOString() ?? null,
    why: row.why,
    problem: row.problem,
  };
}
