import { people } from '@megdocs/fixtures';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestClient } from '../../../test/client.ts';
import { type EditingScene, editingScene } from '../../../test/editing-scene.ts';
import { connectMicrosoft } from '../../../test/microsoft-pages.ts';
import { togetherScene } from '../../../test/together-scene.ts';

let scene: EditingScene;
let colleague: TestClient;
beforeAll(async () => {
  scene = await editingScene({ MICROSOFT_FILES_SCOPE: 'Files.ReadWrite' });
  colleague = await scene.server.signIn('author2');
  await connectMicrosoft(colleague, people.author2);
});
afterAll(() => scene.close());

describe('C13, E4: with Files.ReadWrite alone', () => {
  it('colleagues join and write; reading through their connection is off, and says so', async () => {
    const us = togetherScene(scene);
    const id = await scene.open();
    expect((await us.join(id, colleague)).json()).toMatchObject({ state: 'editing', webUrl: expect.any(String) });
    expect((await us.together(id, colleague)).off).toEqual([expect.stringContaining("can't read the shared copy")]);
    await scene.graphCalls();
    await sql`update oauth2_integration set status = 'reconnect_needed', version = version + 1
      where account_address = ${people.author.email} and status = 'connected'`.execute(scene.server.db);
    await scene.save('Waits for Clare.', people.author2.email);
    await scene.pass(70);
    expect(await scene.session(id)).toMatchObject({ notLiveSince: expect.any(String), checkpoints: [] });
    expect((await us.together(id)).readBy).toBeNull();
    expect(await scene.graphCalls()).toEqual([]);
    await connectMicrosoft(scene.author, people.author);
    await scene.pass(70);
    expect(await scene.session(id)).toMatchObject({ notLiveSince: null, checkpoints: [expect.anything()] });
  });
});
