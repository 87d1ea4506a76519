import type { InspectedFile } from '../../documents/index.ts';
import { Failure } from '../../platform/failures.ts';
import type { NamedEditor } from '../../platform/schema.ts';
import type { EditingRoom } from '../room.ts';
import type { SessionRow } from '../store.ts';
import { observedEditors, observedEditorsOf } from './checkpoint-store.ts';

/**
 * Everybody who edited: the starter, whoever Microsoft named as the last to save, and the authors of tracked changes
 * that the base did not have. Who is no participant is flagged: on a shared ward PC, Word may have been signed in as
 * somebody else.
 */
export async function editorsOfVersion(
  room: EditingRoom,
  session: SessionRow,
  saved: readonly NamedEditor[],
  inspected: InspectedFile,
): Promise<NamedEditor[]> {
  const starter = await room.accounts.person(room.db, session.starter_id);
  const integration = await room.accounts.integration(room.db, session.integration_id);
  const named = uniqueEditors([
    { name: starter?.name ?? 'Unknown', personId: session.starter_id, stranger: false },
    ...saved,
  ]);
  // Word writes the account's name, which may differ from the person's name here.
  const known = integration ? [integration.accountName] : [];
  return withAuthors(room, named, inspected, await baseOf(room, session), known);
}

/** What the edits are compared with: in a session that goes on with handed-over content, that is not its source. */
export async function baseOf(room: EditingRoom, session: SessionRow): Promise<{ sha256: string; fileName: string }> {
  const versions = await room.documents.versionsByIds(room.db, [session.base_version_id]);
  const sha256 = versions.get(session.base_version_id)?.sha256 ?? session.source_sha256;
  return { sha256, fileName: session.file_name };
}

/** Adds the authors of tracked changes that the content before it did not have. */
export async function withAuthors(
  room: EditingRoom,
  named: readonly NamedEditor[],
  inspected: InspectedFile,
  before: { sha256: string; fileName: string },
  alsoKnown: readonly string[] = [],
): Promise<NamedEditor[]> {
  // The content before is not read for nothing: it may be large.
  if (inspected.authorsOfChanges.length === 0) return uniqueEditors(named);
  const known = new Set([...named.map((editor) => editor.name), ...alsoKnown, ...(await authorsIn(room, before))]);
  const authors = inspected.authorsOfChanges.filter((name) => !known.has(name));
  return uniqueEditors([...named, ...authors.map((name) => ({ name, personId: null, stranger: true }))]);
}

/** A base from before today's rules may not pass them: then it names nobody, and stops no check-in. */
async function authorsIn(room: EditingRoom, { sha256, fileName }: { sha256: string; fileName: string }) {
  try {
    const inspected = await room.blobs.asFile(sha256, (path) => room.documents.inspectFile(path, fileName));
    return inspected.authorsOfChanges;
  } catch (error) {
    if (error instanceof Failure) return [];
    throw error;
  }
}

/** Everybody whom Microsoft named as the last to save, once each, in the order of their first save. */
export async function editorsSoFar(room: EditingRoom, sessionId: string): Promise<NamedEditor[]> {
  const observed = await observedEditors(room.db, sessionId);
  return uniqueEditors(observed.map(({ editor }) => editor));
}

/** The same for several sessions, by session. */
export async function editorsOfSessions(
  room: EditingRoom,
  sessionIds: readonly string[],
): Promise<Map<string, NamedEditor[]>> {
  const observed = await observedEditorsOf(room.db, sessionIds);
  return new Map([...observed].map(([id, editors]) => [id, uniqueEditors(editors)]));
}

export function uniqueEditors(editors: readonly NamedEditor[]): NamedEditor[] {
  const seen = new Map<string, NamedEditor>();
  for (const editor of editors) {
    const key = editor.personId ?? `name:${editor.name}`;
    if (!seen.has(key)) seen.set(key, editor);
  }
  return [...seen.values()];
}
