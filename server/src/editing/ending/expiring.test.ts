import { people } from '@megdocs/fixtures';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type EditingScene, editingScene } from '../../../test/editing-scene.ts';
import { connectMicrosoft } from '../../../test/microsoft-pages.ts';

const DAY = 86_400;
let first: EditingScene;
let scene: EditingScene;
beforeAll(async () => {
  first = await editingScene();
});
afterAll(() => first.close());
beforeEach(async () => {
  scene = await first.another();
  await scene.server.db.updateTable('edit_session').set({ state: 'not-started' }).execute();
  await signedIn();
  const { status } = (await scene.author.get('/api/integrations/microsoft')).json();
  if (status !== 'connected') await connectMicrosoft(scene.author, people.author);
});

const signedIn = () => scene.author.signIn(people.author.email, people.author.password);
/** Days go by in which the sweeper works. */
async function daysPass(days: number): Promise<void> {
  for (let day = 0; day < days; day++) {
    await scene.pass(DAY);
    await scene.server.app.editing.expire();
  }
  await signedIn();
}
const told = async (words: string) => {
  const { notifications } = (await scene.author.get('/api/me/notifications')).json();
  return notifications.filter(({ text }: { text: string }) => text.includes(words)).length;
};
const remindedOf = () => told('is closed, and what was typed is kept');

describe('E9: edits that nobody saves', () => {
  it('the person is reminded after three days, once, and the session goes on', async () => {
    const id = await scene.open();
    await scene.save('Before the holidays.');
    await daysPass(2);
    const before = await remindedOf();
    await daysPass(3);
    expect(await remindedOf()).toBe(before + 1);
    expect((await scene.session(id)).state).toBe('active');
  });

  it('after fourteen days it is closed with the content kept, and the document is free', async () => {
    const id = await scene.open();
    await scene.save('Before the holidays.');
    await daysPass(15);
    expect(await scene.session(id)).toMatchObject({ state: 'abandoned', checkpoints: [expect.anything()] });
    expect(await told('was closed: nobody saved')).toBe(1);
    expect((await scene.start()).statusCode).toBe(200);
  });

  it('who saves starts the days anew', async () => {
    const id = await scene.open();
    await daysPass(10);
    await scene.save('Back at work.');
    await daysPass(10);
    expect((await scene.session(id)).state).toBe('active');
  });

  it('a save at the last moment is seen before anything is closed', async () => {
    const id = await scene.open();
    await daysPass(13);
    await scene.save('Just now.');
    await scene.server.clock.advance(2 * DAY);
    await scene.server.app.editing.expire();
    await signedIn();
    expect(await scene.session(id)).toMatchObject({ state: 'active', checkpoints: [expect.anything()] });
  });

  it('nobody is abandoned unwarned, even when no server ran for months', async () => {
    const id = await scene.open();
    await scene.server.clock.advance(60 * DAY);
    await scene.server.app.editing.expire();
    await signedIn();
    expect((await scene.session(id)).state).toBe('active');
    await daysPass(2);
    expect((await scene.session(id)).state).toBe('abandoned');
  });

  it('a copy that can’t be read is never abandoned: it needs a decision', async () => {
    const id = await scene.open();
    await scene.save('Perhaps more.');
    await scene.pass(30);
    scene.emulator.control.changeUser(people.author.email, { revokeSessions: true });
    await daysPass(15);
    expect((await scene.session(id)).state).toBe('needs-a-decision');
    expect((await scene.session(id)).decision).toContain("can't read the copy");
  });

  it('a Microsoft that is away just then abandons nothing: it is tried again', async () => {
    const id = await scene.open();
    await scene.save('Perhaps more.');
    await daysPass(13);
    scene.fault({ method: 'GET', path: '/items/' }, { status: 503 }, { times: 50 });
    await daysPass(2);
    expect((await scene.session(id)).state).toBe('active');
    scene.emulator.control.clearFaults();
    await daysPass(1);
    expect((await scene.session(id)).state).toBe('abandoned');
  });

  it('who comes back to an open Word still gets a draft of what they type', async () => {
    await scene.open();
    await daysPass(15);
    await scene.save('I only was away!');
    await scene.pass(30);
    expect(await scene.drafts()).toMatchObject([{ state: 'waiting', followsVersion: '0.1' }]);
  });

  it('an institution says after how many days; only its administrators', async () => {
    const policy = { remindAfterDays: 1, abandonAfterDays: 2, deletePermanently: false, desktopApps: false };
    const admin = await scene.server.signIn('controller');
    expect((await scene.author.put('/api/administration/ending-policy', policy)).statusCode).toBe(403);
    const wrong = await admin.put('/api/administration/ending-policy', { ...policy, abandonAfterDays: 1 });
    expect(wrong.statusCode).toBe(400);
    expect((await admin.put('/api/administration/ending-policy', policy)).json()).toEqual(policy);
    const id = await scene.open();
    await daysPass(3);
    expect((await scene.session(id)).state).toBe('abandoned');
    await scene.server.db.deleteFrom('ending_policy').execute();
  });
});
