import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EditingScene, editingScene } from '../../../test/editing-scene.ts';

const DAY = 86_400;
let scene: EditingScene;
beforeEach(async () => {
  scene = await editingScene();
});
afterEach(() => scene.close());

const checkpoints = async (id: string) => (await scene.session(id)).checkpoints;
const thin = () => scene.server.app.editing.thinCheckpoints();

/** As if content had been kept then: `minutesAgo` of each. */
async function keptBefore(sessionId: string, minutesAgo: readonly number[]): Promise<void> {
  for (const [at, minutes] of minutesAgo.entries()) {
    const sha256 = at.toString(16).padStart(64, 'a');
    await sql`insert into blob (sha256, size) values (${sha256}, 1)`.execute(scene.server.db);
    await sql`insert into edit_checkpoint (id, institution_id, session_id, sha256, size, fingerprint, tag, editors, made_at)
      select gen_random_uuid(), institution_id, id, ${sha256}, 1, ${sha256}, '["x",""]', '[]',
        date_trunc('hour', app_now()) - make_interval(mins => ${minutes})
      from edit_session where id = ${sessionId}`.execute(scene.server.db);
  }
}

describe('E5: how long checkpoints are kept', () => {
  test('of an open session the newest twenty, and of what is older the last of each hour', async () => {
    const id = await scene.open();
    // Twenty within one hour, and before that three in one hour and one in another.
    await keptBefore(id, [...Array.from({ length: 20 }, (_, at) => at + 1), 130, 140, 150, 200]);
    expect(await thin()).toBe(2);
    expect(await checkpoints(id)).toHaveLength(22);
    expect(await thin()).toBe(0);
  });

  test('what waits for a decision is never thinned', async () => {
    const id = await scene.open();
    await keptBefore(
      id,
      Array.from({ length: 40 }, (_, at) => at + 1),
    );
    await sql`update edit_session set state = 'needs-a-decision' where id = ${id}`.execute(scene.server.db);
    await scene.server.clock.advance(200 * DAY);
    expect(await thin()).toBe(0);
  });

  test('the last content of a session without a version stays for ninety days after its end', async () => {
    const id = await scene.open();
    await scene.save('never checked in');
    await scene.pass(5);
    await scene.author.post(`/api/edit-sessions/${id}/discard`, { reason: 'changed my mind' });
    await scene.server.clock.advance(1);
    await sql`update clean_up set state = 'done', finished_at = app_now()`.execute(scene.server.db);
    await scene.server.clock.advance(89 * DAY);
    expect(await thin()).toBe(0);
    await scene.server.clock.advance(2 * DAY);
    expect(await thin()).toBe(1);
  });
});

describe('E5: a checkpoint becomes a version', () => {
  async function discarded(words: string): Promise<{ id: string; path: string }> {
    const id = await scene.open();
    await scene.save(words);
    await scene.pass(5);
    await scene.author.post(`/api/edit-sessions/${id}/discard`, { reason: 'changed my mind' });
    const [checkpoint] = await checkpoints(id);
    return { id, path: `/api/edit-sessions/${id}/checkpoints/${checkpoint?.id}/recover` };
  }

  test('after a discard, with its editors, also when the copy is gone', async () => {
    const { path } = await discarded('thought better of it');
    const answer = await scene.author.post(path, { summary: 'After all' });
    expect(answer.json()).toEqual({ version: '0.2' });
    expect(await scene.textOf('0.2')).toContain('thought better of it');
    expect(await scene.versions()).toEqual(['0.2', '0.1']);
  });

  test('not while somebody edits the document, nor by who may only look', async () => {
    const { path } = await discarded('for later');
    await scene.open();
    expect((await scene.author.post(path, { summary: 'Now' })).json().error.code).toBe('being_edited');
    const reader = await scene.server.signIn('reader');
    expect((await reader.post(path, { summary: 'Now' })).statusCode).toBe(404);
  });

  test('not of a session that is still open', async () => {
    const id = await scene.open();
    await scene.save('still typing');
    await scene.pass(5);
    const [checkpoint] = await checkpoints(id);
    const path = `/api/edit-sessions/${id}/checkpoints/${checkpoint?.id}/recover`;
    expect((await scene.author.post(path, { summary: 'Now' })).json().error.code).toBe('being_edited');
  });
});
