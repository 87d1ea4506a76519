import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EditingScene, editingScene } from '../../../test/editing-scene.ts';

let scene: EditingScene;
beforeEach(async () => {
  scene = await editingScene();
});
afterEach(() => scene.close());

const isDelta = (call: string) => /\/root\/delta$/.test(call);
const isRead = (call: string) => /^GET .*\/items\/[^/]+$/.test(call);

/** Several drafts open in the author's one drive, settled, and nothing saved for an hour. */
async function quietDrive(count: number): Promise<{ ids: string[]; copies: { driveId: string; itemId: string }[] }> {
  const ids: string[] = [];
  const copies: { driveId: string; itemId: string }[] = [];
  for (let at = 0; at < count; at++) {
    const one = at === 0 ? scene : await scene.beside();
    ids.push(await one.open());
    copies.push(await one.copy());
  }
  await scene.pass(5);
  await scene.pass(5);
  await scene.pass(1900);
  for (let round = 0; round < 2 * count + 2; round++) await scene.pass(61);
  await scene.graphCalls();
  return { ids, copies };
}

async function checkpoints(id: string): Promise<number> {
  return (await scene.session(id)).checkpoints.length;
}

describe('E5: observing by delta', () => {
  test('a drive costs one call a round, however many of its documents are open', async () => {
    await quietDrive(3);
    for (let round = 0; round < 4; round++) {
      await scene.pass(61);
      const calls = await scene.graphCalls();
      expect(calls).toHaveLength(1);
      expect(calls.filter(isDelta)).toHaveLength(1);
    }
    await scene.pass(30);
    expect(await scene.graphCalls()).toEqual([]);
  });

  test('of several documents, the one that somebody saved is read, and no other', async () => {
    const { ids, copies } = await quietDrive(3);
    await scene.save('said in the second', undefined, copies[1]);
    await scene.pass(61);
    const calls = await scene.graphCalls();
    expect(calls.filter(isDelta)).toHaveLength(1);
    expect(calls.filter(isRead)).toEqual([expect.stringContaining(copies[1]?.itemId ?? 'none')]);
    expect(await Promise.all(ids.map(checkpoints))).toEqual([0, 1, 0]);
    // From now on it is looked at every few seconds.
    await scene.save('and more in the second', undefined, copies[1]);
    await scene.pass(5);
    expect(await checkpoints(String(ids[1]))).toBe(2);
  });

  test('a place in the list that Microsoft has forgotten costs no change', async () => {
    const { ids, copies } = await quietDrive(2);
    await scene.save('while nobody looked', undefined, copies[0]);
    const error = { code: 'resyncRequired', message: 'Resync required.' };
    scene.fault({ path: '/root/delta' }, { status: 410, body: { error } }, { times: 1 });
    await scene.pass(61);
    expect((await scene.graphCalls()).filter(isDelta)).toHaveLength(2);
    expect(await checkpoints(String(ids[0]))).toBe(1);
  });

  test('a delta that lies is found out: each copy is read by itself within half an hour and two minutes a document', async () => {
    const { ids, copies } = await quietDrive(2);
    await scene.save('never told of', undefined, copies[0]);
    await skipChanges();
    let passed = 0;
    for (; (await checkpoints(String(ids[0]))) === 0; passed += 60) {
      await scene.pass(60);
      // Not even then does a quiet drive cost more than one call a round; the read that finds a change is the last.
      expect((await scene.graphCalls()).filter((call) => isDelta(call) || isRead(call))).toHaveLength(1);
    }
    expect(passed).toBeLessThanOrEqual(1800 + 2 * 120);
  });

  test('without lists of changes each copy is looked at by itself', async () => {
    const { ids, copies } = await quietDrive(2);
    scene.fault({ path: '/root/delta' }, { status: 501 }, { times: 20 });
    await scene.pass(61);
    await scene.save('told by nobody', undefined, copies[1]);
    await scene.pass(61);
    expect(await checkpoints(String(ids[1]))).toBe(1);
    scene.emulator.control.clearFaults();
  });

  test('a change that comes while its copy is being read is read too', async () => {
    const { ids, copies } = await quietDrive(1);
    const id = String(ids[0]);
    await scene.save('first', undefined, copies[0]);
    scene.fault({ path: '/download' }, { delayMs: 700 }, { times: 1 });
    const slow = scene.pass(61);
    await expect.poll(async () => (await told(id)).told).toBeGreaterThan(0);
    await scene.save('second', undefined, copies[0]);
    await sql`insert into told_session as t (session_id) values (${id})
      on conflict (session_id) do update set told = t.told + 1`.execute(scene.server.db);
    await slow;
    await scene.server.app.editing.tend();
    const { told: times, seen } = await told(id);
    expect(seen).toBe(times);
    const row = await scene.server.db
      .selectFrom('edit_session')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    const graph = await scene.graph();
    const item = await (await graph.request('GET', `/drives/${row.drive_id}/items/${row.item_id}`)).json<{
      eTag: string;
    }>();
    expect(JSON.parse(row.collected_tag ?? '[]')[0]).toBe(item.eTag);
  });

  test('E16: two sweepers at once ask a drive once', async () => {
    await quietDrive(2);
    await scene.server.clock.advance(61);
    await Promise.all([scene.server.app.editing.tend(), scene.server.app.editing.tend()]);
    expect(await scene.graphCalls()).toHaveLength(1);
  });

  test('E16: one that wakes late, after its lease was taken, takes nothing back', async () => {
    const { ids, copies } = await quietDrive(1);
    scene.fault({ path: '/root/delta' }, { delayMs: 1_500 }, { times: 1 });
    await scene.server.clock.advance(61);
    const late = scene.server.app.editing.tend();
    await expect.poll(async () => (await drive()).lease_owner).not.toBeNull();
    await scene.save('while it slept', undefined, copies[0]);
    await scene.pass(25);
    const { cursor } = await drive();
    await late;
    expect((await drive()).cursor).toBe(cursor);
    expect(await checkpoints(String(ids[0]))).toBe(1);
  });

  test('slows down for a person of whose allowance little is left', async () => {
    const { copies } = await quietDrive(1);
    await scene.save('a change', undefined, copies[0]);
    const headers = { 'ratelimit-limit': '100', 'ratelimit-remaining': '3', 'ratelimit-reset': '240' };
    const next = { value: [], '@odata.deltaLink': `${scene.emulator.url}/v1.0/drives/x/root/delta?token=y` };
    scene.fault({ path: '/root/delta' }, { status: 200, headers, body: next }, { times: 1 });
    await scene.pass(61);
    await scene.graphCalls();
    await scene.pass(200);
    expect((await scene.graphCalls()).filter(isDelta)).toEqual([]);
    await scene.pass(60);
    expect((await scene.graphCalls()).filter(isDelta).length).toBeGreaterThan(0);
  });

  test('nobody asks about a drive in which nothing is open any more', async () => {
    const { ids } = await quietDrive(1);
    await scene.author.post(`/api/edit-sessions/${ids[0]}/discard`, { reason: 'not wanted' });
    await scene.pass(61);
    const drives = await scene.server.db.selectFrom('observed_drive').select('drive_id').execute();
    expect(drives).toEqual([]);
  });
});

const drive = () => scene.server.db.selectFrom('observed_drive').selectAll().executeTakeFirstOrThrow();

async function told(sessionId: string): Promise<{ told: number; seen: number }> {
  const row = await scene.server.db
    .selectFrom('told_session')
    .select(['told', 'seen'])
    .where('session_id', '=', sessionId)
    .executeTakeFirst();
  return row ?? { told: 0, seen: 0 };
}

/** Moves the place in the list behind what has happened, as if delta had left it out. */
async function skipChanges(): Promise<void> {
  const { driveId } = await scene.copy();
  const answer = await (await scene.graph()).request('GET', `/drives/${driveId}/root/delta`, {
    query: { token: 'latest' },
  });
  const { '@odata.deltaLink': cursor } = await answer.json<{ '@odata.deltaLink': string }>();
  await sql`update observed_drive set cursor = ${cursor}`.execute(scene.server.db);
  await scene.graphCalls();
}
