import { people } from '@megdocs/fixtures';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestClient } from '../../../test/client.ts';
import { type EditingScene, editingScene } from '../../../test/editing-scene.ts';
import { killEverywhere } from '../../../test/kill-everywhere.ts';
import { type Power, powerOf } from '../../../test/power.ts';

const DAY = 86_400;
let first: EditingScene;
let power: Power;
let controller: TestClient;
beforeAll(async () => {
  first = await editingScene();
  power = powerOf(first.server);
  controller = await first.server.signIn('controller');
});
afterAll(() => first.close());

const row = (scene: EditingScene, id: string) =>
  scene.server.db.selectFrom('edit_session').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
const kept = async (scene: EditingScene, id: string) =>
  (await scene.server.db.selectFrom('edit_checkpoint').select('id').where('session_id', '=', id).execute()).length;
const trail = async (scene: EditingScene, id: string, kind: string) =>
  (
    await scene.server.db
      .selectFrom('audit_entry')
      .select('id')
      .where('edit_session_id', '=', id)
      .where('kind', '=', kind)
      .execute()
  ).length;
async function saved(scene: EditingScene): Promise<string> {
  await scene.author.signIn(people.author.email, people.author.password);
  await controller.signIn(people.controller.email, people.controller.password);
  const id = await scene.open();
  await scene.save('Typed.');
  await scene.pass(30);
  return id;
}

describe('E16: killed between any two steps at the end', { timeout: 180_000 }, () => {
  it('E9: abandoning: the content is kept, the document free, and it is told once', async () => {
    await killEverywhere(first, power, {
      prepare: async (scene) => {
        const id = await saved(scene);
        // Reminded long ago, and nobody saved since.
        const old = new Date(scene.server.clock.now().getTime() - 20 * DAY * 1000);
        await scene.server.db
          .updateTable('edit_session')
          .set({ started_at: old, last_saved_at: old })
          .where('id', '=', id)
          .execute();
        const { institution_id } = await row(scene, id);
        await scene.server.db
          .insertInto('edit_session_reminder')
          .values({ institution_id, session_id: id, kind: 'idle', sent_at: new Date(old.getTime() + 3 * DAY * 1000) })
          .execute();
        return id;
      },
      work: (scene) => scene.server.app.editing.expire(),
      prove: async (scene, id, steps) => {
        await scene.server.clock.advance(30);
        await scene.server.app.editing.expire();
        expect((await row(scene, id)).state, `killed after ${steps} steps`).toBe('abandoned');
        expect(await kept(scene, id)).toBe(1);
        expect(await trail(scene, id, 'edits_abandoned')).toBe(1);
      },
    });
  });

  it('E6: a controller’s discard of what nobody can read: kept, and told once', async () => {
    await killEverywhere(first, power, {
      prepare: saved,
      work: (_, id) =>
        controller.post('/api/edit-sessions/orders', {
          sessionIds: [id],
          order: { do: 'discard', reason: 'Superseded' },
        }),
      prove: async (scene, id, steps) => {
        await scene.server.clock.advance(30);
        await controller.post('/api/edit-sessions/orders', {
          sessionIds: [id],
          order: { do: 'discard', reason: 'Superseded' },
        });
        expect((await row(scene, id)).state, `killed after ${steps} steps`).toBe('discarded');
        expect(await kept(scene, id)).toBe(1);
        expect(await trail(scene, id, 'edits_discarded')).toBe(1);
      },
    });
  });

  it('E10: deleting for good: the copy goes once, its folder after it', async () => {
    await controller.put('/api/administration/ending-policy', {
      remindAfterDays: 3,
      abandonAfterDays: 14,
      deletePermanently: true,
      desktopApps: false,
    });
    await killEverywhere(first, power, {
      prepare: async (scene) => {
        const id = await saved(scene);
        await scene.pass(90);
        await scene.checkIn(id);
        await scene.pass(30);
        await scene.server.db
          .updateTable('clean_up')
          .set({ quiet_seconds: 600 })
          .where('session_id', '=', id)
          .execute();
        await scene.server.clock.advance(30);
        return id;
      },
      work: (scene) => scene.server.app.editing.tend(),
      prove: async (scene, id, steps) => {
        for (let round = 0; round < 3; round++) await scene.pass(30);
        const cleanUp = await scene.server.db
          .selectFrom('clean_up')
          .selectAll()
          .where('session_id', '=', id)
          .executeTakeFirstOrThrow();
        expect(cleanUp, `killed after ${steps} steps`).toMatchObject({ state: 'done' });
        expect(await trail(scene, id, 'copy_deleted')).toBe(1);
        expect(await scene.drafts()).toEqual([]);
      },
    });
  });
});
