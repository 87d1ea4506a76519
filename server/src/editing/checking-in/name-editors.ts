import { ConnectionUnavailable, GraphError, type ItemVersion, listItemVersions } from '@megdocs/microsoft365';
import type { InspectedFile } from '../../documents/index.ts';
import type { NamedEditor } from '../../platform/schema.ts';
import { nameEditor } from '../copy.ts';
import { graphOf } from '../graph-of.ts';
import { observedEditors } from '../observing/checkpoint-store.ts';
import { uniqueEditors, withAuthors } from '../observing/editors.ts';
import type { EditingRoom } from '../room.ts';
import type { SessionRow } from '../store.ts';
import { lastSaveInVersion } from './order-store.ts';

/**
 * Everybody who edited since the base: the starter, whoever Microsoft names as the last to change each of its versions,
 * whoever was seen to save, and the authors of tracked changes that the base did not have.
 */
export async function nameEditors(
  room: EditingRoom,
  session: SessionRow,
  inspected: InspectedFile,
): Promise<NamedEditor[]> {
  // Saves up to here are in a version already, with their names.
  const since = (await lastSaveInVersion(room.db, session.id)) ?? new Date(0);
  const observed = (await observedEditors(room.db, session.id)).filter(({ savedAt }) => savedAt > since);
  const versions = (await microsoftVersions(room, session)).filter(({ lastModifiedAt }) => lastModifiedAt > since);
  const named: NamedEditor[] = [await starterOf(room, session), ...observed.map(({ editor }) => editor)];
  const namesAtMicrosoft: string[] = [await accountNameOf(room, session)];
  for (const version of versions) {
    const editor = await nameEditor(room, session, version);
    if (!editor) continue;
    named.push(editor);
    // Word signs with the account's name, which may differ from the person's name here.
    if (editor.personId && version.lastModifiedBy) namesAtMicrosoft.push(version.lastModifiedBy.name);
  }
  const before = { sha256: session.source_sha256, fileName: session.file_name };
  return withAuthors(room, uniqueEditors(named), inspected, before, namesAtMicrosoft);
}

async function starterOf(room: EditingRoom, session: SessionRow): Promise<NamedEditor> {
  const starter = await room.accounts.person(room.db, session.starter_id);
  return { name: starter?.name ?? 'Unknown', personId: session.starter_id, stranger: false };
}

async function accountNameOf(room: EditingRoom, session: SessionRow): Promise<string> {
  const integration = await room.accounts.integration(room.db, session.integration_id);
  return integration?.accountName ?? '';
}

/** Nobody's check-in waits for a list of names: what was observed is here in any case. */
async function microsoftVersions(room: EditingRoom, session: SessionRow): Promise<ItemVersion[]> {
  if (!session.drive_id || !session.item_id) return [];
  try {
    const graph = graphOf(room, session.integration_id);
    return await listItemVersions(graph, { driveId: session.drive_id, itemId: session.item_id });
  } catch (error) {
    if (!(error instanceof GraphError || error instanceof ConnectionUnavailable)) throw error;
    room.log.info({ err: error, session: session.id }, 'Microsoft did not list the versions of a copy');
    return [];
  }
}
