import type { Continued } from '@megdocs/contract';
import { people } from '@megdocs/fixtures';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TestClient } from '../../../test/client.ts';
import { type EditingScene, editingScene, newKey } from '../../../test/editing-scene.ts';
import { connectMicrosoft } from '../../../test/microsoft-pages.ts';
import { type TogetherScene, togetherScene } from '../../../test/together-scene.ts';

let first: EditingScene;
let scene: EditingScene;
let us: TogetherScene;
let colleague: TestClient;
let controller: TestClient;
let tomas: string;
beforeAll(async () => {
  first = await editingScene();
  colleague = await first.server.signIn('author2');
  controller = await first.server.signIn('controller');
  await connectMicrosoft(colleague, people.author2);
  tomas = (await colleague.get('/api/me')).json().id;
});
afterAll(() => first.close());
beforeEach(async () => {
  scene = await first.another();
  us = togetherScene(scene);
});

const takeOver = (id: string, wish: object = {}, who = colleague) =>
  who.post(`/api/edit-sessions/${id}/take-over`, wishOf(wish));
const handOver = (id: string, wish: object = {}, who = scene.author) =>
  who.post(`/api/edit-sessions/${id}/hand-over`, wishOf(wish));
const wishOf = (wish: object) => ({ idempotencyKey: newKey(), toPersonId: tomas, reason: 'On leave', ...wish });
const session = async (id: string, who = colleague) => (await who.get(`/api/edit-sessions/${id}`)).json();
/** Opens the session that goes on as its page does, and answers where its copy lies. */
async function openNow(): Promise<{ driveId: string; itemId: string }> {
  await colleague.post(`/api/documents/${scene.documentId}/edit-sessions`, { idempotencyKey: newKey() });
  return scene.copy();
}
const checkInBy = async (who: TestClient, id: string) =>
  (await who.post(`/api/edit-sessions/${id}/check-in`, { idempotencyKey: newKey(), summary: 'Went on' })).json();

describe('E8: taking over from somebody who is away', () => {
  it('goes on in the own OneDrive from the latest content; the version names both, and the old copy is watched', async () => {
    const old = await scene.open();
    await scene.save('By the absent author.');
    const oldCopy = await scene.copy();
    await scene.pass(90);
    const answer = (await takeOver(old)).json() as Continued;
    expect(answer).toMatchObject({ result: 'continued', sessionId: expect.any(String) });
    const id = answer.sessionId ?? '';
    const copy = await openNow();
    expect(copy.driveId).not.toBe(oldCopy.driveId);
    expect(await session(id)).toMatchObject({
      state: 'active',
      baseVersion: '0.1',
      starter: { name: 'Tomas Novelli' },
    });
    expect(await session(old)).toMatchObject({ state: 'taken-over', endedAt: expect.any(String) });
    expect((await us.together(id, colleague)).continuedFrom).toMatchObject({
      starter: { name: 'Clare Whitcombe' },
      kind: 'taken-over',
      reason: 'On leave',
      settled: true,
    });
    await scene.pass(90);
    expect(await checkInBy(colleague, id)).toMatchObject({ result: 'version', version: '0.2' });
    expect(await scene.textOf('0.2')).toContain('By the absent author.');
    const [version] = (await scene.author.get(`/api/documents/${scene.documentId}/versions`)).json().versions;
    expect(version.editors.map(({ name }: { name: string }) => name).sort()).toEqual([
      'Clare Whitcombe',
      'Tomas Novelli',
    ]);
    expect((await us.told(scene.author)).join()).toMatch(/Tomas Novelli goes on with your edits of .*“On leave”/);
    const activity = (await scene.author.get(`/api/documents/${scene.documentId}/activity`)).body;
    expect(activity).toContain('took over the editing from Clare Whitcombe: On leave');
  });

  it('E11: whoever started or saved in the old copy is named on the version, and a stranger is flagged', async () => {
    const old = await scene.open();
    await scene.save('By a colleague who joined.', people.author2.email);
    await scene.save('By a locum at the ward PC.', people.approver.email);
    await scene.pass(90);
    const { sessionId } = (await takeOver(old)).json();
    await openNow();
    await scene.pass(90);
    expect(await checkInBy(colleague, sessionId)).toMatchObject({ result: 'version' });
    const [version] = (await scene.author.get(`/api/documents/${scene.documentId}/versions`)).json().versions;
    expect(version.editors).toHaveLength(3);
    expect(version.editors).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'Clare Whitcombe', stranger: false }),
        expect.objectContaining({ name: 'Amara Linwood', stranger: true }),
        expect.objectContaining({ name: 'Tomas Novelli' }),
      ]),
    );
  });

  it('what the absent author still saves in the old copy is a draft of its own', async () => {
    const old = await scene.open();
    const oldCopy = await scene.copy();
    await scene.pass(90);
    await takeOver(old);
    await openNow();
    await scene.save('Back from leave.', people.author.email, oldCopy);
    await scene.pass(15);
    expect(await scene.drafts()).toMatchObject([{ followsVersion: '0.1', editors: ['Clare Whitcombe'] }]);
  });

  it('the old copy is deleted after its watch', async () => {
    const old = await scene.open();
    await scene.pass(90);
    await takeOver(old);
    for (let minute = 0; minute < 14; minute++) await scene.pass(59);
    expect(await scene.receiptStep(old, 'copy')).toMatchObject({ state: 'done' });
  });

  it('nothing was changed yet: it goes on from the base, and says so at the end', async () => {
    const old = await scene.open();
    await scene.pass(90);
    const { sessionId } = (await takeOver(old)).json();
    await openNow();
    await scene.pass(90);
    expect(await checkInBy(colleague, sessionId)).toMatchObject({ result: 'nothing-changed' });
  });

  it('waits for Microsoft to settle, and goes on with the same wish', async () => {
    const old = await scene.open();
    await scene.save('Just typed.');
    const wish = { idempotencyKey: newKey() };
    expect((await takeOver(old, wish)).json()).toMatchObject({ result: 'waiting', mayGoOnAnyway: false });
    await scene.server.clock.advance(20);
    await takeOver(old, wish);
    await scene.server.clock.advance(20);
    expect((await takeOver(old, wish)).json()).toMatchObject({ result: 'continued' });
    await openNow();
    expect((await colleague.get(`/api/documents/${scene.documentId}/edit-sessions`)).json().sessions).toHaveLength(2);
  });

  it('the same wish twice, or two at once, is one new session', async () => {
    const old = await scene.open();
    await scene.pass(90);
    const wish = { idempotencyKey: newKey() };
    const answers = await Promise.all([takeOver(old, wish), takeOver(old, wish)]);
    const ids = new Set(answers.map((answer) => answer.json().sessionId));
    expect(ids.size).toBe(1);
    expect((await takeOver(old, wish)).json().sessionId).toBe([...ids][0]);
    expect((await takeOver(old)).json().error).toMatchObject({ code: 'session_closed' });
  });

  it('a full OneDrive keeps it waiting with the reason, and nothing is lost', async () => {
    const old = await scene.open();
    await scene.save('Precious.');
    await scene.pass(90);
    scene.fault({ method: 'PUT' }, { graphError: 'quotaLimitReached' }, { times: 99 });
    const { sessionId } = (await takeOver(old)).json();
    const refused = await colleague.post(`/api/documents/${scene.documentId}/edit-sessions`, {
      idempotencyKey: newKey(),
    });
    expect(refused.json().error).toMatchObject({ code: 'drive_full' });
    expect(await session(sessionId)).toMatchObject({
      state: 'starting',
      problem: expect.stringContaining('OneDrive is full'),
      checkpoints: [expect.anything()],
    });
    scene.emulator.control.clearFaults();
    for (let round = 0; round < 4; round++) await scene.pass(30);
    expect(await session(sessionId)).toMatchObject({ state: 'active' });
    await scene.pass(90);
    expect(await checkInBy(colleague, sessionId)).toMatchObject({ result: 'version' });
    expect(await scene.textOf('0.2')).toContain('Precious.');
  });

  it('what is still on its way to a OneDrive can be taken over as well', async () => {
    scene.fault({ method: 'PUT' }, { graphError: 'serviceNotAvailable' }, { times: 99 });
    const old = String((await scene.start()).json().sessionId);
    scene.emulator.control.clearFaults();
    expect((await takeOver(old)).json()).toMatchObject({ result: 'continued' });
    await openNow();
    expect(await session(old)).toMatchObject({ state: 'taken-over' });
  });

  it('the copy can not be read: only with what was kept before, and on the person’s word', async () => {
    const old = await scene.open();
    await scene.save('Kept.');
    await scene.pass(90);
    scene.fault({ path: '/items/' }, { graphError: 'accessDenied' }, { times: 99 });
    const answer = (await takeOver(old)).json();
    expect(answer).toMatchObject({ result: 'not-readable', contentFrom: expect.any(String), mayGoOnAnyway: true });
    const { sessionId } = (await takeOver(old, { anyway: true })).json();
    scene.emulator.control.clearFaults();
    await openNow();
    expect((await us.together(sessionId, colleague)).continuedFrom).toMatchObject({ settled: false });
    await scene.pass(90);
    expect(await checkInBy(colleague, sessionId)).toMatchObject({ result: 'version' });
    expect(await scene.textOf('0.2')).toContain('Kept.');
  });

  it('content that Word can not open again: the newest checkpoint that it can, on the person’s word', async () => {
    const old = await scene.open();
    await scene.save('Still good.');
    await scene.pass(30);
    await scene.saveBytes(Buffer.from('not a document any more'));
    await scene.pass(90);
    expect((await takeOver(old)).json()).toMatchObject({ result: 'not-readable', mayGoOnAnyway: true });
    const { sessionId } = (await takeOver(old, { anyway: true })).json();
    await openNow();
    await scene.pass(90);
    expect(await checkInBy(colleague, sessionId)).toMatchObject({ result: 'version' });
    expect(await scene.textOf('0.2')).toContain('Still good.');
  });
});

describe('E8: who may', () => {
  it('a colleague for themselves alone; a controller for somebody who may edit; nobody else', async () => {
    const old = await scene.open();
    await scene.pass(90);
    const approver = await scene.server.signIn('approver');
    const { id: approverId } = (await approver.get('/api/me')).json();
    const { id: controllerId } = (await controller.get('/api/me')).json();
    expect((await takeOver(old, {}, approver)).statusCode).toBe(403);
    expect((await takeOver(old, { toPersonId: approverId }, colleague)).statusCode).toBe(403);
    expect((await takeOver(old, { toPersonId: controllerId }, controller)).statusCode).toBe(403);
    expect((await takeOver(old, { toPersonId: approverId }, controller)).json().error).toMatchObject({
      code: 'cannot_edit',
    });
    const reader = await scene.server.signIn('reader');
    expect((await takeOver(old, {}, reader)).statusCode).toBe(404);
    expect((await takeOver(old, {}, controller)).json()).toMatchObject({ result: 'continued' });
    expect((await us.told(colleague))[0]).toContain('handed the edits of');
  });

  it('the list of successors holds whoever may edit, and says who is not connected', async () => {
    const old = await scene.open();
    const found = async (search: string) =>
      (await controller.get(`/api/edit-sessions/${old}/successors?search=${search}`)).json().people;
    expect(await found('tomas')).toMatchObject([{ name: 'Tomas Novelli', ready: true, why: null }]);
    expect(await found('amara')).toEqual([]);
    await sql`update oauth2_integration set status = 'reconnect_needed', version = version + 1
      where person_id = ${tomas} and status = 'connected'`.execute(scene.server.db);
    expect(await found('tomas')).toMatchObject([{ ready: false, why: expect.stringContaining('connection') }]);
    expect((await takeOver(old)).json().error.code).toBe('not_connected');
    await connectMicrosoft(colleague, people.author2);
  });
});

describe('E8: handing over', () => {
  it('to a named colleague, who is told and finds it in their OneDrive', async () => {
    const old = await scene.open();
    await scene.save('Half of it.');
    await scene.pass(90);
    expect((await handOver(old, { reason: 'Night shift' })).json()).toMatchObject({ result: 'continued' });
    await scene.pass(5);
    expect((await us.told(colleague))[0]).toContain('Clare Whitcombe handed the edits of');
    const [open] = (await colleague.get(`/api/documents/${scene.documentId}/edit-sessions`)).json().sessions;
    expect(open).toMatchObject({ state: 'active', starter: { name: 'Tomas Novelli' } });
    expect((await us.together(open.id, colleague)).continuedFrom).toMatchObject({ kind: 'handed-over' });
  });

  it('only by the person who started', async () => {
    const old = await scene.open();
    expect((await handOver(old, {}, colleague)).statusCode).toBe(403);
  });

  it('colleagues of the old copy are told, and their right ends when it is quiet', async () => {
    const old = await scene.open();
    await us.join(old, colleague);
    await scene.pass(90);
    await takeOver(old);
    for (let round = 0; round < 8; round++) await scene.pass(15);
    expect((await us.together(old, controller)).people).toMatchObject([
      { state: 'gone', why: 'Somebody else goes on with the editing.' },
    ]);
  });
});

describe('E5: reading through a colleague’s connection', () => {
  const refuse = (email: string) =>
    sql`update oauth2_integration set status = 'reconnect_needed', version = version + 1
      where account_address = ${email} and status = 'connected'`.execute(scene.server.db);

  it('the starter’s connection is refused: a colleague in the session reads, it is written down, nothing else is done', async () => {
    const id = await scene.open();
    await us.join(id, colleague);
    await refuse(people.author.email);
    await scene.save('Seen through Tomas.', people.author2.email);
    await scene.pass(70);
    await scene.pass(70);
    expect(await scene.session(id)).toMatchObject({ notLiveSince: null, checkpoints: [expect.anything()] });
    expect((await us.together(id)).readBy).toMatchObject({ name: 'Tomas Novelli' });
    const activity = (await scene.author.get(`/api/documents/${scene.documentId}/activity`)).body;
    expect(activity).toContain('the copy of Clare Whitcombe is read through the connection of Tomas Novelli');
    expect(activity.match(/is read through/g)).toHaveLength(1);
    const { sessionId } = (await takeOver(id)).json();
    await openNow();
    await scene.pass(90);
    expect(await checkInBy(colleague, sessionId)).toMatchObject({ result: 'version' });
    expect(await scene.textOf('0.2')).toContain('Seen through Tomas.');
    await connectMicrosoft(scene.author, people.author);
  });

  it('nobody else is in it: everybody sees since when MEGDocs can’t see, and what mends it', async () => {
    const id = await scene.open();
    await refuse(people.author.email);
    await scene.pass(70);
    expect(await scene.session(id)).toMatchObject({
      notLiveSince: expect.any(String),
      problem: expect.stringContaining('reconnects'),
    });
    await connectMicrosoft(scene.author, people.author);
  });
});
