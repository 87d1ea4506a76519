import { recordAudit } from '../../platform/audit.ts';
import { inTransaction } from '../../platform/database.ts';
import type { EditingRoom } from '../room.ts';
import type { SessionRow } from '../store.ts';
import { beginReading, endReading, type ParticipantRow, participantsOf } from './participant-store.ts';

/**
 * The connection to read the copy through: the starter's; where that is refused, the connection of a colleague whose own
 * right to this copy lives. Never for writing. Each change of hands is written down with both names.
 */
export async function connectionToRead(room: EditingRoom, session: SessionRow): Promise<string> {
  const own = await room.accounts.integration(room.db, session.integration_id);
  const people = await participantsOf(room.db, session.id);
  if (own?.status === 'connected') {
    if (people.some(({ reading_since }) => reading_since)) await endReading(room.db, session.id);
    return session.integration_id;
  }
  const reader = await findReader(room, people);
  if (!reader?.integration_id) return session.integration_id;
  if (!reader.reading_since) await writeDown(room, session, reader);
  return reader.integration_id;
}

/** Least privilege: with `Files.ReadWrite`, Microsoft lets nobody's connection see a copy in somebody else's drive. */
async function findReader(room: EditingRoom, people: readonly ParticipantRow[]): Promise<ParticipantRow | undefined> {
  if (room.config.microsoft?.filesScope !== 'Files.ReadWrite.All') return undefined;
  for (const row of people) {
    if (row.state !== 'granted' || !row.integration_id) continue;
    const integration = await room.accounts.integration(room.db, row.integration_id);
    const person = await room.accounts.person(room.db, row.person_id);
    if (integration?.status === 'connected' && person && !person.deactivated) return row;
  }
  return undefined;
}

async function writeDown(room: EditingRoom, session: SessionRow, reader: ParticipantRow): Promise<void> {
  await inTransaction(room.db, async (tx) => {
    if (!(await beginReading(tx, session.id, reader.person_id))) return;
    const starter = await room.accounts.person(tx, session.starter_id);
    const person = await room.accounts.person(tx, reader.person_id);
    await recordAudit(tx, {
      institutionId: session.institution_id,
      personId: null,
      kind: 'copy_read_by_colleague',
      documentId: session.document_id,
      editSessionId: session.id,
      detail: { starter: starter?.name ?? '', reader: person?.name ?? '' },
    });
  });
}
