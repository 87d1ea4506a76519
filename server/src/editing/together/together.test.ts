import type { Together } from '@megdocs/contract';
import { people } from '@megdocs/fixtures';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TestClient } from '../../../test/client.ts';
import { type EditingScene, editingScene } from '../../../test/editing-scene.ts';
import { connectMicrosoft } from '../../../test/microsoft-pages.ts';

let first: EditingScene;
let scene: EditingScene;
let colleague: TestClient;
beforeAll(async () => {
  first = await editingScene();
  colleague = await first.server.signIn('author2');
  await connectMicrosoft(colleague, people.author2);
});
afterAll(() => first.close());
beforeEach(async () => {
  scene = await first.another();
});

const join = (id: string, who = colleague) => who.post(`/api/edit-sessions/${id}/join`);
const together = async (id: string, who = scene.author): Promise<Together> =>
  (await who.get(`/api/edit-sessions/${id}/together`)).json();

describe('E4: a colleague joins by one click', () => {
  it('gets the right to the copy, under their own address, and both are shown', async () => {
    const id = await scene.open();
    const answer = await join(id);
    expect(answer.json()).toMatchObject({ state: 'editing', account: people.author2.email, problem: null });
    expect(answer.json().webUrl).toContain('/personal/');
    expect((await together(id)).people).toMatchObject([
      { person: { name: people.author2.name }, state: 'editing' },
    ]);
  });
});
