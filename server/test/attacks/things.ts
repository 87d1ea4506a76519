import { randomUUID } from 'node:crypto';
import type { EditingScene } from '../editing-scene.ts';
import type { Things } from './every-route.ts';

/** One of everything that St Mary's has, so that an attacker can name what exists. */
export async function everythingThatExists(scene: EditingScene): Promise<Things> {
  const { server, documentId } = scene;
  const { db } = server;
  const started = await scene.start();
  const editSessionId = String(started.json().id ?? started.json().sessionId);
  const version = await db
    .selectFrom('version')
    .selectAll()
    .where('document_id', '=', documentId)
    .executeTakeFirstOrThrow();
  const content = {
    institution_id: version.institution_id,
    session_id: editSessionId,
    sha256: version.sha256,
    size: version.size,
    fingerprint: 'f'.repeat(64),
    tag: 'a tag',
    editors: JSON.stringify([]),
  };
  const checkpointId = randomUUID();
  await db
    .insertInto('edit_checkpoint')
    .values({ ...content, id: checkpointId })
    .execute();
  const followUpDraftId = randomUUID();
  await db
    .insertInto('follow_up_draft')
    .values({
      ...content,
      id: followUpDraftId,
      document_id: documentId,
      follows_version_id: version.id,
      saved_at: new Date(),
    })
    .execute();
  const document = await db.selectFrom('document').selectAll().where('id', '=', documentId).executeTakeFirstOrThrow();
  const { id: teamId } = await db
    .selectFrom('team')
    .select('id')
    .where('institution_id', '=', version.institution_id)
    .where('everyone', '=', false)
    .executeTakeFirstOrThrow();
  const { id: signInSessionId } = await db
    .selectFrom('sign_in_session')
    .select('id')
    .where('person_id', '=', document.owner_id)
    .executeTakeFirstOrThrow();
  const { id: outcomeId } = await db
    .selectFrom('pending_authorization')
    .select('id')
    .where('person_id', '=', document.owner_id)
    .executeTakeFirstOrThrow();
  return {
    documentId,
    editSessionId,
    checkpointId,
    followUpDraftId,
    folderId: document.folder_id,
    personId: document.owner_id,
    teamId,
    signInSessionId,
    outcomeId,
  };
}
