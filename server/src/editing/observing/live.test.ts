import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EditingScene, editingScene } from '../../../test/editing-scene.ts';
import { type LiveReader, readLive } from '../../../test/live-reader.ts';
import { openLive } from '../../platform/live.ts';
import { createLog } from '../../platform/log.ts';
import { systemRandom } from '../../platform/random.ts';

let scene: EditingScene;
let address: string;
let readers: LiveReader[];
let closed: boolean;

beforeEach(async () => {
  scene = await editingScene();
  address = await scene.server.app.http.listen({ port: 0, host: '127.0.0.1' });
  readers = [];
  closed = false;
});
afterEach(async () => {
  for (const reader of readers) reader.close();
  if (!closed) await scene.close();
});

async function listen(client: Parameters<typeof readLive>[1]): Promise<LiveReader> {
  const reader = await readLive(address, client);
  readers.push(reader);
  return reader;
}

const changed = () => `documents {"documents":["${scene.documentId}"]}`;

describe('E3: live news', () => {
  test('who may see the drafts hears that something changed; nobody else hears anything', async () => {
    const author = await listen(scene.author);
    const controller = await listen(await scene.server.signIn('controller'));
    const reader = await listen(await scene.server.signIn('reader'));
    const stranger = await listen(await scene.server.signIn('riversideController'));
    const id = await scene.open();
    await expect.poll(() => author.heard).toContain(changed());
    await expect.poll(() => controller.heard).toContain(changed());
    author.heard.length = 0;
    await scene.save('in Word');
    await scene.pass(5);
    await expect.poll(() => author.heard).toContain(changed());
    expect((await scene.session(id)).checkpoints).toHaveLength(1);
    expect(reader.heard).toEqual([]);
    expect(stranger.heard).toEqual([]);
  });

  test('a look that finds nothing new is told to nobody', async () => {
    await scene.open();
    for (let round = 0; round < 4; round++) await scene.pass(5);
    const { heard, stop } = await hearAll();
    for (let round = 0; round < 4; round++) await scene.pass(20);
    await scene.save('now there is something');
    await scene.pass(20);
    await expect.poll(() => heard).toContain(`${scene.documentId} drafts`);
    // Notifications keep their order: those of the looks before would stand in front.
    expect(new Set(heard)).toEqual(new Set([`${scene.documentId} drafts`]));
    expect(heard.length).toBeLessThanOrEqual(3);
    await stop();
  });

  test('ends with the sign-in, and begins for nobody who is not signed in', async () => {
    const author = await listen(scene.author);
    const anonymous = await listen(scene.server.browser());
    expect(anonymous.status).toBe(401);
    await scene.author.delete('/api/session');
    await author.ended;
    expect((await listen(scene.author)).status).toBe(401);
  });

  test('a right that was taken away is no longer heard of', async () => {
    const client = await scene.server.signIn('reader');
    const { id: personId } = (await client.get('/api/me')).json();
    const access = `/api/documents/${scene.documentId}/access`;
    await scene.author.post(access, { personId, role: 'reviewer' });
    const reader = await listen(client);
    const author = await listen(scene.author);
    await scene.open();
    await expect.poll(() => reader.heard).toContain(changed());
    await scene.author.delete(`${access}/${personId}/reviewer`);
    await expect.poll(() => author.heard.length).toBeGreaterThan(0);
    reader.heard.length = 0;
    author.heard.length = 0;
    await scene.save('not for the reader');
    await scene.pass(5);
    await expect.poll(() => author.heard).toContain(changed());
    expect(reader.heard).toEqual([]);
  });

  test('one sign-in has a few streams at most; the next one is told to ask by itself', async () => {
    const streams = [];
    for (let at = 0; at < 5; at++) streams.push((await listen(scene.author)).status);
    expect(streams).toEqual([200, 200, 200, 200, 429]);
    readers[0]?.close();
    await expect.poll(async () => (await listen(scene.author)).status).toBe(200);
  });

  test('the server ends although streams are open', async () => {
    const author = await listen(scene.author);
    const began = performance.now();
    closed = true;
    await scene.close();
    await author.ended;
    expect(performance.now() - began).toBeLessThan(8_000);
  });

  test('every process hears what another one wrote', async () => {
    const { heard, stop } = await hearAll();
    await scene.open();
    await expect.poll(() => heard).toContain(`${scene.documentId} drafts`);
    await stop();
  });
});

/** What another process on the same database hears. */
async function hearAll(): Promise<{ heard: string[]; stop: () => Promise<void> }> {
  const other = await openLive(scene.server.database, createLog('silent'), systemRandom);
  const heard: string[] = [];
  other.listen((news) => heard.push(news.kind === 'document' ? `${news.documentId} ${news.part}` : news.kind));
  return { heard, stop: () => other.close() };
}
