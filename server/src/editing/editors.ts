import type { InspectedFile } from '../documents/index.ts';
import type { NamedEditor } from '../platform/schema.ts';
import { editorsSoFar, uniqueEditors } from './observe.ts';
import type { EditingRoom } from './room.ts';
import type { SessionRow } from './store.ts';

/**
 * Everybody who edited: the starter, whoever Microsoft named as the last to save at any look, and the authors of
 * tracked changes that the base did not have. Who is no participant is flagged: on a shared ward PC, Word may have been
 * signed in as somebody else.
 */
export async function editorsOfVersion(
  room: EditingRoom,
  session: SessionRow,
  inspected: InspectedFile,
): Promise<NamedEditor[]> {
  const starter = await room.accounts.person(room.db, session.starter_id);
  const integration = await room.accounts.integration(room.db, session.integration_id);
  const named = uniqueEditors([
    { name: starter?.name ?? 'Unknown', personId: session.starter_id, stranger: false },
    ...(await editorsSoFar(room, session.id)),
  ]);
  // Word writes the account's name, which may differ from the person's name here.
  const known = new Set([...named.map((editor) => editor.name), integration?.accountName]);
  const earlier = new Set(await authorsOfBase(room, session));
  const authors = inspected.authorsOfChanges.filter((name) => !known.has(name) && !earlier.has(name));
  return uniqueEditors([...named, ...authors.map((name) => ({ name, personId: null, stranger: true }))]);
}

async function authorsOfBase(room: EditingRoom, session: SessionRow): Promise<string[]> {
  const inspected = await room.blobs.asFile(session.source_sha256, (path) =>
    room.documents.inspectFile(path, session.file_name),
  );
  return inspected.authorsOfChanges;
}
