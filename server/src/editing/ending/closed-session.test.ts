import { people } from '@megdocs/fixtures';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type EditingScene, editingScene } from '../../../test/editing-scene.ts';

let first: EditingScene;
let scene: EditingScene;
beforeAll(async () => {
  first = await editingScene();
});
afterAll(() => first.close());
beforeEach(async () => {
  scene = await first.another();
});

async function checkedIn(): Promise<string> {
  const id = await scene.open();
  await scene.save('In the version.');
  await scene.pass(90);
  expect((await scene.checkIn(id)).json().result).toBe('version');
  return id;
}

describe('E7: what is saved after the end', () => {
  it('a dialog that still asks whether Word has settled does not swallow a late save', async () => {
    const id = await checkedIn();
    await scene.save('Late.');
    await scene.server.clock.advance(70);
    const answer = await scene.author.post(`/api/edit-sessions/${id}/settling`);
    expect(answer.statusCode).toBe(409);
    await scene.server.app.editing.tend();
    expect(await scene.drafts()).toHaveLength(1);
  });

  it('after “close without a version” a late save is a follow-up draft of the version that was opened', async () => {
    const id = await scene.open();
    await scene.pass(90);
    expect((await scene.author.post(`/api/edit-sessions/${id}/close`)).statusCode).toBe(200);
    await scene.save('So something was changed after all.');
    await scene.pass(30);
    expect(await scene.drafts()).toMatchObject([{ state: 'waiting', followsVersion: '0.1' }]);
  });

  it('after a discard a late save is one more checkpoint, not a draft', async () => {
    const id = await scene.open();
    await scene.save('Unwanted.');
    await scene.pass(30);
    await scene.author.post(`/api/edit-sessions/${id}/discard`, { reason: 'Wrong document' });
    await scene.save('Unwanted too.');
    await scene.pass(30);
    expect(await scene.drafts()).toEqual([]);
    expect((await scene.session(id)).checkpoints).toHaveLength(2);
  });

  it('later saves replace the waiting draft as “latest”; earlier contents stay as checkpoints', async () => {
    const id = await checkedIn();
    await scene.save('Late one.');
    await scene.pass(15);
    await scene.save('Late two.', people.author2.email);
    await scene.pass(15);
    const drafts = await scene.drafts();
    expect(drafts).toHaveLength(1);
    expect(drafts[0]?.editors).toEqual([people.author.name, people.author2.name]);
    expect((await scene.session(id)).checkpoints).toHaveLength(3);
  });

  it('E11: a late save by somebody who is not in the session is flagged to the controller', async () => {
    await checkedIn();
    await scene.save('From the ward PC.', people.reader.email);
    await scene.pass(15);
    const controller = await scene.server.signIn('controller');
    const { notifications } = (await controller.get('/api/me/notifications')).json();
    expect(notifications[0].text).toContain(`Word was signed in as ${people.reader.name}`);
  });

  it('E7: is adopted only while nobody edits, and only by who may edit', async () => {
    await checkedIn();
    await scene.save('Late.');
    await scene.pass(15);
    const [draft] = await scene.drafts();
    const adopt = `/api/follow-up-drafts/${draft?.id}/adopt`;
    const approver = await scene.server.signIn('approver');
    expect((await approver.post(adopt, { summary: 'Mine now' })).statusCode).toBe(403);
    const reader = await scene.server.signIn('reader');
    expect((await reader.post(adopt, { summary: 'Mine now' })).statusCode).toBe(404);
    const again = await scene.open();
    const refused = await scene.author.post(adopt, { summary: 'Too early' });
    expect(refused.statusCode).toBe(409);
    expect(refused.json().error).toMatchObject({ code: 'being_edited' });
    await scene.author.post(`/api/edit-sessions/${again}/close`);
    expect((await scene.author.post(adopt, { summary: 'Now' })).json()).toEqual({ version: '0.3' });
  });

  it('E7: publishing asks to confirm that a waiting late save is left out', async () => {
    await checkedIn();
    await scene.save('Late.');
    await scene.pass(15);
    const move = (client: typeof scene.author, body: object) =>
      client.post(`/api/documents/${scene.documentId}/transitions`, body);
    await move(scene.author, { transition: 'send-to-review', version: '0.2' });
    const approver = await scene.server.signIn('approver');
    const asked = await move(approver, { transition: 'publish', version: '0.2' });
    expect(asked.json().error.code).toBe('late_save_waiting');
    const done = await move(approver, { transition: 'publish', version: '0.2', leaveOutLateSave: true });
    expect(done.statusCode).toBe(200);
  });

  it('a dismissed late save stays readable, and a later one is a draft of its own', async () => {
    await checkedIn();
    await scene.save('Late.');
    await scene.pass(15);
    const [draft] = await scene.drafts();
    const dismissed = await scene.author.post(`/api/follow-up-drafts/${draft?.id}/dismiss`, {
      reason: 'A typing error',
    });
    expect(dismissed.statusCode).toBe(200);
    await scene.save('Later still.');
    await scene.pass(15);
    expect((await scene.drafts()).map(({ state }) => state)).toEqual(['waiting', 'dismissed']);
    expect((await scene.author.get(String(draft?.contentUrl))).statusCode).toBe(200);
  });
});

describe('E10: the copy after the end', () => {
  const untilDeleted = async (rounds = 16) => {
    for (let round = 0; round < rounds; round++) await scene.pass(59);
  };

  it('a save between the last look and the deletion is collected: Microsoft refuses, and we look again', async () => {
    const id = await checkedIn();
    for (let minute = 0; minute < 9; minute++) await scene.pass(59);
    scene.fault({ method: 'DELETE' }, { delayMs: 300 });
    await scene.server.clock.advance(120);
    await scene.server.db.updateTable('clean_up').set({ quiet_seconds: 600 }).where('session_id', '=', id).execute();
    const round = scene.server.app.editing.tend();
    await expect.poll(() => scene.emulator.control.faults()[0]?.fired).toBe(1);
    await scene.save('At the last moment.');
    await round;
    await scene.pass(15);
    expect(await scene.drafts()).toHaveLength(1);
  });

  it('a copy that only was opened is not late: nothing is drafted, and the watch does not begin anew', async () => {
    const id = await checkedIn();
    await scene.pass(30);
    const graph = await scene.graph();
    const { driveId, itemId } = await scene.copy();
    const patched = await graph.request('PATCH', `/drives/${driveId}/items/${itemId}`, {
      json: { name: 'Renamed.docx' },
    });
    patched.body.resume();
    await untilDeleted(11);
    expect(await scene.drafts()).toEqual([]);
    expect((await scene.receiptStep(id, 'copy'))?.state).toBe('done');
  });

  it('held by the organisation’s retention: said as left behind, not retried, and the person is told', async () => {
    const id = await checkedIn();
    scene.fault({ method: 'DELETE' }, { graphError: 'accessDenied' }, { times: 9 });
    await untilDeleted();
    expect(await scene.receiptStep(id, 'copy')).toMatchObject({ state: 'failed' });
    expect(scene.emulator.control.faults()[0]?.fired).toBe(1);
    const { notifications } = (await scene.author.get('/api/me/notifications')).json();
    expect(notifications[0].text).toContain('stays in OneDrive');
  });

  it('an account whose OneDrive is gone leaves the copy behind, instead of passing for a deleted copy', async () => {
    const id = await checkedIn();
    scene.emulator.control.changeUser(people.author.email, { oneDrive: false });
    await scene.pass(30);
    scene.emulator.control.changeUser(people.author.email, { oneDrive: true });
    expect(await scene.receiptStep(id, 'copy')).toMatchObject({ state: 'failed' });
  });

  it('a Microsoft that always says “changed” is asked ever more rarely', async () => {
    await checkedIn();
    await untilDeleted(10);
    scene.fault({ method: 'DELETE' }, { graphError: 'resourceModified' }, { times: 500 });
    await scene.pass(59);
    for (let round = 0; round < 20; round++) await scene.pass(3);
    expect(scene.emulator.control.faults()[0]?.fired).toBeLessThan(8);
  });

  it('who deleted the copy by hand has done the clean-up', async () => {
    const id = await checkedIn();
    const { driveId, itemId } = await scene.copy();
    (await (await scene.graph()).request('DELETE', `/drives/${driveId}/items/${itemId}`)).body.resume();
    await scene.pass(30);
    await scene.pass(30);
    expect(await scene.receiptStep(id, 'copy')).toMatchObject({ state: 'done' });
  });

  it('what failed for seven days is left behind, also content that can’t be collected', async () => {
    const id = await checkedIn();
    await scene.save('Cannot be fetched.');
    scene.fault({ origin: 'content', method: 'GET' }, { status: 400 }, { times: 99 });
    await scene.pass(15);
    expect(await scene.receiptStep(id, 'copy')).toMatchObject({ state: 'attention' });
    await sql`update clean_up set started_at = started_at - interval '8 days'`.execute(scene.server.db);
    await scene.pass(700);
    expect(await scene.receiptStep(id, 'copy')).toMatchObject({ state: 'failed' });
  });
});
