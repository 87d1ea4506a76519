import { documentWithTrackedChanges, people } from '@megdocs/fixtures';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type EditingScene, editingScene, newKey } from '../../../test/editing-scene.ts';

let first: EditingScene;
let scene: EditingScene;
beforeAll(async () => {
  first = await editingScene();
});
afterAll(() => first.close());
beforeEach(async () => {
  scene = await first.another();
});

const goOn = (id: string, key = newKey()) => scene.checkIn(id, { goOn: true, idempotencyKey: key });
const editorsOf = async (number: string) => {
  const { versions } = (await scene.author.get(`/api/documents/${scene.documentId}/versions`)).json();
  const version = versions.find((one: { number: string }) => one.number === number);
  return version.editors.map((editor: { name: string }) => editor.name);
};

describe('E6: save a version and go on', () => {
  it('makes versions while the copy stays open, and the last check-in follows the newest', async () => {
    const id = await scene.open();
    for (const [words, version] of [
      ['First part.', '0.2'],
      ['Second part.', '0.3'],
    ] as const) {
      await scene.save(words);
      await scene.pass(90);
      expect((await goOn(id)).json()).toMatchObject({ result: 'version', version });
      expect(await scene.textOf(version)).toContain(words);
    }
    await scene.save('The end.');
    await scene.pass(90);
    expect((await scene.checkIn(id)).json()).toMatchObject({ result: 'version', version: '0.4' });
    expect(await scene.session(id)).toMatchObject({ state: 'ended', resultVersion: '0.4' });
    expect(await scene.versions()).toEqual(['0.4', '0.3', '0.2', '0.1']);
  });

  it('the same key twice is one version, and nothing new since then is said to be nothing', async () => {
    const id = await scene.open();
    await scene.save('Once.');
    await scene.pass(90);
    const key = newKey();
    await goOn(id, key);
    expect((await goOn(id, key)).json()).toMatchObject({ result: 'version', version: '0.2' });
    expect((await goOn(id)).json()).toMatchObject({ result: 'nothing-changed' });
    expect((await scene.author.post(`/api/edit-sessions/${id}/close`)).statusCode).toBe(200);
    expect(await scene.versions()).toEqual(['0.2', '0.1']);
  });

  it('E11: each version names those who worked on it', async () => {
    const id = await scene.open();
    await scene.save('By a colleague.', people.author2.email);
    await scene.pass(90);
    await goOn(id);
    await scene.pass(700);
    await scene.save('By the author alone.');
    await scene.pass(90);
    await scene.checkIn(id);
    expect(await editorsOf('0.2')).toEqual([people.author.name, people.author2.name]);
    expect(await editorsOf('0.3')).toEqual([people.author.name]);
  });

  it('the document stays locked, and going on never goes with a review', async () => {
    const id = await scene.open();
    await scene.save('Part.');
    await scene.pass(90);
    expect((await scene.checkIn(id, { goOn: true, sendToReview: true })).statusCode).toBe(400);
    await goOn(id);
    const upload = await scene.author.upload(
      `/api/documents/${scene.documentId}/versions?fileName=Hand.docx&comment=again`,
      Buffer.from('anything'),
    );
    expect(upload.json().error.code).toBe('being_edited');
  });
});

describe('E12: what a check-in proposes', () => {
  const proposal = async (id: string) => (await scene.author.get(`/api/edit-sessions/${id}/proposal`)).json();

  it('counts tracked insertions and deletions by author, with their first words', async () => {
    const id = await scene.open();
    expect(await proposal(id)).toMatchObject({ summary: null, authors: [], note: null });
    await scene.saveBytes(
      documentWithTrackedChanges({ insertedBy: 'Ann Brown', deletedBy: 'Ben Cole' }),
      people.author2.email,
    );
    await scene.pass(90);
    const proposed = await proposal(id);
    expect(proposed.authors).toEqual([
      { name: 'Ann Brown', insertions: 1, deletions: 0, firstWords: 'before and' },
      { name: 'Ben Cole', insertions: 0, deletions: 1, firstWords: 'where possible' },
    ]);
    expect(proposed.summary).toBe(
      '1 insertion and 1 deletion by Ann Brown and Ben Cole. Ann Brown: “before and” Ben Cole: “where possible”',
    );
    expect(proposed.editors).toEqual([
      { name: people.author.name, participant: true },
      { name: people.author2.name, participant: false },
    ]);
    // What is in a version is no longer new.
    expect((await goOn(id)).json().result).toBe('version');
    expect((await proposal(id)).summary).toBeNull();
  });

  it('E11: a name that never joined is told to the document controllers', async () => {
    const id = await scene.open();
    await scene.save('From the ward PC.', people.author2.email);
    await scene.pass(90);
    await scene.checkIn(id);
    const controller = await scene.server.signIn('controller');
    const { notifications } = (await controller.get('/api/me/notifications')).json();
    expect(notifications[0].text).toContain(people.author2.name);
  });
});
