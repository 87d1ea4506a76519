import type { OnedriveCall } from '@megdocs/contract';
import { people } from '@megdocs/fixtures';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EditingScene, editingScene } from '../../../test/editing-scene.ts';
import { purgeCalls } from './call-store.ts';

let scene: EditingScene;
beforeAll(async () => {
  scene = await editingScene();
  const id = await scene.open();
  await scene.save('Typed.');
  await scene.pass(90);
  await scene.checkIn(id);
});
afterAll(() => scene.close());

const mine = async (): Promise<OnedriveCall[]> => (await scene.author.get('/api/me/onedrive-calls')).json().calls;

describe('E15: what MEGDocs did in your OneDrive', () => {
  it('tells every call in words, with file, outcome and Microsoft’s request id, newest first', async () => {
    const calls = await mine();
    const put = calls.find(({ what }) => what === 'Put the document into OneDrive');
    expect(put).toMatchObject({ file: 'Hand hygiene.docx', outcome: 'Done', by: { name: people.author.name } });
    expect(put?.requestId).toMatch(/^[0-9a-f-]{36}$/);
    const fetched = calls.find(({ what }) => what === 'Fetched what was saved');
    expect(fetched).toMatchObject({ file: 'Hand hygiene.docx', owner: { name: people.author.name } });
    expect(calls.map(({ id }) => id)).toEqual(calls.map(({ id }) => id).sort((a, b) => b - a));
    expect(calls.every(({ what }) => !what.startsWith('Another call'))).toBe(true);
  });

  it('counts as many calls as Microsoft was sent', async () => {
    const seen = scene.emulator.control
      .requests()
      .filter(({ path }) => !/oauth2|well-known|\/login|kmsi|consent|_emulator|^\/common|authorize|\/me$/.test(path));
    const files = seen.filter(({ path }) => /drive|MEGDocs|download/.test(path));
    const told = (await mine()).filter(({ what }) => !what.startsWith('Read name'));
    expect(told.length).toBe(files.length);
  });

  it('tells what Microsoft refused as well', async () => {
    scene.fault({ method: 'GET', path: '/items/' }, { graphError: 'accessDenied' });
    await scene.pass(90);
    expect((await mine()).some(({ outcome }) => outcome === 'Microsoft did not allow it (403)')).toBe(true);
    scene.emulator.control.clearFaults();
  });

  it('holds no token, no address and no folder key', async () => {
    const rows = await scene.server.db.selectFrom('onedrive_call').selectAll().execute();
    const { folder_key } = await scene.server.db
      .selectFrom('edit_session')
      .select('folder_key')
      .executeTakeFirstOrThrow();
    expect(JSON.stringify(rows)).not.toMatch(new RegExp(`http|tempauth|eyJ|${folder_key}`));
  });

  it('is shown to the administrators of the institution, also as CSV, and to nobody else', async () => {
    const reader = await scene.server.signIn('reader');
    expect((await reader.get('/api/me/onedrive-calls')).json().calls).toEqual([]);
    expect((await reader.get('/api/administration/onedrive-calls')).statusCode).toBe(403);
    expect((await reader.get('/api/administration/onedrive-calls.csv')).statusCode).toBe(403);
    const admin = await scene.server.signIn('controller');
    expect((await admin.get('/api/administration/onedrive-calls')).json().calls).toHaveLength((await mine()).length);
    const csv = (await admin.get('/api/administration/onedrive-calls.csv')).body.trim().split('\r\n');
    expect(csv).toHaveLength((await mine()).length + 1);
    expect(csv[0]).toBe('time,connection of,OneDrive of,what,file,outcome,Microsoft request id');
    const elsewhere = await scene.server.signIn('riversideController');
    expect((await elsewhere.get('/api/administration/onedrive-calls')).json().calls).toEqual([]);
  });

  it('is forgotten after its time', async () => {
    await scene.server.clock.advance(91 * 86_400);
    await purgeCalls(scene.server.db, 90);
    expect(await scene.server.db.selectFrom('onedrive_call').selectAll().execute()).toEqual([]);
  });
});
