import type { Tx } from '../../platform/database.ts';
import type { NamedEditor } from '../../platform/schema.ts';
import { editorsInMicrosoft } from '../checking-in/name-editors.ts';
import { addCheckpoint, addObservation } from '../observing/checkpoint-store.ts';
import { editorsSoFar } from '../observing/editors.ts';
import type { EditingRoom } from '../room.ts';
import type { SessionRow } from '../store.ts';
import type { GoingOn } from './settled-content.ts';
import { copyObservations } from './take-over-store.ts';

/** Somebody who edited, and since when that is known. */
interface Saved {
  editor: NamedEditor;
  savedAt: Date;
}

/** Who edited until now and was never seen at it: whoever started, and the last of each of Microsoft's versions. */
export async function editorsToCarry(room: EditingRoom, before: SessionRow, { checkpoint }: GoingOn): Promise<Saved[]> {
  if (!checkpoint) return [];
  const starter = await room.accounts.person(room.db, before.starter_id);
  const named: Saved[] = [
    {
      editor: { name: starter?.name ?? 'Unknown', personId: before.starter_id, stranger: false },
      savedAt: before.started_at,
    },
    ...(await editorsInMicrosoft(room, before)),
  ];
  const seen = new Set((await editorsSoFar(room, before.id)).map(keyOf));
  return named.filter(({ editor }) => {
    const isNew = !seen.has(keyOf(editor));
    seen.add(keyOf(editor));
    return isNew;
  });
}

function keyOf({ personId, name }: NamedEditor): string {
  return personId ?? `name:${name}`;
}

/** The content as the new session's first checkpoint, and everybody who was seen to save. */
export async function carryOver(
  room: EditingRoom,
  tx: Tx,
  before: SessionRow,
  session: SessionRow,
  { checkpoint }: GoingOn,
  editors: readonly Saved[],
): Promise<void> {
  await copyObservations(tx, before.id, session.id);
  if (!checkpoint) return;
  const { institution_id: institutionId, id: sessionId } = session;
  for (const { editor: savedBy, savedAt } of editors)
    await addObservation(tx, {
      id: room.random.uuid(),
      institutionId,
      sessionId,
      tag: checkpoint.tag,
      savedAt,
      savedBy,
    });
  await addCheckpoint(tx, {
    id: room.random.uuid(),
    institution_id: session.institution_id,
    session_id: session.id,
    sha256: checkpoint.sha256,
    size: checkpoint.size,
    fingerprint: checkpoint.fingerprint,
    tag: checkpoint.tag,
    editors: JSON.stringify(checkpoint.editors),
  });
}
