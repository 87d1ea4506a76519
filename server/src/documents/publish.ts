import type { Tx } from '../platform/database.ts';
import type { NamedEditor } from '../platform/schema.ts';
import type { Actor, DocumentFacts } from './facts.ts';
import type { DocumentsRoom } from './room.ts';
import { insertVersion, loadVersions, setPublished } from './store.ts';
import { formatVersion, nextPublished } from './version-numbers.ts';

/** Gives the next whole number to the very same bytes. Everybody who edited since the last published one is named. */
export async function publishNewest(
  room: DocumentsRoom,
  tx: Tx,
  document: DocumentFacts,
  actor: Actor,
  comment: string | undefined,
): Promise<string> {
  const { newestVersion } = document;
  const number = nextPublished(newestVersion);
  const id = room.random.uuid();
  await insertVersion(
    tx,
    {
      id,
      institution_id: document.institutionId,
      document_id: document.id,
      ...number,
      sha256: newestVersion.sha256,
      size: newestVersion.size,
      file_name: newestVersion.fileName,
      content_type: newestVersion.contentType,
      comment: comment ?? newestVersion.comment,
      made_by: actor.personId,
      published_from: newestVersion.id,
      check_in_order_id: null,
      tracked_changes: newestVersion.trackedChanges,
      comments: newestVersion.comments,
    },
    await editorsSincePublished(tx, document),
  );
  await setPublished(tx, document.id, id);
  return formatVersion(number);
}

async function editorsSincePublished(tx: Tx, document: DocumentFacts): Promise<NamedEditor[]> {
  const versions = await loadVersions(tx, { documentId: document.id });
  const drafts = versions.filter(
    (version) => version.major === document.newestVersion.major && version.publishedFrom === null,
  );
  const editors = new Map<string, NamedEditor>();
  for (const editor of drafts.reverse().flatMap((draft) => draft.editors)) {
    const key = editor.personId ?? `name ${editor.name}`;
    if (!editors.has(key)) editors.set(key, editor);
  }
  return [...editors.values()];
}
