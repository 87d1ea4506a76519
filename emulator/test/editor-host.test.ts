import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseConfig } from '../src/config.ts';
import type { EditorHost, EditorUser } from '../src/world/editor-host.ts';
import { createEditorHost } from '../src/world/editor-host-of-world.ts';
import { FORGETFUL_JOURNAL } from '../src/world/table.ts';
import { createWorld, type World } from '../src/world/world.ts';
import { writeContent } from '../src/world/write-content.ts';
import { aClock, aConfig } from './cast.ts';

let directory: string;
let world: World;
let host: EditorHost;
let ann: EditorUser;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'editor-host-'));
  const config = parseConfig(aConfig({ behaviour: { rewriteOfficeFiles: false, saveLagMs: 5_000 } }));
  world = await createWorld({
    config,
    journal: FORGETFUL_JOURNAL,
    directory,
    baseClock: aClock(),
    random: randomBytes,
  });
  host = createEditorHost(world, () => ({ main: 4365, content: 4366 }));
  ann = userOf('ann@hospital.example');
});

afterEach(() => rmSync(directory, { recursive: true }));

function userOf(name: string): EditorUser {
  const user = world.directory.findUserByName(name);
  if (user === undefined) throw new Error(name);
  return { ...user, tid: user.tenantId };
}

async function aFile() {
  const user = world.directory.findUserByName('ann@hospital.example');
  if (user === undefined) throw new Error('no user');
  const parent = world.files.rootOf(world.files.driveOf(user));
  const content = await world.files.content.store(Readable.from([Buffer.from('one')]));
  return writeContent(world.files, { parent, name: 'x.docx' }, content, { userId: user.id }, { conflict: 'fail' }).item;
}

test('opens the document of a webUrl for its owner alone', async () => {
  const item = await aFile();
  const guid = `{${item.guid.toUpperCase()}}`;
  expect(await host.openDocument(guid, ann)).toMatchObject({ name: 'x.docx', kind: 'word', mayWrite: true });
  expect(await host.openDocument(guid, userOf('bob@hospital.example'))).toBe('no-access');
  expect(await host.openDocument('{nothing}', ann)).toBe('not-found');
});

test('gives editors what was saved last, while Graph shows it only after the lag', async () => {
  const item = await aFile();
  const ref = { driveId: item.driveId, itemId: item.id };
  host.keepOpen(ref, ann, 'tab');
  const { tag } = await host.saveContent(ref, ann, Buffer.from('two'));
  const again = await host.saveContent(ref, ann, Buffer.from('three'));
  expect(again.tag).not.toBe(tag);
  const read = await host.readContent(ref);
  expect([Buffer.from(read.content).toString(), read.tag]).toEqual(['three', again.tag]);
  expect(world.files.getItem(ref).versions).toHaveLength(1);
  world.clock.advance(6);
  expect((await host.readContent(ref)).tag).toBe(again.tag);
  expect(world.files.getItem(ref).versions).toHaveLength(2);
});

test('a tab that vanished keeps the lock for half an hour, one that closed does not', async () => {
  const item = await aFile();
  const ref = { driveId: item.driveId, itemId: item.id };
  host.keepOpen(ref, ann, 'tab');
  world.clock.advance(29 * 60);
  expect(world.files.locks.isLocked(ref)).toBe(true);
  world.clock.advance(2 * 60);
  expect(world.files.locks.isLocked(ref)).toBe(false);
  host.keepOpen(ref, ann, 'a');
  host.keepOpen(ref, ann, 'b');
  host.close(ref, ann, 'a');
  expect(world.files.locks.isLocked(ref)).toBe(true);
  host.close(ref, ann, 'b');
  expect(world.files.locks.isLocked(ref)).toBe(false);
});

test('sends people to sign in at the main origin under the name they came by', () => {
  const url = host.signInUrl('http://localhost:4366', 'http://localhost:4366/:w:/r/x');
  expect(url).toBe('http://localhost:4365/_signin?return_to=http%3A%2F%2Flocalhost%3A4366%2F%3Aw%3A%2Fr%2Fx');
});
