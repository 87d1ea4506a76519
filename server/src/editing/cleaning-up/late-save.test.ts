import { people } from '@megdocs/fixtures';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EditingScene, editingScene } from '../../../test/editing-scene.ts';

describe('a save that Microsoft shows only after the check-in', () => {
  let scene: EditingScene;
  let sessionId: string;

  beforeAll(async () => {
    scene = await editingScene();
    sessionId = String((await scene.start()).json().sessionId);
    await scene.save('Before the check-in.');
    await scene.pass(90);
    const answer = await scene.checkIn(sessionId);
    expect(answer.json()).toMatchObject({ result: 'version', version: '0.2' });
  });
  afterAll(() => scene.close());

  const drafts = async () =>
    (await scene.author.get(`/api/documents/${scene.documentId}/follow-up-drafts`)).json().drafts;
  const copyIsThere = async () => {
    const row = await scene.server.db
      .selectFrom('clean_up')
      .select('state')
      .where('session_id', '=', sessionId)
      .executeTakeFirstOrThrow();
    return row.state !== 'done';
  };

  it('E7: three minutes later is a follow-up draft with its author, never a version', async () => {
    for (let step = 0; step < 6; step++) await scene.pass(30);
    await scene.save('Three minutes late.', people.author2.email);
    await scene.pass(15);
    const [draft, ...more] = await drafts();
    expect(more).toEqual([]);
    expect(draft).toMatchObject({ state: 'waiting', followsVersion: '0.2', editors: [people.author2.name] });
    const { versions } = (await scene.author.get(`/api/documents/${scene.documentId}/versions`)).json();
    expect(versions.map((version: { number: string }) => version.number)).toEqual(['0.2', '0.1']);
    const content = await scene.author.get(draft.contentUrl);
    expect(content.statusCode).toBe(200);
  });

  it('E7: everybody concerned is told', async () => {
    const { notifications } = (await scene.author.get('/api/me/notifications')).json();
    expect(notifications[0].text).toContain(people.author2.name);
  });

  it('E10: the copy is gone only after the watch began anew', async () => {
    for (let step = 0; step < 10; step++) await scene.pass(55);
    expect(await copyIsThere()).toBe(true);
    for (let step = 0; step < 4; step++) await scene.pass(30);
    expect(await copyIsThere()).toBe(false);
  });

  it('E7: adopted by a person, it becomes the next draft', async () => {
    const [draft] = await drafts();
    const adopted = await scene.author.post(`/api/follow-up-drafts/${draft.id}/adopt`, {
      summary: 'The late words belong in',
    });
    expect(adopted.json()).toEqual({ version: '0.3' });
    expect(await scene.textOf('0.3')).toContain('Three minutes late.');
    const again = await scene.author.post(`/api/follow-up-drafts/${draft.id}/adopt`, { summary: 'Twice' });
    expect(again.statusCode).toBe(409);
  });
});
