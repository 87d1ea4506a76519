import { people } from '@megdocs/fixtures';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TestClient } from '../../../test/client.ts';
import { type EditingScene, editingScene } from '../../../test/editing-scene.ts';
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

const order = async (sessionIds: string[], what: object) =>
  (await controller.post('/api/edit-sessions/orders', { sessionIds, order: what })).json().results;
const lastNote = async () => (await scene.author.get('/api/me/notifications')).json().notifications[0].text;

describe('E6, E9: what a document controller does with several sessions', () => {
  it('reminds, and asks to finish: once in ten minutes', async () => {
    const id = await scene.open();
    expect(await order([id, id], { do: 'remind' })).toMatchObject([{ sessionId: id, done: true }]);
    expect(await lastNote()).toContain('reminds you');
    expect((await order([id], { do: 'remind' }))[0].message).toContain('already');
    expect((await order([id], { do: 'ask-to-close' }))[0].message).toBe(`${people.author.name} was told.`);
    expect(await lastNote()).toContain('asks you to finish editing');
  });

  it('discards for a reason: the last content is kept, the person is told, a closed one is refused by itself', async () => {
    const id = await scene.open();
    await scene.save('Typed by somebody who left.');
    const closed = await (await first.another()).open();
    await controller.post(`/api/edit-sessions/${closed}/discard`, { reason: 'Wrong one' });
    const results = await order([id, closed], { do: 'discard', reason: 'Superseded' });
    expect(results.map(({ done }: { done: boolean }) => done)).toEqual([true, false]);
    expect(await scene.session(id)).toMatchObject({ state: 'discarded', checkpoints: [expect.anything()] });
    expect(await lastNote()).toContain('discarded your edits');
    expect(await lastNote()).toContain('Superseded');
  });

  it('E8: recovers the last content when nobody can read the copy, and says from when it is', async () => {
    const id = await scene.open();
    await scene.save('What was fetched.');
    await scene.pass(30);
    await scene.save('What nobody can read.');
    scene.emulator.control.changeUser(people.author.email, { revokeSessions: true });
    await scene.server.clock.advance(7300);
    const [result] = await order([id], { do: 'recover', summary: 'Rescued' });
    expect(result).toMatchObject({ done: true });
    expect(result.message).toMatch(
      /Recovered as 0\.2 from what MEGDocs fetched on .* can't be read, so what was saved/,
    );
    expect(await scene.textOf('0.2')).toContain('What was fetched.');
    expect(await lastNote()).toContain('made version 0.2');
    await connectMicrosoft(scene.author, people.author);
    await scene.pass(60);
    // Connected again, what could not be read comes as a late save.
    expect(await scene.drafts()).toMatchObject([{ state: 'waiting', followsVersion: '0.2' }]);
  });

  it('does not take a copy that can be read away from the person who edits it', async () => {
    const id = await scene.open();
    await scene.save('Just typing.');
    const [result] = await order([id], { do: 'recover', summary: 'Mine now' });
    expect(result).toMatchObject({ done: false });
    expect(result.message).toContain('is being edited');
    expect((await scene.session(id)).state).toBe('active');
  });

  it('nobody else may', async () => {
    const id = await scene.open();
    const wish = { sessionIds: [id], order: { do: 'remind' } };
    expect((await scene.author.post('/api/edit-sessions/orders', wish)).statusCode).toBe(403);
    const elsewhere = await scene.server.signIn('riversideController');
    const [result] = (await elsewhere.post('/api/edit-sessions/orders', wish)).json().results;
    expect(result).toMatchObject({ done: false, document: '' });
  });

  it('counts what waits, for the entries of the menu', async () => {
    await scene.open();
    const { myWork, editingNow } = (await controller.get('/api/me/work')).json();
    expect(myWork).toBe(0);
    expect(editingNow).toBeGreaterThan(0);
    expect((await scene.author.get('/api/me/work')).json()).toMatchObject({ editingNow: null, decisions: null });
  });
});

describe('E14: the desktop app', () => {
  it('gets the address of the file itself, where the institution allows it', async () => {
    const id = await scene.open();
    expect((await scene.author.get(`/api/edit-sessions/${id}/desktop-link`)).statusCode).toBe(404);
    await controller.put('/api/administration/ending-policy', {
      remindAfterDays: 3,
      abandonAfterDays: 14,
      deletePermanently: false,
      desktopApps: true,
    });
    const { url } = (await scene.author.get(`/api/edit-sessions/${id}/desktop-link`)).json();
    expect(url).toMatch(/^ms-word:ofe\|u\|http.*Hand%20hygiene\.docx$/);
    expect((await controller.get(`/api/edit-sessions/${id}/desktop-link`)).statusCode).toBe(404);
    await scene.server.db.deleteFrom('ending_policy').execute();
  });
});
