import { ConnectionUnavailable, GraphError, type ItemVersion, listItemVersions } from '@megdocs/microsoft365';
import type { InspectedFile } from '../../documents/index.ts';
import type { NamedEditor } from '../../platform/schema.ts';
import { nameEditor } from '../copy.ts';
import { graphOf } from '../graph-of.ts';
import { observedEditors } from '../observing/checkpoint-store.ts';
import { baseOf, uniqueEditors, withAuthors } from '../observing/editors.ts';
import type { EditingRoom } from '../room.ts';
import type { SessionRow } from '../store.ts';
import { connectionToRead } from '../together/reading.ts';
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
  const versions = (await editorsInMicrosoft(room, session)).filter(({ savedAt }) => savedAt > since);
  const named: NamedEditor[] = [
    await starterOf(room, session),
    ...[...observed, ...versions].map(({ editor }) => editor),
  ];
  // Word signs with the account's name, which may differ from the person's name here.
  const namesAtMicrosoft = versions.flatMap(({ editor, nameThere }) => (editor.personId ? [nameThere] : []));
  const known = [await accountNameOf(room, session), ...namesAtMicrosoft];
  return withAuthors(room, uniqueEditors(named), inspected, await baseOf(room, session), known);
}

/** Whoever changed one of Microsoft's versions of the copy last, with the name that Microsoft has for them. */
export async function editorsInMicrosoft(
  room: EditingRoom,
  session: SessionRow,
): Promise<{ editor: NamedEditor; savedAt: Date; nameThere: string }[]> {
  const found: { editor: NamedEditor; savedAt: Date; nameThere: string }[] = [];
  for (const version of await microsoftVersions(room, session)) {
    const editor = await nameEditor(room, session, version);
    const nameThere = version.lastModifiedBy?.name ?? '';
    if (editor) found.push({ editor, savedAt: version.lastModifiedAt, nameThere });
  }
  return found;
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
    const graph = graphOf(room, await connectionToRead(room, session));
    return await listItemVersions(graph, { driveId: session.drive_id, itemId: session.item_id });
  } catch (error) {
    if (!(error instanceof GraphError || error instanceof ConnectionUnavailable)) throw error;
    room.log.info({ err: error, session: session.id }, 'Microsoft did not list the versions of a copy');
    return [];
  }
}
