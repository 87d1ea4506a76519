import type { HeldSession } from '../hold.ts';
import type { EditingRoom } from '../room.ts';
import { appOf } from '../words.ts';
import { changeParticipant, type ParticipantRow } from './participant-store.ts';

/** Tells a colleague, once, that the session they are in has ended, and what becomes of what they still type. */
export async function tellOfEnd(room: EditingRoom, held: HeldSession, row: ParticipantRow): Promise<ParticipantRow> {
  const { state } = held.row;
  if (row.state !== 'granted' || row.told_of === state) return row;
  if (state === 'active' || state === 'checking-in' || state === 'starting') return row;
  return held.inTransaction(room.db, async (tx) => {
    const { row: session } = held;
    const by = session.ended_by ?? session.starter_id;
    const name = (await room.accounts.person(tx, by))?.name ?? 'Somebody';
    const document = await room.documents.find(tx, session.document_id, session.institution_id);
    const title = `${document?.number ?? ''} ${document?.title ?? ''}`;
    if (by !== row.person_id)
      await room.accounts.notify(tx, {
        institutionId: session.institution_id,
        personId: row.person_id,
        text: `${whatHappened(state, name, title)} ${whatToDo(state, appOf(session.file_name))}`,
        link: `/documents/${session.document_id}/`,
      });
    return changeParticipant(tx, session, row.person_id, { told_of: state });
  });
}

function whatHappened(state: string, name: string, title: string): string {
  switch (state) {
    case 'ended':
      return `${name} has checked in ${title}.`;
    case 'taken-over':
      return `${name} goes on with ${title} in a copy of their own.`;
    case 'discarded':
      return `${name} has ended the editing of ${title} without a version.`;
    case 'needs-a-decision':
      return `The edits of ${title} wait for a document controller to decide.`;
    default:
      return `The editing of ${title} has ended.`;
  }
}

function whatToDo(state: string, app: string): string {
  if (state === 'ended' || state === 'taken-over')
    return `Close ${app}; what you still save in the next 5 minutes is kept as a draft of its own.`;
  return `Close ${app}: you can no longer change the copy. What you saved until now is kept.`;
}
