import type { DriveItem } from '@megdocs/microsoft365';
import { recordAudit } from '../../platform/audit.ts';
import type { Tx } from '../../platform/database.ts';
import type { NamedEditor } from '../../platform/schema.ts';
import type { FetchedCopy } from '../copy.ts';
import { addDraft, changeWaitingDraft, waitingDraft } from '../follow-ups/draft-store.ts';
import type { HeldSession } from '../hold.ts';
import { uniqueEditors } from '../observing/editors.ts';
import { keepTags, storeCheckpoint } from '../observing/observe.ts';
import type { EditingRoom } from '../room.ts';

/**
 * Keeps what Microsoft shows only after the session was closed. After a check-in it becomes a follow-up draft, and
 * everybody concerned is told; after a discard it is one more checkpoint. False: nobody changed the content.
 */
export async function keepLateSave(
  room: EditingRoom,
  held: HeldSession,
  item: DriveItem,
  fetched: FetchedCopy,
): Promise<boolean> {
  if (fetched.fingerprint === held.row.collected_fingerprint) {
    await keepTags(room, held, item, fetched);
    return false;
  }
  await storeCheckpoint(room, held, item, fetched, async (tx, savedBy) => {
    const followed = held.row.late_saves_follow;
    if (followed) await keepDraft(room, tx, held, item, fetched, savedBy, followed);
  });
  return true;
}

/** Later saves of one watch replace the waiting one; earlier contents stay as checkpoints. */
async function keepDraft(
  room: EditingRoom,
  tx: Tx,
  held: HeldSession,
  item: DriveItem,
  fetched: FetchedCopy,
  savedBy: NamedEditor | null,
  versionId: string,
): Promise<void> {
  const { row } = held;
  const content = {
    sha256: fetched.file.sha256,
    size: fetched.file.size,
    fingerprint: fetched.fingerprint,
    tag: fetched.tag,
    saved_at: item.lastModifiedAt,
  };
  const waiting = await waitingDraft(tx, row.id);
  const editors = JSON.stringify(uniqueEditors([...(waiting?.editors ?? []), ...(savedBy ? [savedBy] : [])]));
  // Somebody may decide on the waiting one at this very moment: then this is a new one.
  const replaced = waiting && (await changeWaitingDraft(tx, waiting.id, { ...content, editors }));
  if (!replaced)
    await addDraft(tx, {
      id: room.random.uuid(),
      institution_id: row.institution_id,
      session_id: row.id,
      document_id: row.document_id,
      follows_version_id: versionId,
      ...content,
      editors,
    });
  await tell(room, tx, held, savedBy);
}

async function tell(room: EditingRoom, tx: Tx, held: HeldSession, savedBy: NamedEditor | null): Promise<void> {
  const { row } = held;
  const name = savedBy?.name ?? 'Somebody';
  const flag = savedBy?.stranger ? ` Word was signed in as ${name}, who is not in this session.` : '';
  await recordAudit(tx, {
    institutionId: row.institution_id,
    personId: null,
    kind: 'late_save_kept',
    documentId: row.document_id,
    editSessionId: row.id,
    detail: { savedBy: name },
  });
  const after = row.state === 'taken-over' ? 'in the copy that was taken over' : 'after the check-in';
  const document = await room.documents.find(tx, row.document_id, row.institution_id);
  const watchers = await room.documents.watchersOf(tx, row.document_id);
  for (const personId of new Set([row.starter_id, ...watchers]))
    await room.accounts.notify(tx, {
      institutionId: row.institution_id,
      personId,
      text: `${name} saved ${document?.number ?? ''} ${document?.title ?? ''} again ${after}: kept as a draft of its own.${flag}`,
      link: `/documents/${row.document_id}/`,
    });
}
