import { readFile } from 'node:fs/promises';
import { DEMO_CLIENT_ID, people } from '@megdocs/fixtures';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type EditingScene, editingScene, sourceFile, withSentence } from '../../../test/editing-scene.ts';
import { connectMicrosoft } from '../../../test/microsoft-pages.ts';

let first: EditingScene;
let scene: EditingScene;
beforeAll(async () => {
  first = await editingScene();
});
afterAll(() => first.close());
beforeEach(async () => {
  scene = await first.another();
});

const blockers = async () =>
  (await scene.author.get(`/api/documents/${scene.documentId}`)).json().editBlockers as { code: string }[];
const isFree = async () => {
  const answer = await scene.start();
  expect(answer.statusCode).toBe(200);
};

describe('E1, E2: what stands in the way of opening', () => {
  it('a full drive is said in words, and the document is free', async () => {
    scene.emulator.control.changeUser(people.author.email, { quotaBytes: 1 });
    const answer = await scene.start();
    scene.emulator.control.changeUser(people.author.email, { quotaBytes: 1_000_000_000 });
    expect(answer).toMatchObject({ statusCode: 409 });
    expect(answer.json().error).toMatchObject({ code: 'drive_full' });
    await isFree();
  });

  it('an account without OneDrive likewise', async () => {
    scene.emulator.control.changeUser(people.author.email, { oneDrive: false });
    const answer = await scene.start();
    scene.emulator.control.changeUser(people.author.email, { oneDrive: true });
    expect(answer.json().error).toMatchObject({ code: 'drive_missing' });
    await isFree();
  });

  it('C8: a wrong secret of MEGDocs itself is never put on the person', async () => {
    await scene.server.clock.advance(7200);
    scene.emulator.control.changeApplication(DEMO_CLIENT_ID, { expireSecrets: true });
    const answer = await scene.start();
    scene.emulator.control.changeApplication(DEMO_CLIENT_ID, { expireSecrets: false });
    expect(answer.statusCode).toBe(503);
    expect(JSON.stringify(answer.json())).not.toContain('connect your account again');
    expect(JSON.stringify(answer.json())).toContain('administrator');
    await scene.server.clock.advance(600);
    await isFree();
  });

  it('E2: a page on a host that is not trusted is refused, and the copy that was made goes again', async () => {
    const fileHosts = scene.server.app.accounts.endpoints.fileHosts as string[];
    const trusted = [...fileHosts];
    fileHosts.splice(0, 9, 'files.example');
    const answer = await scene.start();
    fileHosts.splice(0, 9, ...trusted);
    expect(answer.statusCode).toBe(502);
    expect(answer.json().error).toMatchObject({ code: 'microsoft_refused' });
    const { state, item_id } = await scene.server.db
      .selectFrom('edit_session')
      .select(['state', 'item_id'])
      .where('document_id', '=', scene.documentId)
      .executeTakeFirstOrThrow();
    expect(state).toBe('not-started');
    expect(item_id).not.toBeNull();
    for (let minute = 0; minute < 16; minute++) await scene.pass(59);
    expect((await scene.graphCalls()).some((call) => call.startsWith('DELETE') && call.endsWith(String(item_id)))).toBe(
      true,
    );
    await isFree();
  });

  it('a connection that has to be renewed is a blocker with its button', async () => {
    scene.emulator.control.changeUser(people.author.email, { revokeSessions: true });
    await scene.server.clock.advance(7200);
    const answer = await scene.start();
    expect(answer.json().error).toMatchObject({ code: 'reconnect_needed' });
    expect(await blockers()).toEqual([expect.objectContaining({ code: 'reconnect-needed' })]);
    await connectMicrosoft(scene.author, people.author);
    expect(await blockers()).toEqual([]);
    await isFree();
  });

  it('E13: more than the limit is refused before it starts', async () => {
    const { id } = await scene.server.db
      .selectFrom('version')
      .select('id')
      .where('document_id', '=', scene.documentId)
      .executeTakeFirstOrThrow();
    await sql`alter table version disable trigger user`.execute(scene.server.db);
    await scene.server.db
      .updateTable('version')
      .set({ size: 250 * 1024 * 1024 + 1 })
      .where('id', '=', id)
      .execute();
    await sql`alter table version enable trigger user`.execute(scene.server.db);
    expect(await blockers()).toEqual([expect.objectContaining({ code: 'file-too-large' })]);
    await scene.graphCalls();
    expect((await scene.start()).statusCode).toBe(409);
    expect(await scene.graphCalls()).toEqual([]);
  });
});

describe('E2, E16: the copy on its way', () => {
  it('opening with a token that must be renewed costs one Graph call and one token call', async () => {
    await scene.server.clock.advance(7200);
    await scene.graphCalls();
    const tokenCalls = () => scene.emulator.control.requests().filter(({ path }) => path.endsWith('/token')).length;
    const before = tokenCalls();
    await isFree();
    expect(await scene.graphCalls()).toHaveLength(1);
    expect(tokenCalls() - before).toBe(1);
  });

  it('E16: a lost answer is adopted although the clock of this machine runs behind', async () => {
    scene.fault({ method: 'PUT', path: 'content' }, { drop: 'after' });
    scene.fault({ method: 'GET', path: 'MEGDocs' }, { graphError: 'resourceLocked' });
    const id = String((await scene.start()).json().sessionId);
    const { clock } = scene.server;
    const now = clock.now;
    clock.now = () => new Date(now().getTime() - 300_000);
    await scene.pass(60);
    clock.now = now;
    expect((await scene.session(id)).state).toBe('active');
    expect((await scene.graphCalls()).filter((call) => call.startsWith('PUT'))).toHaveLength(2);
  });

  it('what somebody typed before a lost answer was adopted is no base: it is checked in', async () => {
    scene.fault({ method: 'PUT', path: 'content' }, { drop: 'after' });
    scene.fault({ method: 'GET', path: 'MEGDocs' }, { graphError: 'resourceLocked' });
    const id = String((await scene.start()).json().sessionId);
    const row = await scene.server.db
      .selectFrom('edit_session')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    const answer = await (await scene.graph()).request(
      'GET',
      `/me/drive/root:/MEGDocs/${row.folder_key}/Hand%20hygiene.docx`,
    );
    const item = (await answer.json()) as { id: string; parentReference: { driveId: string } };
    const contentBase64 = Buffer.from(withSentence(await readFile(sourceFile), 'Found in OneDrive.')).toString(
      'base64',
    );
    await scene.emulator.control.changeItem(
      { driveId: item.parentReference.driveId, itemId: item.id },
      { save: { by: people.author.email, contentBase64 } },
    );
    await scene.pass(60);
    await scene.pass(90);
    expect((await scene.checkIn(id)).json()).toMatchObject({ result: 'version' });
    expect(await scene.textOf('0.2')).toContain('Found in OneDrive.');
  });

  it('E16: given up while the answer was lost: the copy that had arrived is cleaned up', async () => {
    scene.fault({ method: 'PUT', path: 'content' }, { drop: 'after' });
    scene.fault({ method: 'GET', path: 'MEGDocs' }, { graphError: 'resourceLocked' });
    const id = String((await scene.start()).json().sessionId);
    expect((await scene.session(id)).state).toBe('starting');
    const given = await scene.author.post(`/api/edit-sessions/${id}/discard`, { reason: 'It takes too long' });
    expect(given.statusCode).toBe(200);
    await isFree();
    await scene.graphCalls();
    for (let minute = 0; minute < 16; minute++) await scene.pass(59);
    // The copy, and the folder that was its own.
    expect((await scene.graphCalls()).filter((call) => call.startsWith('DELETE'))).toHaveLength(2);
  });

  it('E16: refused while we looked for what a lost answer had left: that copy is cleaned up too', async () => {
    scene.fault({ method: 'PUT', path: 'content' }, { drop: 'after' });
    scene.fault({ method: 'GET', path: 'MEGDocs' }, { status: 400 });
    expect((await scene.start()).statusCode).toBe(409);
    await scene.graphCalls();
    for (let minute = 0; minute < 16; minute++) await scene.pass(59);
    // The copy, and the folder that was its own.
    expect((await scene.graphCalls()).filter((call) => call.startsWith('DELETE'))).toHaveLength(2);
  });

  it('asking whether it has settled before it has opened is refused in words', async () => {
    scene.fault({ method: 'PUT', path: 'content' }, { status: 503 }, { times: 9 });
    const id = String((await scene.start()).json().sessionId);
    const answer = await scene.author.post(`/api/edit-sessions/${id}/settling`);
    expect(answer.statusCode).toBe(409);
  });

  it('E16: Microsoft that hangs holds up the request for fifteen seconds at most, and no other session', async () => {
    const other = await scene.open();
    await scene.save('Meanwhile.');
    const hung = await sceneKeepingSessions();
    hung.fault({ method: 'PUT', path: 'content' }, { hang: true });
    const started = performance.now();
    const answer = await hung.start();
    expect(performance.now() - started).toBeLessThan(16_000);
    expect(answer.json()).toMatchObject({ state: 'starting', webUrl: null });
    await hung.pass(30);
    expect((await scene.session(other)).checkpoints).toHaveLength(1);
  }, 60_000);

  async function sceneKeepingSessions(): Promise<EditingScene> {
    const dues = await scene.server.db.selectFrom('edit_session').select(['id', 'next_look_at']).execute();
    const next = await scene.another();
    for (const { id, next_look_at } of dues.filter(({ next_look_at: due }) => due instanceof Date))
      await scene.server.db.updateTable('edit_session').set({ next_look_at }).where('id', '=', id).execute();
    return next;
  }
});
