import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type EditingScene, editingScene } from '../../test/editing-scene.ts';

let first: EditingScene;
let scene: EditingScene;
beforeAll(async () => {
  first = await editingScene();
});
afterAll(() => first.close());
beforeEach(async () => {
  scene = await first.another();
});

/** Two rounds of the sweeper over the same session, the first of which sleeps in the middle of its call. */
async function wakeLate(match: { method: string; path?: string; origin?: 'content' }, meanwhile: () => Promise<void>) {
  scene.fault(match, { delayMs: 1500 });
  const sleeper = scene.server.app.editing.tend();
  await expect.poll(() => scene.emulator.control.faults()[0]?.fired).toBe(1);
  await scene.server.clock.advance(25);
  await meanwhile();
  await sleeper;
}
const row = (id: string) =>
  scene.server.db.selectFrom('edit_session').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
const cleanUp = (id: string) =>
  scene.server.db.selectFrom('clean_up').selectAll().where('session_id', '=', id).executeTakeFirstOrThrow();

describe('E16: sweepers', () => {
  it('two at once make one checkpoint', async () => {
    const id = await scene.open();
    await scene.save('Once.');
    await scene.server.clock.advance(30);
    await Promise.all([scene.server.app.editing.tend(), scene.server.app.editing.tend()]);
    expect((await scene.session(id)).checkpoints).toHaveLength(1);
  });

  it('one that wakes late, after its lease was taken, changes nothing of an open session', async () => {
    const id = await scene.open();
    await scene.save('Seen by both.');
    await scene.server.clock.advance(30);
    let after: unknown;
    await wakeLate({ method: 'GET', path: 'items' }, async () => {
      await scene.server.app.editing.tend();
      after = await row(id);
    });
    expect(await row(id)).toEqual(after);
    expect((await scene.session(id)).checkpoints).toHaveLength(1);
  });

  it('nor of a clean-up: what is done stays done', async () => {
    const id = await scene.open();
    await scene.save('In the version.');
    await scene.pass(90);
    await scene.checkIn(id);
    await scene.pass(30);
    await scene.server.clock.advance(30);
    let after: unknown;
    await wakeLate({ method: 'GET', path: 'items' }, async () => {
      await scene.server.db.updateTable('clean_up').set({ quiet_seconds: 600 }).where('session_id', '=', id).execute();
      await scene.server.app.editing.tend();
      after = await cleanUp(id);
      expect(after).toMatchObject({ state: 'done' });
    });
    expect(await cleanUp(id)).toEqual(after);
  });

  it('nor does it take up again what was left behind', async () => {
    const id = await scene.open();
    await scene.save('In the version.');
    await scene.pass(90);
    await scene.checkIn(id);
    await scene.pass(30);
    await scene.server.clock.advance(30);
    let after: unknown;
    await wakeLate({ method: 'GET', path: 'items' }, async () => {
      await scene.server.db.updateTable('clean_up').set({ quiet_seconds: 600 }).where('session_id', '=', id).execute();
      scene.fault({ method: 'DELETE' }, { graphError: 'accessDenied' });
      await scene.server.app.editing.tend();
      after = await cleanUp(id);
      expect(after).toMatchObject({ state: 'left-behind' });
    });
    expect(await cleanUp(id)).toEqual(after);
  });

  it('E10: the watch counts by the database’s clock, whatever this machine’s clock says', async () => {
    const id = await scene.open();
    await scene.save('In the version.');
    await scene.pass(90);
    await scene.checkIn(id);
    await scene.pass(10);
    const { clock } = scene.server;
    const now = clock.now;
    clock.now = () => new Date(now().getTime() + 3_600_000);
    for (let round = 0; round < 5; round++) await scene.pass(11);
    clock.now = now;
    expect((await cleanUp(id)).quiet_seconds).toBeLessThan(80);
  });

  it('obeys “come back in 30 seconds”, also while a dialog asks every three', async () => {
    const id = await scene.open();
    await scene.pass(30);
    scene.fault({ method: 'GET', path: 'items' }, { throttle: { retryAfter: '30' } });
    for (let round = 0; round < 5; round++) {
      await scene.author.post(`/api/edit-sessions/${id}/settling`);
      await scene.pass(3);
    }
    expect(scene.emulator.control.faults()[0]?.earlyReturns).toBe(0);
    await scene.pass(30);
    const settling = (await scene.author.post(`/api/edit-sessions/${id}/settling`)).json();
    expect(settling.unreachable).toBeNull();
  });
});
