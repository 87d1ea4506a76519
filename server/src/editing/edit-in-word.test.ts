import { people } from '@megdocs/fixtures';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EditingScene, editingScene, newKey } from '../../test/editing-scene.ts';

describe('editing a document in Word, from the click to the deleted copy', () => {
  let scene: EditingScene;
  let sessionId: string;

  beforeAll(async () => {
    scene = await editingScene();
  });
  afterAll(() => scene.close());

  it('E1: opens with one Graph call before the browser is sent to Word', async () => {
    await scene.graphCalls();
    const answer = await scene.start();
    expect(answer.statusCode).toBe(200);
    const started = answer.json();
    sessionId = String(started.sessionId);
    expect(started.state).toBe('active');
    expect(new URL(String(started.webUrl)).pathname).toContain('/:w:/r/');
    const calls = await scene.graphCalls();
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatch(/^PUT .*MEGDocs.*Hand(%20| )hygiene\.docx:\/content$/);
  });

  it('E2: the copy lies under one folder of ours, with the real name', async () => {
    const row = await scene.server.db
      .selectFrom('edit_session')
      .selectAll()
      .where('id', '=', sessionId)
      .executeTakeFirstOrThrow();
    expect(row.folder_key).toMatch(/^[a-z2-7]{12}$/);
    expect(row.file_name).toBe('Hand hygiene.docx');
  });

  it('E3: a second person is refused, and told who edits it', async () => {
    const colleague = await scene.server.signIn('author2');
    const answer = await colleague.post(`/api/documents/${scene.documentId}/edit-sessions`, {
      idempotencyKey: newKey(),
    });
    expect(answer.statusCode).toBe(409);
    expect(answer.json().error.code).toBe('being_edited');
    expect(answer.json().error.message).toContain(people.author.name);
  });

  it('E3: while it is open, transitions, uploads and moves are refused with who is editing', async () => {
    const refused = await scene.author.post(`/api/documents/${scene.documentId}/transitions`, {
      transition: 'send-to-review',
      version: '0.1',
    });
    expect(refused.statusCode).toBe(409);
    expect(refused.json().error.message).toContain(people.author.name);
    const upload = await scene.author.upload(
      `/api/documents/${scene.documentId}/versions?fileName=Hand.docx&comment=again`,
      Buffer.from('anything'),
    );
    expect([409, 422]).toContain(upload.statusCode);
    const versions = await scene.author.get(`/api/documents/${scene.documentId}/versions`);
    expect(versions.json().versions).toHaveLength(1);
  });

  it('E5: what is saved in Word is kept as a checkpoint, and shown with who and when', async () => {
    await scene.save('Wash before and after.');
    await scene.pass(5);
    const session = await scene.session(sessionId);
    expect(session.checkpoints).toHaveLength(1);
    expect(session.lastSavedBy).toBe(people.author.name);
  });

  it('E7: a check-in waits while Microsoft has not settled', async () => {
    await scene.save('Still typing.');
    const answer = await scene.checkIn(sessionId);
    expect(answer.statusCode).toBe(200);
    expect(answer.json().result).toBe('waiting');
  });

  it('E6: becomes the next draft with at most four Graph calls, and the words are in it', async () => {
    await scene.server.clock.advance(30);
    await scene.graphCalls();
    await scene.server.app.editing.tend();
    const session = await scene.session(sessionId);
    expect(session.state).toBe('ended');
    expect(session.resultVersion).toBe('0.2');
    expect((await scene.graphCalls()).length).toBeLessThanOrEqual(4);
    expect(await scene.textOf('0.2')).toContain('Still typing.');
  });

  it('E11: the version names its editor and keeps the summary', async () => {
    const { versions } = (await scene.author.get(`/api/documents/${scene.documentId}/versions`)).json();
    expect(versions[0]).toMatchObject({ number: '0.2', comment: 'Scope widened' });
    expect(versions[0].editors.map((editor: { name: string }) => editor.name)).toEqual([people.author.name]);
  });

  it('E10: the copy is watched, then deleted, and the receipt says so', async () => {
    for (let minute = 0; minute < 10; minute++) await scene.pass(59);
    expect(
      (await scene.session(sessionId)).receipt.find((step: { kind: string }) => step.kind === 'copy'),
    ).toMatchObject({
      state: 'waiting',
    });
    for (let step = 0; step < 4; step++) await scene.pass(30);
    const { receipt } = await scene.session(sessionId);
    expect(receipt.map((step: { kind: string; state: string }) => [step.kind, step.state])).toEqual([
      ['version', 'done'],
      ['copy', 'done'],
      ['folder', 'done'],
      ['finished', 'done'],
    ]);
    expect((await scene.graphCalls()).some((call) => call.startsWith('DELETE '))).toBe(true);
  });

  it('E3: afterwards the document can be edited again', async () => {
    const answer = await scene.start();
    expect(answer.statusCode).toBe(200);
    const second = String(answer.json().sessionId);
    expect(second).not.toBe(sessionId);
    const closed = await scene.author.post(`/api/edit-sessions/${second}/close`);
    expect(closed.statusCode).toBe(200);
  });
});
