import { people } from '@megdocs/fixtures';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestClient } from '../../test/client.ts';
import { documentXml, type EditingScene, editingScene, newKey } from '../../test/editing-scene.ts';
import { connectMicrosoft } from '../../test/microsoft-pages.ts';
import { type Power, powerOf } from '../../test/power.ts';
import { togetherScene } from '../../test/together-scene.ts';

let first: EditingScene;
let scene: EditingScene;
let power: Power;
let colleague: TestClient;
let tomas: string;
beforeAll(async () => {
  first = await editingScene();
  colleague = await first.server.signIn('author2');
  await connectMicrosoft(colleague, people.author2);
  tomas = (await colleague.get('/api/me')).json().id;
  power = powerOf(first.server);
});
afterAll(() => first.close());

const MOST_STEPS = 150;

/** Kills `work` before its first step, its second, and so on until it lives; `prove` runs after each. */
async function killEverywhere<T>(
  prepare: () => Promise<T>,
  work: (prepared: T) => Promise<unknown>,
  prove: (prepared: T, steps: number) => Promise<void>,
): Promise<void> {
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    scene = await first.another();
    const prepared = await prepare();
    const lived = await power.cutAfter(steps, () => work(prepared));
    await prove(prepared, steps);
    if (lived) {
      expect(steps).toBeGreaterThan(5);
      return;
    }
  }
  throw new Error('It has more steps than were tried');
}

/** The lease of the dead runs out; then the sweeper does what is due. */
async function sweep(rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) await scene.pass(30);
}

const stateOf = async (id: string) =>
  (await scene.server.db.selectFrom('edit_session').select('state').where('id', '=', id).executeTakeFirstOrThrow())
    .state;
const putsThatWorked = () =>
  scene.emulator.control.requests().filter(({ method, status }) => method === 'PUT' && status === 201).length;

describe('E16: killed between any two steps, it ends as if nothing had happened', { timeout: 400_000 }, () => {
  it('opening: one session, one copy', async () => {
    let before = 0;
    await killEverywhere(
      async () => {
        before = putsThatWorked();
        return newKey();
      },
      (key) => scene.start(key),
      async (key, steps) => {
        await scene.server.clock.advance(30);
        const again = await scene.start(key);
        expect(again.json(), `killed after ${steps} steps`).toMatchObject({ state: 'active' });
        expect(putsThatWorked() - before).toBe(1);
      },
    );
  });

  it('observing: one checkpoint with what was saved', async () => {
    await killEverywhere(
      async () => {
        const id = await scene.open();
        await scene.save('Kept.');
        await scene.server.clock.advance(30);
        return id;
      },
      () => scene.server.app.editing.tend(),
      async (id, steps) => {
        await sweep(3);
        const { checkpoints } = await scene.session(id);
        expect(checkpoints.length, `killed after ${steps} steps`).toBe(1);
      },
    );
  });

  it('checking in: one version with what was saved, and its summary', async () => {
    await killEverywhere(
      async () => {
        const id = await scene.open();
        await scene.save('In the version.');
        await scene.server.clock.advance(90);
        return { id, key: newKey() };
      },
      ({ id, key }) => scene.checkIn(id, { idempotencyKey: key }),
      async ({ id, key }, steps) => {
        await sweep(3);
        const again = await scene.checkIn(id, { idempotencyKey: key });
        expect(again.json(), `killed after ${steps} steps`).toMatchObject({ result: 'version', version: '0.2' });
        expect(await scene.versions()).toEqual(['0.2', '0.1']);
        expect(await scene.textOf('0.2')).toContain('In the version.');
        expect(await stateOf(id)).toBe('ended');
      },
    );
  });

  it('E6: saving a version and going on: one version, the session open, and its base moved', async () => {
    await killEverywhere(
      async () => {
        const id = await scene.open();
        await scene.save('In the version.');
        await scene.server.clock.advance(90);
        return { id, key: newKey() };
      },
      ({ id, key }) => scene.checkIn(id, { idempotencyKey: key, goOn: true }),
      async ({ id, key }, steps) => {
        await sweep(3);
        const again = await scene.checkIn(id, { idempotencyKey: key, goOn: true });
        expect(again.json(), `killed after ${steps} steps`).toMatchObject({ result: 'version', version: '0.2' });
        expect(await scene.versions()).toEqual(['0.2', '0.1']);
        expect(await scene.session(id)).toMatchObject({ state: 'active', baseVersion: '0.2', nextVersion: '0.3' });
      },
    );
  });

  it('discarding: the last content is a checkpoint', async () => {
    await killEverywhere(
      async () => {
        const id = await scene.open();
        await scene.save('Unwanted.');
        await scene.server.clock.advance(30);
        return id;
      },
      (id) => scene.author.post(`/api/edit-sessions/${id}/discard`, { reason: 'Wrong document' }),
      async (id, steps) => {
        await sweep(1);
        await scene.author.post(`/api/edit-sessions/${id}/discard`, { reason: 'Wrong document' });
        expect(await stateOf(id), `killed after ${steps} steps`).toBe('discarded');
        expect((await scene.session(id)).checkpoints).toHaveLength(1);
      },
    );
  });

  it('cleaning up: the late save is one draft, and the copy goes once', async () => {
    await killEverywhere(
      async () => {
        const id = await scene.open();
        await scene.save('In the version.');
        await scene.pass(90);
        await scene.checkIn(id);
        await scene.save('Late.');
        await scene.server.clock.advance(15);
        return id;
      },
      async (id) => {
        await scene.server.app.editing.tend();
        // The end of the watch, without its ten minutes.
        await scene.server.db
          .updateTable('clean_up')
          .set({ quiet_seconds: 600 })
          .where('session_id', '=', id)
          .execute();
        await scene.pass(11);
      },
      async (id, steps) => {
        await sweep(2);
        await scene.server.db
          .updateTable('clean_up')
          .set({ quiet_seconds: 600 })
          .where('session_id', '=', id)
          .execute();
        await sweep(2);
        expect(await scene.drafts(), `killed after ${steps} steps`).toHaveLength(1);
        expect((await scene.receiptStep(id, 'copy'))?.state).toBe('done');
        expect(await scene.versions()).toEqual(['0.2', '0.1']);
      },
    );
  });

  it('E4: joining: one right, found again however often it was cut off', async () => {
    await killEverywhere(
      async () => {
        const id = await scene.open();
        await scene.server.clock.advance(30);
        return id;
      },
      (id) => togetherScene(scene).join(id, colleague),
      async (id, steps) => {
        await sweep(3);
        const us = togetherScene(scene);
        const again = await us.join(id, colleague);
        expect(again.json(), `killed after ${steps} steps`).toMatchObject({ state: 'editing' });
        expect(await us.rights()).toHaveLength(1);
      },
    );
  });

  it('E4: withdrawing: no right is left, and the trail tells it once', async () => {
    await killEverywhere(
      async () => {
        const id = await scene.open();
        await togetherScene(scene).join(id, colleague);
        await scene.author.post(`/api/edit-sessions/${id}/discard`, { reason: 'Wrong document' });
        return id;
      },
      () => scene.server.app.editing.tend(),
      async (id, steps) => {
        await sweep(3);
        const us = togetherScene(scene);
        expect(await us.rights(), `killed after ${steps} steps`).toEqual([]);
        expect((await us.together(id)).people).toMatchObject([{ state: 'gone' }]);
        const told = await scene.server.db
          .selectFrom('audit_entry')
          .select('kind')
          .where('edit_session_id', '=', id)
          .where('kind', '=', 'colleague_withdrawn')
          .execute();
        expect(told).toHaveLength(1);
      },
    );
  });

  it('E8: taking over: one new session with what was saved, and the old one ended by it', async () => {
    await killEverywhere(
      async () => {
        const id = await scene.open();
        await scene.save('By the absent author.');
        await scene.server.clock.advance(90);
        return { id, wish: { idempotencyKey: newKey(), toPersonId: tomas, reason: 'On leave' } };
      },
      ({ id, wish }) => colleague.post(`/api/edit-sessions/${id}/take-over`, wish),
      async ({ id, wish }, steps) => {
        await scene.server.clock.advance(30);
        const again = (await colleague.post(`/api/edit-sessions/${id}/take-over`, wish)).json();
        expect(again, `killed after ${steps} steps`).toMatchObject({ result: 'continued' });
        await sweep(1);
        const { sessions } = (await colleague.get(`/api/documents/${scene.documentId}/edit-sessions`)).json();
        expect(sessions).toMatchObject([
          { id: again.sessionId, state: 'active', checkpoints: [expect.anything()] },
          { id, state: 'taken-over', checkpoints: [expect.anything()] },
        ]);
        const content = await colleague.get(sessions[0].checkpoints[0].contentUrl);
        expect(documentXml(content.rawPayload)).toContain('By the absent author.');
      },
    );
  });
});
