import { people } from '@megdocs/fixtures';
import type { FaultOrder } from 'microsoft365-emulator';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type EditingScene, editingScene, newKey } from '../../test/editing-scene.ts';
import { connectMicrosoft } from '../../test/microsoft-pages.ts';

describe('E16: whatever is cut off is taken up again, and nothing happens twice', () => {
  let first: EditingScene;
  let scene: EditingScene;
  beforeAll(async () => {
    first = await editingScene();
  });
  afterAll(() => first.close());
  beforeEach(async () => {
    scene = await first.another();
  });

  const fault = (match: object, wish: object) =>
    scene.server.emulator?.control.addFault({ match, times: 1, fault: wish } as FaultOrder);
  const versions = async () =>
    (await scene.author.get(`/api/documents/${scene.documentId}/versions`))
      .json()
      .versions.map((version: { number: string }) => version.number);

  it('starting twice with one key is one session and one copy', async () => {
    const key = newKey();
    const both = await Promise.all([scene.start(key), scene.start(key)]);
    const ids = new Set(both.map((answer) => answer.json().sessionId));
    expect(ids.size).toBe(1);
    expect((await scene.graphCalls()).filter((call) => call.startsWith('PUT '))).toHaveLength(1);
  });

  it('a copy whose answer was lost is adopted', async () => {
    await fault({ method: 'PUT', path: 'content' }, { drop: 'after' });
    const answer = await scene.start();
    const sessionId = String(answer.json().sessionId);
    for (let round = 0; round < 5; round++) await scene.pass(30);
    const session = await scene.session(sessionId);
    expect(session.state).toBe('active');
    expect((await scene.graphCalls()).filter((call) => call.startsWith('PUT '))).toHaveLength(1);
  });

  it('a refused token makes the session wait, and it goes on after a reconnect', async () => {
    const sessionId = String((await scene.start()).json().sessionId);
    await scene.save('Typed before the grant was revoked.');
    scene.server.emulator?.control.changeUser(people.author.email, { revokeSessions: true });
    await scene.pass(6000);
    const waiting = await scene.session(sessionId);
    expect(waiting.state).toBe('active');
    expect(waiting.notLiveSince).not.toBeNull();
    await connectMicrosoft(scene.author, people.author);
    await scene.pass(120);
    const session = await scene.session(sessionId);
    expect(session.notLiveSince).toBeNull();
    expect(session.checkpoints).toHaveLength(1);
  });

  it('checking in twice at once is one version', async () => {
    const sessionId = String((await scene.start()).json().sessionId);
    await scene.save('Once only.');
    await scene.pass(90);
    const both = await Promise.all([scene.checkIn(sessionId), scene.checkIn(sessionId)]);
    expect(both.map((answer) => answer.statusCode).sort()).toEqual([200, 200]);
    expect(both.map((answer) => answer.json().version)).toEqual(['0.2', '0.2']);
    expect(await versions()).toEqual(['0.2', '0.1']);
  });

  it('a download that breaks off during the check-in loses nothing', async () => {
    const sessionId = String((await scene.start()).json().sessionId);
    await scene.save('Cut in the middle.');
    await scene.server.clock.advance(90);
    await fault({ origin: 'content', method: 'GET' }, { truncateBody: 100 });
    const first = await scene.checkIn(sessionId);
    const second = first.json().result === 'version' ? first : await scene.checkIn(sessionId);
    expect(second.json()).toMatchObject({ result: 'version', version: '0.2' });
    expect(await scene.textOf('0.2')).toContain('Cut in the middle.');
  });

  it('a copy that is still open in Word is deleted when it is closed, and the receipt says so meanwhile', async () => {
    const sessionId = String((await scene.start()).json().sessionId);
    await scene.save('Left open.');
    const { drive_id, item_id } = await scene.server.db
      .selectFrom('edit_session')
      .select(['drive_id', 'item_id'])
      .where('id', '=', sessionId)
      .executeTakeFirstOrThrow();
    const control = scene.server.emulator?.control;
    await control?.changeItem({ driveId: String(drive_id), itemId: String(item_id) }, { open: people.author.email });
    await scene.pass(90);
    expect((await scene.checkIn(sessionId)).json().result).toBe('version');
    for (let step = 0; step < 12; step++) await scene.pass(59);
    const locked = (await scene.session(sessionId)).receipt.find((step: { kind: string }) => step.kind === 'copy');
    expect(locked?.state).toBe('attention');
    await control?.changeItem({ driveId: String(drive_id), itemId: String(item_id) }, { close: people.author.email });
    for (let step = 0; step < 6; step++) await scene.pass(120);
    const gone = (await scene.session(sessionId)).receipt.find((step: { kind: string }) => step.kind === 'copy');
    expect(gone?.state).toBe('done');
  });
});
