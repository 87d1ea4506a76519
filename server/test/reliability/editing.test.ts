import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { people } from '@megdocs/fixtures';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { aWordFile } from '../../src/documents/test/office-files.ts';
import { newKey as newEditKey, sourceFile, withSentence } from '../editing-scene.ts';
import { Browser } from './browser.ts';
import { integrationOf, seedHospital } from './cast.ts';
import { type Gate, startGate } from './gate.ts';
import { type Pair, startPair } from './pair.ts';
import type { ServerProcess } from './processes.ts';

const { author } = people;
const TWO_HOURS = 7200;
const MEGABYTE = 1024 * 1024;

let pair: Pair;
/** Before the addresses that files are sent to. */
let contentGate: Gate;
let browser: Browser;
let folderId: string | undefined;
beforeAll(async () => {
  // Both hosts are known before the servers start: the one that uploads go to is the gate's.
  pair = await startPair({
    beforeStart: async (emulator) => {
      contentGate = await startGate(emulator.contentUrl);
      return { MICROSOFT_FILE_HOSTS: [emulator.contentUrl, contentGate.url].map((url) => new URL(url).host).join(',') };
    },
  });
  folderId = (await seedHospital(pair)).folderIds.get('infection-prevention');
  browser = await Browser.signIn(pair.a, author);
  await browser.connect(pair.b, author);
});
afterAll(async () => {
  await pair?.close();
  await contentGate?.close();
});

const upload = async (content: Uint8Array) => {
  const query = new URLSearchParams({ fileName: 'Hand hygiene.docx', title: 'Hand hygiene' });
  const page = await browser.upload(pair.b, `/api/folders/${folderId}/documents?${query}`, content);
  if (page.status >= 300) throw new Error(`No draft: ${page.status} ${page.text}`);
  return String(JSON.parse(page.text).id);
};
const open = async (server: ServerProcess, documentId: string): Promise<string> => {
  const page = await browser.post(server, `/api/documents/${documentId}/edit-sessions`, {
    idempotencyKey: newEditKey(),
  });
  if (page.status !== 200) throw new Error(`Not opened: ${page.status} ${page.text}`);
  return JSON.parse(page.text).sessionId;
};
const session = async (server: ServerProcess, id: string) =>
  JSON.parse((await browser.get(server, `/api/edit-sessions/${id}`)).text);
const copyOf = async (id: string) => {
  const row = await pair.db.selectFrom('edit_session').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  return { driveId: String(row.drive_id), itemId: String(row.item_id) };
};
const contentCalls = () => pair.emulator.control.requests().filter(({ origin }) => origin === 'content');

it('R20: consent withdrawn in mid-edit: what was typed waits in the copy, and a reconnect goes on with it', async () => {
  const source = await readFile(sourceFile);
  const id = await open(pair.a, await upload(source));
  const contentBase64 = Buffer.from(withSentence(source, 'Typed before the consent went.')).toString('base64');
  await pair.emulator.control.changeItem(await copyOf(id), { save: { by: author.email, contentBase64 } });
  pair.emulator.control.changeUser(author.email, { revokeSessions: true });
  pair.gate.forget();
  await pair.pass(TWO_HOURS);
  for (const server of pair.both) await server.tend();
  const waiting = await session(pair.b, id);
  expect(waiting.state).toBe('active');
  expect(waiting.notLiveSince).not.toBeNull();
  expect(waiting.checkpoints).toEqual([]);
  expect(pair.gate.tokenCalls()).toBe(1);
  expect((await pair.row(await integrationOf(pair, author.email))).status).toBe('reconnect_needed');
  expect(await browser.connect(pair.b, author)).toBe('/accounts/account/microsoft/');
  await pair.pass(120);
  for (const server of pair.both) await server.tend();
  const resumed = await session(pair.a, id);
  expect(resumed.notLiveSince).toBeNull();
  expect(resumed.checkpoints).toHaveLength(1);
});

const isFragment = ({ method }: { method: string }) => method === 'PUT';
const uploadsThroughGate = () =>
  pair.gate.changeAnswer(
    ({ path }) => path.endsWith('createUploadSession'),
    (json) => ({ ...json, uploadUrl: String(json.uploadUrl).replace(pair.emulator.contentUrl, contentGate.url) }),
  );
const largeFile = () => aWordFile('Large.', { 'word/media/image1.png': randomBytes(12 * MEGABYTE) });

it('R40: an upload that outlives its access token goes on, and never shows it to the upload address', async () => {
  const content = await largeFile();
  const documentId = await upload(content);
  uploadsThroughGate();
  pair.gate.forget();
  const hold = contentGate.hold('after', isFragment, 1);
  const opening = open(pair.a, documentId);
  await Promise.race([hold.arrived(), opening]);
  await pair.pass(TWO_HOURS);
  hold.release();
  const sessionId = await opening;
  // Two hours are more than a page waits for its answer: the sweeper ends what is left.
  await pair.pass(60);
  for (const server of pair.both) await server.tend();
  expect((await session(pair.b, sessionId)).state).toBe('active');
  expect(pair.gate.tokenCalls()).toBe(1);
  const fragments = contentCalls().filter(isFragment);
  expect(fragments.length).toBeGreaterThanOrEqual(3);
  // Nothing was sent twice; into its copy MEGDocs writes a little of its own.
  expect(fragments.reduce((sum, { bodyLength }) => sum + bodyLength, 0)).toBeLessThan(content.length + MEGABYTE);
  expect(contentCalls().filter(({ bearer, leakedBearer }) => bearer || leakedBearer)).toEqual([]);
});

it('R40: when Microsoft forgets the upload session in the middle, it is begun anew', async () => {
  const documentId = await upload(await largeFile());
  const before = contentCalls().filter(isFragment).length;
  const match = { origin: 'content' as const, method: 'PUT' };
  pair.emulator.control.addFault({ match, skip: 1, fault: { graphError: 'itemNotFound' } });
  const sessionId = await open(pair.b, documentId);
  expect((await session(pair.a, sessionId)).state).toBe('active');
  expect(contentCalls().filter(isFragment).length).toBeGreaterThanOrEqual(before + 5);
  expect(contentCalls().filter(({ bearer }) => bearer)).toEqual([]);
});
