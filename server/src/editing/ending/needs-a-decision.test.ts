import { aDocument, people } from '@megdocs/fixtures';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TestClient } from '../../../test/client.ts';
import { type EditingScene, editingScene, newKey } from '../../../test/editing-scene.ts';
import { connectMicrosoft } from '../../../test/microsoft-pages.ts';

let first: EditingScene;
let scene: EditingScene;
let controller: TestClient;
beforeAll(async () => {
  first = await editingScene();
  controller = await first.server.signIn('controller');
});
afterAll(() => first.close());
beforeEach(async () => {
  scene = await first.another();
});

async function deleteCopy(): Promise<void> {
  const { driveId, itemId } = await scene.copy();
  (await (await scene.graph()).request('DELETE', `/drives/${driveId}/items/${itemId}`)).body.resume();
}

/** An open session whose copy its own person has deleted after a checkpoint. */
async function deletedWhileEditing(): Promise<string> {
  const id = await scene.open();
  await scene.save('Kept.', people.author2.email);
  await scene.pass(30);
  await deleteCopy();
  await scene.pass(30);
  expect((await scene.session(id)).state).toBe('active');
  await scene.pass(30);
  return id;
}
const decide = (client: TestClient, id: string, body: object) => client.post(`/api/edit-sessions/${id}/decision`, body);
/** A version made by another door, as a controller's recovery of an older session would. */
async function versionMadeMeanwhile(actingSessionId: string): Promise<void> {
  const { blobs, documents } = scene.server.app;
  const { Readable } = await import('node:stream');
  const file = await blobs.receive(Readable.from([aDocument({ paragraphs: 2 })]), { maxBytes: 1e6 });
  const inspected = await documents.inspectFile(file.path, 'Hand.docx');
  await blobs.keep(file);
  const by = (await controller.get('/api/me')).json().id;
  await scene.server.db.transaction().execute((tx) =>
    documents.addVersion(tx, {
      document: { id: scene.documentId },
      by,
      sha256: file.sha256,
      size: file.size,
      fileName: 'Hand hygiene.docx',
      comment: 'Meanwhile',
      editors: [],
      inspected,
      actingSessionId,
    }),
  );
}
async function withoutFolderRules<T>(work: () => Promise<T>): Promise<T> {
  const { db } = scene.server;
  await sql`create table rules_aside as select * from folder_rule`.execute(db);
  await sql`delete from folder_rule`.execute(db);
  const owner = await db
    .selectFrom('document')
    .select('owner_id')
    .where('id', '=', scene.documentId)
    .executeTakeFirstOrThrow();
  const heir = (await controller.get('/api/me')).json().id;
  await db.updateTable('document').set({ owner_id: heir }).where('id', '=', scene.documentId).execute();
  try {
    return await work();
  } finally {
    await sql`insert into folder_rule select * from rules_aside`.execute(db);
    await sql`drop table rules_aside`.execute(db);
    await db.updateTable('document').set(owner).where('id', '=', scene.documentId).execute();
  }
}

describe('E6, E10: edits that wait for a document controller', () => {
  it('a copy deleted while it was edited: the last checkpoint is offered, the document stays locked', async () => {
    const id = await deletedWhileEditing();
    const session = await scene.session(id);
    expect(session).toMatchObject({ state: 'needs-a-decision', webUrl: null });
    expect(session.decision).toContain('recycle bin');
    expect(session.checkpoints).toHaveLength(1);
    const refused = await scene.author.post(`/api/documents/${scene.documentId}/transitions`, {
      transition: 'send-to-review',
      version: '0.1',
    });
    expect(refused.json().error.code).toBe('being_edited');
    expect((await scene.start()).statusCode).toBe(409);
    const list = (await controller.get('/api/edit-sessions?scope=decisions')).json().sessions;
    expect(list.map((one: { id: string }) => one.id)).toContain(id);
  });

  it('one 404 for a copy that is there decides nothing: editing goes on', async () => {
    const id = await scene.open();
    await scene.save('Still typing.');
    scene.fault({ method: 'GET', path: '/items/' }, { graphError: 'itemNotFound' });
    await scene.pass(30);
    expect(await scene.session(id)).toMatchObject({ state: 'active', notLiveSince: expect.any(String) });
    await scene.pass(30);
    expect(await scene.session(id)).toMatchObject({ state: 'active', notLiveSince: null });
    expect((await scene.session(id)).checkpoints).toHaveLength(1);
  });

  it('a OneDrive that is out of reach as a whole waits an hour before anybody has to decide', async () => {
    const id = await scene.open();
    scene.fault({ method: 'GET', path: '/drives/' }, { graphError: 'itemNotFound' }, { times: 99 });
    for (let minute = 0; minute < 5; minute++) await scene.pass(60);
    expect((await scene.session(id)).state).toBe('active');
    await scene.pass(3600);
    const session = await scene.session(id);
    expect(session.state).toBe('needs-a-decision');
    expect(session.decision).toContain('out of reach for an hour');
  });

  it('E11: recovered by a controller, it names the starter and everybody who edited', async () => {
    const id = await deletedWhileEditing();
    const checkpointId = (await scene.session(id)).checkpoints[0]?.id;
    const wish = { decision: 'recover', checkpointId, summary: 'Rescued' };
    expect((await decide(scene.author, id, wish)).statusCode).toBe(403);
    expect((await decide(await scene.server.signIn('reader'), id, wish)).statusCode).toBe(404);
    expect((await decide(await scene.server.signIn('riversideController'), id, wish)).statusCode).toBe(404);
    expect((await decide(controller, id, wish)).statusCode).toBe(200);
    expect((await decide(controller, id, wish)).statusCode).toBe(409);
    const { versions } = (await scene.author.get(`/api/documents/${scene.documentId}/versions`)).json();
    expect(versions[0]).toMatchObject({ number: '0.2', comment: 'Rescued' });
    expect(versions[0].editors.map((editor: { name: string }) => editor.name)).toEqual([
      people.author.name,
      people.author2.name,
    ]);
    expect(await scene.textOf('0.2')).toContain('Kept.');
  });

  it('discarded by a controller with a reason, the document is free and the checkpoint stays', async () => {
    const id = await deletedWhileEditing();
    expect((await decide(controller, id, { decision: 'discard', reason: 'Not needed' })).statusCode).toBe(200);
    expect(await scene.session(id)).toMatchObject({ state: 'discarded', checkpoints: [expect.anything()] });
    expect((await scene.start()).statusCode).toBe(200);
  });

  it('a base that changed meanwhile: nothing is lost, and the copy is kept and looked at while it waits', async () => {
    const id = await scene.open();
    await scene.save('On the old base.');
    await scene.pass(90);
    await versionMadeMeanwhile(id);
    const answer = (await scene.checkIn(id)).json();
    expect(answer).toMatchObject({ result: 'needs-a-decision' });
    expect(answer.message).toContain('0.2');
    await scene.save('Still open in Word.');
    for (let minute = 0; minute < 15; minute++) await scene.pass(59);
    const session = await scene.session(id);
    expect(session.state).toBe('needs-a-decision');
    expect(session.checkpoints).toHaveLength(2);
    expect((await scene.graphCalls()).some((call) => call.startsWith('DELETE'))).toBe(false);
    await decide(controller, id, { decision: 'recover', checkpointId: session.checkpoints[0]?.id, summary: 'Both' });
    expect(await scene.textOf('0.3')).toContain('Still open in Word.');
  });

  it('a right lost during the session: nothing is lost', async () => {
    const id = await scene.open();
    await scene.save('Typed while allowed.');
    await scene.pass(90);
    const answer = await withoutFolderRules(() => scene.checkIn(id));
    expect(answer.json()).toMatchObject({ result: 'needs-a-decision' });
    expect((await scene.session(id)).checkpoints).toHaveLength(1);
  });

  it('E16: a decision is not taken away from the controller by giving the order once more', async () => {
    const id = await scene.open();
    await scene.save('Ordered, then disconnected.');
    await scene.server.clock.advance(2);
    const key = newKey();
    expect((await scene.checkIn(id, { idempotencyKey: key })).json().result).toBe('waiting');
    await scene.author.postForm('/accounts/account/microsoft/disconnect', { when: 'now' });
    expect((await scene.session(id)).state).toBe('needs-a-decision');
    await connectMicrosoft(scene.author, people.author);
    await scene.server.clock.advance(90);
    const again = await scene.checkIn(id, { idempotencyKey: key });
    expect(again.json()).toMatchObject({ result: 'needs-a-decision' });
    expect(await scene.versions()).toEqual(['0.1']);
  });
});
