import { people } from '@megdocs/fixtures';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type EditingScene, editingScene } from '../../../test/editing-scene.ts';
import { connectMicrosoft } from '../../../test/microsoft-pages.ts';

let first: EditingScene;
let scene: EditingScene;
beforeAll(async () => {
  first = await editingScene();
});
afterAll(() => first.close());
beforeEach(async () => {
  scene = await first.another();
  await scene.server.db.updateTable('clean_up').set({ state: 'done' }).execute();
  await scene.server.db.updateTable('edit_session').set({ state: 'not-started' }).execute();
  await connectMicrosoft(scene.author, people.author);
});

const disconnect = (when: string) => scene.author.postForm('/accounts/account/microsoft/disconnect', { when });
const status = async () => (await scene.author.get('/api/integrations/microsoft')).json().status;
async function checkedIn(): Promise<string> {
  const id = await scene.open();
  await scene.save('In the version.');
  await scene.pass(90);
  expect((await scene.checkIn(id)).json().result).toBe('version');
  return id;
}

describe('C9: disconnecting while something of ours lies in the OneDrive', () => {
  it('now, while it is edited: collected first, then it waits for a decision that says what stays', async () => {
    const id = await scene.open();
    await scene.save('Typed until the end.');
    await scene.graphCalls();
    await disconnect('now');
    const session = await scene.session(id);
    expect(session).toMatchObject({ state: 'needs-a-decision', checkpoints: [expect.anything()] });
    expect(session.decision).toContain('MEGDocs/');
    expect(await status()).toBe('not-connected');
    expect((await scene.graphCalls()).some((call) => call.startsWith('DELETE'))).toBe(false);
  });

  it('now, during the watch: the late save is collected, the copy is deleted', async () => {
    const id = await checkedIn();
    await scene.save('Late.');
    await disconnect('now');
    expect(await scene.drafts()).toHaveLength(1);
    expect(await scene.receiptStep(id, 'copy')).toMatchObject({ state: 'done' });
  });

  it('now, with a save between our look and the deletion: collected once more', async () => {
    const id = await checkedIn();
    scene.fault({ method: 'DELETE' }, { delayMs: 300 });
    const leaving = disconnect('now');
    await expect.poll(() => scene.emulator.control.faults()[0]?.fired).toBe(1);
    await scene.save('At the last moment.');
    await leaving;
    expect(await scene.drafts()).toHaveLength(1);
    expect(await scene.receiptStep(id, 'copy')).toMatchObject({ state: 'done' });
  });

  it('what stays behind is said, and taken up again when that account is connected once more', async () => {
    const id = await checkedIn();
    scene.fault({ method: 'DELETE' }, { graphError: 'resourceLocked' }, { times: 9 });
    await disconnect('now');
    expect(await scene.receiptStep(id, 'copy')).toMatchObject({ state: 'failed' });
    scene.emulator.control.clearFaults();
    await scene.server.clock.advance(60);
    await connectMicrosoft(scene.author, people.author);
    for (let minute = 0; minute < 16; minute++) await scene.pass(59);
    expect(await scene.receiptStep(id, 'copy')).toMatchObject({ state: 'done' });
  });

  it('what stays behind under a refused grant is taken up again by a reconnect', async () => {
    const id = await checkedIn();
    await scene.server.db
      .updateTable('oauth2_integration')
      .set({ status: 'reconnect_needed', version: sql`version + 1` })
      .where('status', '=', 'connected')
      .execute();
    await scene.server.clock.advance(8 * 86_400);
    await scene.pass(60);
    await scene.author.signIn(people.author.email, people.author.password);
    expect(await scene.receiptStep(id, 'copy')).toMatchObject({ state: 'failed' });
    await connectMicrosoft(scene.author, people.author);
    for (let minute = 0; minute < 16; minute++) await scene.pass(59);
    expect(await scene.receiptStep(id, 'copy')).toMatchObject({ state: 'done' });
  });

  it('when the clean-up is done: waits, then ends by itself', async () => {
    await checkedIn();
    await disconnect('cleaned-up');
    expect(await status()).toBe('connected');
    for (let minute = 0; minute < 16; minute++) await scene.pass(59);
    await scene.server.app.accounts.disconnectWhereAsked();
    expect(await status()).toBe('not-connected');
  });

  it('E16: cut off after the tokens were erased, the open session still comes to its decision', async () => {
    const id = await scene.open();
    await scene.save('Typed.');
    await scene.pass(30);
    const { workingCopies } = scene.server.app.accounts;
    const { leave } = workingCopies;
    workingCopies.leave = async () => {};
    await disconnect('now');
    workingCopies.leave = leave;
    await scene.pass(60);
    expect(await scene.session(id)).toMatchObject({ state: 'needs-a-decision', checkpoints: [expect.anything()] });
  });

  it('E16: a session on its way to OneDrive is closed, and its document is free', async () => {
    scene.fault({ method: 'PUT', path: 'content' }, { status: 503 }, { times: 9 });
    const id = String((await scene.start()).json().sessionId);
    expect((await scene.session(id)).state).toBe('starting');
    await disconnect('now');
    expect((await scene.session(id)).state).toBe('not-started');
  });

  it('deactivating the starter follows the same order', async () => {
    const id = await scene.open();
    await scene.save('Typed until the last day.');
    const controller = await scene.server.signIn('controller');
    const person = (await scene.author.get('/api/me')).json().id;
    await controller.patch(`/api/people/${person}`, { deactivated: true });
    await scene.server.app.accounts.disconnectWhereAsked();
    const session = (await controller.get(`/api/edit-sessions/${id}`)).json();
    expect(session).toMatchObject({ state: 'needs-a-decision', checkpoints: [expect.anything()] });
    await controller.patch(`/api/people/${person}`, { deactivated: false });
    await scene.author.signIn(people.author.email, people.author.password);
  });
});
