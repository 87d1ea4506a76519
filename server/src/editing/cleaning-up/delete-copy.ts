import { type DriveItem, deleteItem, deletePermanently, GraphError, renameItem } from '@megdocs/microsoft365';
import { eTagOf, lookAtCopy, tagOf } from '../copy.ts';
import { endingPolicyOf } from '../ending/policy-store.ts';
import { graphOf } from '../graph-of.ts';
import type { HeldSession } from '../hold.ts';
import type { EditingRoom } from '../room.ts';
import { noteStep } from './step-store.ts';

/** What became of a copy that was to be deleted. */
export type Deletion =
  | { kind: 'deleted'; words: string }
  /** Somebody saved meanwhile: collect it. */
  | { kind: 'changed' }
  | { kind: 'failed'; error: unknown };

const DELETED = 'was deleted; it lies in the recycle bin of OneDrive.';
const DELETED_FOR_GOOD = 'was deleted for good.';
const NOT_FOR_GOOD =
  'was deleted; it lies in the recycle bin of OneDrive, because Microsoft does not delete for good in this OneDrive.';

/**
 * Deletes the copy that was seen, and only if it still is what was collected. For good where the institution wants that
 * and Microsoft offers it.
 */
export async function deleteCollected(room: EditingRoom, held: HeldSession, item: DriveItem): Promise<Deletion> {
  const { deletePermanently: forGood } = await endingPolicyOf(room.db, held.row.institution_id);
  try {
    if (forGood) {
      const deletion = await deleteForGood(room, held, item);
      if (deletion) return deletion;
    }
    // Whoever saves between our look and this call changes the tag: then Microsoft refuses, and we collect again.
    const ifMatch = eTagOf(held.row.collected_tag ?? '');
    await deleteItem(graphOf(room, held.row.integration_id), item, { ifMatch });
    const words = forGood ? NOT_FOR_GOOD : DELETED;
    await noteStep(room.db, held.row.id, 'copy-deleted', words);
    return { kind: 'deleted', words };
  } catch (error) {
    if (error instanceof GraphError && error.kind === 'changed') return { kind: 'changed' };
    return { kind: 'failed', error };
  }
}

/**
 * Permanent deletion knows no `If-Match`. So the copy is renamed with one, which Microsoft refuses if somebody saved, and
 * read once more. Undefined where Microsoft does not offer it.
 */
async function deleteForGood(room: EditingRoom, held: HeldSession, item: DriveItem): Promise<Deletion | undefined> {
  const { id } = held.row;
  const graph = graphOf(room, held.row.integration_id);
  const name = nameWhileDeleting(item.name);
  const renamed = await renameItem(graph, item, { name, ifMatch: eTagOf(held.row.collected_tag ?? '') });
  await held.inTransaction(room.db, async (tx) => {
    // A new name changes no content: Microsoft had compared the old tag, and answered with the new one.
    await held.change(tx, { collected_tag: tagOf(renamed) });
    await noteStep(tx, id, 'renamed');
  });
  const look = await lookAtCopy(room, held.row);
  if (look.kind !== 'seen' || look.tag !== held.row.collected_tag) return { kind: 'changed' };
  try {
    await deletePermanently(graph, item);
  } catch (error) {
    if (isNotOffered(error)) return undefined;
    throw error;
  }
  await noteStep(room.db, id, 'copy-deleted', DELETED_FOR_GOOD);
  return { kind: 'deleted', words: DELETED_FOR_GOOD };
}

function isNotOffered(error: unknown): boolean {
  return error instanceof GraphError && (error.kind === 'invalid' || error.status === 501 || error.status === 405);
}

const DELETING = 'Being deleted by MEGDocs';
const LONGEST_NAME = 100;

/** The same again after a cut. */
function nameWhileDeleting(name: string): string {
  return name.startsWith(DELETING) ? name : `${DELETING} ${name.slice(-LONGEST_NAME)}`;
}
