import { people } from '@megdocs/fixtures';
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
});

async function checkedIn(): Promise<string> {
  const id = await scene.open();
  await scene.save('In the version.');
  await scene.pass(90);
  expect((await scene.checkIn(id)).json().result).toBe('version');
  return id;
}
const untilDone = async (rounds = 13) => {
  for (let round = 0; round < rounds; round++) await scene.pass(59);
};
const receipt = async (id: string) =>
  Object.fromEntries((await scene.session(id)).receipt.map((step) => [step.kind, step]));
const folderPath = async (id: string) => {
  const { folder_key } = await scene.server.db
    .selectFrom('edit_session')
    .select('folder_key')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return `/me/drive/root:/MEGDocs/${folder_key}`;
};
async function isThere(path: string): Promise<boolean> {
  try {
    (await (await scene.graph()).request('GET', path)).body.resume();
    return true;
  } catch {
    return false;
  }
}
const patch = async (json: object) => {
  const { driveId, itemId } = await scene.copy();
  (await (await scene.graph()).request('PATCH', `/drives/${driveId}/items/${itemId}`, { json })).body.resume();
};
const policy = { remindAfterDays: 3, abandonAfterDays: 14, deletePermanently: true, desktopApps: false };

describe('E10: what is left in OneDrive after the end', () => {
  it('nothing: the copy goes into the recycle bin, its folder after it, each with its time', async () => {
    const id = await checkedIn();
    const folder = await folderPath(id);
    await untilDone();
    const steps = await receipt(id);
    expect(steps.copy).toMatchObject({ state: 'done', at: expect.any(String) });
    expect(steps.copy?.detail).toContain('recycle bin');
    expect(steps.folder).toMatchObject({ state: 'done', at: expect.any(String) });
    expect(await isThere(folder)).toBe(false);
    expect(await isThere('/me/drive/root:/MEGDocs')).toBe(true);
  });

  it('a folder in which somebody keeps something else stays, and it is said', async () => {
    const id = await checkedIn();
    const folder = await folderPath(id);
    (await (await scene.graph()).request('PUT', `${folder}/Own.txt:/content`, { body: 'Mine' })).body.resume();
    await untilDone();
    expect((await receipt(id)).folder).toMatchObject({ state: 'attention' });
    expect(await isThere(`${folder}/Own.txt`)).toBe(true);
  });

  it('a Microsoft that fails at the folder is asked again, and the copy counts as gone meanwhile', async () => {
    const id = await checkedIn();
    scene.fault({ method: 'GET', path: 'root:/MEGDocs' }, { status: 503 }, { times: 60 });
    await untilDone();
    scene.emulator.control.clearFaults();
    expect((await receipt(id)).copy?.detail).toContain('its empty folder not yet');
    for (let round = 0; round < 3; round++) await scene.pass(600);
    expect(await receipt(id)).toMatchObject({ copy: { state: 'done' }, folder: { state: 'done' } });
  });

  it('a copy that was renamed and moved is followed by its id', async () => {
    const id = await checkedIn();
    await patch({ name: 'My own name.docx' });
    const graph = await scene.graph();
    const made = await graph.request('POST', '/me/drive/root/children', {
      json: { name: `Elsewhere ${id}`, folder: {} },
    });
    await patch({ parentReference: { id: (await made.json<{ id: string }>()).id } });
    await scene.save('Late, from its new place.');
    await untilDone(15);
    expect(await scene.drafts()).toHaveLength(1);
    expect((await receipt(id)).copy).toMatchObject({ state: 'done' });
    expect(await isThere(`/me/drive/root:/Elsewhere%20${id}/My%20own%20name.docx`)).toBe(false);
  });

  it('a copy that somebody deleted: what was fetched is kept, and where it may still be is said', async () => {
    const id = await checkedIn();
    const { driveId, itemId } = await scene.copy();
    (await (await scene.graph()).request('DELETE', `/drives/${driveId}/items/${itemId}`)).body.resume();
    await scene.pass(30);
    await scene.pass(30);
    expect((await receipt(id)).copy?.detail).toMatch(/deleted in OneDrive by somebody else.*is kept.*recycle bin/);
  });

  it('one 404 for a copy that is there ends no watch: the late save is still kept', async () => {
    const id = await checkedIn();
    await scene.pass(5);
    scene.fault({ method: 'GET', path: '/items/' }, { graphError: 'itemNotFound' });
    await scene.pass(30);
    expect(scene.emulator.control.faults()[0]?.fired).toBe(1);
    expect((await receipt(id)).copy?.state).not.toBe('done');
    await scene.save('Late, after Microsoft had not found it once.');
    await scene.pass(30);
    await scene.pass(30);
    expect(await scene.drafts()).toHaveLength(1);
  });

  it('a copy that arrives only after its session was given up is found and cleaned up', async () => {
    scene.fault({ method: 'PUT', path: 'content' }, { status: 503 }, { times: 4 });
    const id = String((await scene.start()).json().sessionId);
    await scene.author.post(`/api/edit-sessions/${id}/discard`, { reason: 'Too slow' });
    await scene.pass(5);
    expect((await receipt(id)).copy?.state).not.toBe('done');
    const folder = await folderPath(id);
    scene.emulator.control.clearFaults();
    (
      await (await scene.graph()).request('PUT', `${folder}/Hand%20hygiene.docx:/content`, { body: 'Arrived late' })
    ).body.resume();
    await untilDone(16);
    expect((await receipt(id)).copy).toMatchObject({ state: 'done' });
    expect(await isThere(folder)).toBe(false);
  });
});

describe('E10: deleting for good', () => {
  beforeEach(async () => {
    const admin = await scene.server.signIn('controller');
    expect((await admin.put('/api/administration/ending-policy', policy)).statusCode).toBe(200);
  });

  it('where the institution wants it: renamed with If-Match, read once more, then deleted', async () => {
    const id = await checkedIn();
    await scene.graphCalls();
    await untilDone();
    const calls = (await scene.graphCalls()).map((call) =>
      call.replace(/items\/[^/]+/, 'items/x').replace(/drives\/[^/]+/, 'drives/x'),
    );
    const at = calls.findIndex((call) => call.startsWith('PATCH'));
    expect(calls.slice(at, at + 3)).toEqual([
      'PATCH /v1.0/drives/x/items/x',
      'GET /v1.0/drives/x/items/x',
      'POST /v1.0/drives/x/items/x/permanentDelete',
    ]);
    expect((await receipt(id)).copy).toMatchObject({ state: 'done', detail: 'was deleted for good.' });
  });

  it('a save between the renaming and the last look is collected instead', async () => {
    await checkedIn();
    scene.fault({ method: 'PATCH' }, { delayMs: 300 });
    for (let round = 0; round < 9; round++) await scene.pass(59);
    await scene.server.clock.advance(120);
    await scene.server.db.updateTable('clean_up').set({ quiet_seconds: 600 }).where('state', '=', 'watching').execute();
    const round = scene.server.app.editing.tend();
    await expect.poll(() => scene.emulator.control.faults()[0]?.fired).toBe(1);
    await scene.save('At the last moment.');
    await round;
    await scene.pass(15);
    expect(await scene.drafts()).toHaveLength(1);
  });

  it('where Microsoft does not offer it, the copy goes into the recycle bin, and the receipt says why', async () => {
    const id = await checkedIn();
    scene.fault({ method: 'POST', path: 'permanentDelete' }, { status: 400 }, { times: 9 });
    await untilDone();
    expect((await receipt(id)).copy?.detail).toContain('does not delete for good');
  });
});

describe('E4, E10: colleagues at the end', () => {
  it('are told, lose their right before the copy goes, and stand in the receipt', async () => {
    const colleague = await scene.server.signIn('author2');
    await connectMicrosoft(colleague, people.author2);
    const id = await scene.open();
    await scene.pass(5);
    expect((await colleague.post(`/api/edit-sessions/${id}/join`)).statusCode).toBe(200);
    await scene.save('Together.', people.author2.email);
    await scene.pass(90);
    expect((await scene.checkIn(id)).json().result).toBe('version');
    await untilDone(16);
    expect(await receipt(id)).toMatchObject({
      told: { state: 'done', detail: people.author2.name },
      rights: { state: 'done', at: expect.any(String) },
      copy: { state: 'done' },
    });
  });
});
