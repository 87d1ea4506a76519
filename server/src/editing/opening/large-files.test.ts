import { readFile } from 'node:fs/promises';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type EditingScene,
  editingScene,
  newKey,
  sourceFile,
  withPicture,
  withSentence,
} from '../../../test/editing-scene.ts';
import { type Power, powerOf } from '../../../test/power.ts';

const MEBIBYTE = 1024 ** 2;
const FRAGMENT = 5 * MEBIBYTE;

let first: EditingScene;
let scene: EditingScene;
let power: Power;
let content: Uint8Array;
beforeAll(async () => {
  first = await editingScene();
  power = powerOf(first.server);
  content = withPicture(await readFile(sourceFile), 11 * MEBIBYTE);
});
afterAll(() => first.close());
beforeEach(async () => {
  scene = await first.another({ content, fileName: 'Hand hygiene.docx' });
  await scene.graphCalls();
});

const sessionsBegun = (calls: string[]) => calls.filter((call) => call.endsWith('/createUploadSession')).length;
const fragments = (calls: string[]) => calls.filter((call) => /^PUT .*uploadSession/.test(call)).length;
const uploads = (id: string) => scene.server.db.selectFrom('edit_upload').selectAll().where('id', '=', id).execute();
const opening = async (id: string) => (await scene.author.get(`/api/edit-sessions/${id}/opening`)).json();
/** Opens it, and waits until all of it has arrived. */
async function open(): Promise<string> {
  const id = await scene.open();
  await vi.waitFor(async () => expect((await opening(id)).state).toBe('open'), { timeout: 30_000 });
  return id;
}
const sessionId = async () =>
  (
    await scene.server.db
      .selectFrom('edit_session')
      .select('id')
      .where('document_id', '=', scene.documentId)
      .orderBy('started_at', 'desc')
      .executeTakeFirstOrThrow()
  ).id;

/** The process dies when so many fragments have arrived. */
async function dieAfter(arrived: number): Promise<{ id: string; key: string; calls: string[] }> {
  for (let steps = 20; steps < 80; steps += 2) {
    const key = newKey();
    await power.cutAfter(steps, () => scene.start(key));
    const calls = await scene.graphCalls();
    if (fragments(calls) === arrived) return { id: await sessionId(), key, calls };
    scene = await scene.another({ content, fileName: 'Hand hygiene.docx' });
    await scene.graphCalls();
  }
  throw new Error('It never died there');
}

describe('E2: a large file goes by upload session', () => {
  it('opens, checks in, and the person sees how far it is', async () => {
    const id = await open();
    const calls = await scene.graphCalls();
    expect(sessionsBegun(calls)).toBe(1);
    expect(fragments(calls)).toBe(3);
    expect(await opening(id)).toMatchObject({ state: 'open', sentBytes: null, webUrl: expect.stringMatching(/^http/) });
    expect(await uploads(id)).toEqual([]);
    await scene.saveBytes(withSentence(content, 'Heavy words.'));
    await scene.pass(90);
    expect((await scene.checkIn(id)).json()).toMatchObject({ result: 'version', version: '0.2' });
    expect(await scene.textOf('0.2')).toContain('Heavy words.');
  });

  it('E16: a kill in the middle goes on where it was, and its address is kept sealed', async () => {
    const died = await dieAfter(1);
    const [row] = await uploads(died.id);
    expect(Buffer.from(row?.sealed_url ?? []).toString('latin1')).not.toContain('uploadSession');
    await scene.server.clock.advance(30);
    await scene.server.app.editing.tend();
    const after = await scene.graphCalls();
    expect(sessionsBegun([...died.calls, ...after])).toBe(1);
    expect(fragments([...died.calls, ...after])).toBe(3);
    expect((await scene.start(died.key)).json()).toMatchObject({ state: 'active', sessionId: died.id });
    expect(scene.server.logged()).not.toContain('tempauth');
  });

  it('R40: an upload that outlives the access token goes on', async () => {
    const died = await dieAfter(2);
    await scene.server.clock.advance(2 * 3600);
    await scene.server.app.editing.tend();
    expect(sessionsBegun([...died.calls, ...(await scene.graphCalls())])).toBe(1);
    expect((await scene.session(died.id)).state).toBe('active');
  });

  it('progress is told while it waits, and whoever discards meanwhile leaves nothing behind', async () => {
    const { id } = await dieAfter(1);
    await scene.server.clock.advance(30);
    const [row] = await uploads(id);
    expect(await opening(id)).toMatchObject({ state: 'starting', sentBytes: row?.sent_bytes, webUrl: null });
    expect((await opening(id)).totalBytes).toBeGreaterThan(2 * FRAGMENT);
    await scene.author.post(`/api/edit-sessions/${id}/discard`, { reason: 'Another time' });
    expect((await opening(id)).state).toBe('closed');
    expect(await uploads(id)).toEqual([]);
    expect((await scene.graphCalls()).some((call) => /^DELETE .*uploadSession/.test(call))).toBe(true);
  });

  it('507: a full OneDrive is said before the first byte, and nothing is tried again', async () => {
    scene.fault({ method: 'POST', path: 'createUploadSession' }, { graphError: 'quotaLimitReached' });
    const answer = await scene.start();
    expect(answer.json()).toMatchObject({ error: { code: 'drive_full' } });
    expect(fragments(await scene.graphCalls())).toBe(0);
  });

  it('the stamp is in the copy, and not in what comes back', async () => {
    const id = await open();
    const { driveId, itemId } = await scene.copy();
    const answer = await (await scene.graph()).request('GET', `/drives/${driveId}/items/${itemId}/content`);
    const { body } = await (await scene.graph()).fetchPreAuthenticated(String(answer.headers.location));
    const copy = unzipSync(Buffer.concat(await body.toArray()));
    const stamped = Buffer.from(copy['word/document.xml'] ?? []).toString();
    expect(stamped).toContain('Working copy from MEGDocs');
    await scene.pass(120);
    expect((await scene.checkIn(id)).json().result).toBe('nothing-changed');
  });

  it('an upload session that ran out is begun anew', async () => {
    const died = await dieAfter(1);
    await scene.server.clock.advance(8 * 86_400);
    await scene.server.app.editing.tend();
    expect(sessionsBegun([...died.calls, ...(await scene.graphCalls())])).toBe(2);
    // Eight days later nobody is signed in any more.
    const row = scene.server.db.selectFrom('edit_session').select('state').where('id', '=', died.id);
    expect(await row.executeTakeFirst()).toEqual({ state: 'active' });
  });
});
