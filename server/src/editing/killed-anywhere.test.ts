import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EditingScene, editingScene, newKey } from '../../test/editing-scene.ts';
import { type Power, powerOf } from '../../test/power.ts';

let first: EditingScene;
let scene: EditingScene;
let power: Power;
beforeAll(async () => {
  first = await editingScene();
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

describe('E16: killed between any two steps, it ends as if nothing had happened', { timeout: 120_000 }, () => {
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
});
