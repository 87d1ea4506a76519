import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EditingScene, editingScene, sourceFile, withSentence } from '../../../test/editing-scene.ts';

let scene: EditingScene;
beforeAll(async () => {
  scene = await editingScene();
});
afterAll(() => scene.close());

describe('E7: a late save whose version is no longer the newest', () => {
  it('is adopted only by somebody who has seen both, and then follows the newest', async () => {
    const id = await scene.open();
    await scene.save('In the version.');
    await scene.pass(90);
    await scene.checkIn(id);
    await scene.save('Late.');
    await scene.pass(15);
    const address = `/api/documents/${scene.documentId}/versions?fileName=Hand%20hygiene.docx&comment=Meanwhile`;
    const meanwhile = withSentence(await readFile(sourceFile), 'Meanwhile.');
    expect((await scene.author.upload(address, meanwhile)).statusCode).toBeLessThan(300);
    const [draft] = await scene.drafts();
    expect(draft).toMatchObject({ followsVersion: '0.2', newestVersion: '0.3', nextVersion: '0.4' });
    const adopt = (body: object) => scene.author.post(`/api/follow-up-drafts/${draft?.id}/adopt`, body);
    const refused = await adopt({ summary: 'What I added' });
    expect(refused.statusCode).toBe(409);
    expect(refused.json().error.message).toContain('0.3 was made after');
    expect((await adopt({ summary: 'What I added', newestVersion: '0.2' })).statusCode).toBe(409);
    expect((await adopt({ summary: 'What I added', newestVersion: '0.3' })).json()).toEqual({ version: '0.4' });
  });
});
