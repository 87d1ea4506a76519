import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, type Drive, download, hashOf, startDrives } from './drive-model/drive.ts';
import { aText, aWordFile, Model, type ModelNode, substanceOf } from './drive-model/model.ts';
import { Replica, rowOf } from './drive-model/replica.ts';

const SEQUENCES = 1_000;
let world: Awaited<ReturnType<typeof startDrives>>;

beforeAll(async () => {
  world = await startDrives();
});

afterAll(() => world.close());

const NAMES = ['a.txt', 'A.TXT', 'b', 'ü #1 %.txt', "it's", 'c.docx'];
const WORK_ONLY = ['wait', 'deleteVersion'];
const STEPS = [
  ...['folder', 'put', 'put', 'session', 'replace', 'rename', 'move', 'copy', 'delete', 'restore', 'sync'],
  ...['open', 'close', 'save', 'save', 'restoreVersion', 'deleteVersion', 'wait'],
] as const;
const step = fc.record({
  kind: fc.constantFrom(...STEPS),
  first: fc.nat(20),
  second: fc.nat(20),
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

interface Play {
  drive: Drive;
  model: Model;
  replica: Replica;
}

const pick = <Value>(values: readonly Value[], at: number): Value | undefined => values[at % values.length];
const newContent = (name: string, { second }: Step) => (name.endsWith('.docx') ? aWordFile() : aText(second));

/** The newest content is another one now, and the answer tells the tag that goes with it. */
function wrote(node: ModelNode, content: Uint8Array, eTag?: string): void {
  node.versions?.unshift({ content });
  setTag(node, eTag);
}

/** A Word file's tag may move by itself, when SharePoint rewrites it. */
function setTag(node: ModelNode, eTag: string | undefined): void {
  const mayMove = node.versions?.some(({ content }) => substanceOf(content).startsWith('<')) ?? false;
  if (eTag === undefined || mayMove) delete node.eTag;
  else node.eTag = eTag;
}

async function putFile({ drive, model }: Play, one: Step): Promise<void> {
  const parentId = pick(model.folderIds(), one.first) ?? model.rootId;
  const name = pick(NAMES, one.second) ?? '';
  const content = newContent(name, one);
  const path = `/items/${parentId}:/${encodeURIComponent(name)}:`;
  const before = model.childNamed(parentId, name);
  const answer =
    one.kind === 'session'
      ? await putInSession(drive, path, content)
      : await drive.call('PUT', `${path}/content`, content);
  if (before !== undefined && before.versions === undefined) return expect(answer.status).toBe(409);
  if (before?.openedAs !== undefined) return expect(answer.status).toBe(423);
  expect([answer.status, answer.body.size]).toEqual([before === undefined ? 201 : 200, content.length]);
  const { id, eTag } = answer.body;
  if (before === undefined) model.add({ id, parentId, name, versions: [] });
  expect(id).toBe(before?.id ?? id);
  const node = model.nodes.get(id);
  if (node !== undefined) wrote(node, content, eTag);
}

async function putInSession(drive: Drive, path: string, content: Uint8Array) {
  const item = { '@microsoft.graph.conflictBehavior': 'replace' };
  const session = await drive.call('POST', `${path}/createUploadSession`, { item });
  if (session.status !== 200) return session;
  const range = { 'content-range': `bytes 0-${content.length - 1}/${content.length}` };
  return ask(session.body.uploadUrl, 'PUT', content, range);
}

/** By id, if it is still what it was when it was last looked at; now and then by a tag that is none of its. */
async function replaceFile({ drive, model }: Play, one: Step): Promise<void> {
  const node = pick(model.files(), one.first);
  if (node === undefined) return;
  const content = aText(one.second);
  const isStale = one.second % 4 === 0;
  const headers: Record<string, string> = isStale
    ? { 'if-match': '"{0},9"' }
    : { ...(node.eTag === undefined ? {} : { 'if-match': node.eTag }) };
  const { status, body } = await drive.call('PUT', `/items/${node.id}/content`, content, headers);
  if (isStale) return expect(status).toBe(412);
  if (node.openedAs !== undefined) return expect(status).toBe(423);
  expect(status).toBe(200);
  wrote(node, content, body.eTag);
}

async function createFolder({ drive, model }: Play, { first, second }: Step): Promise<void> {
  const parentId = pick(model.folderIds(), first) ?? model.rootId;
  const name = pick(NAMES, second) ?? '';
  const order = { name, folder: {}, '@microsoft.graph.conflictBehavior': 'fail' };
  const { status, body } = await drive.call('POST', `/items/${parentId}/children`, order);
  expect(status).toBe(model.childNamed(parentId, name) === undefined ? 201 : 409);
  if (status === 201) model.add({ id: body.id, parentId, name });
}

/** A new name, or a new folder. */
async function arrange({ drive, model }: Play, { kind, first, second }: Step): Promise<void> {
  const node = pick(model.visible(), first);
  if (node === undefined) return;
  const isRename = kind === 'rename';
  const name = isRename ? (pick(NAMES, second) ?? '') : node.name;
  const parentId = isRename ? node.parentId : (pick(model.folderIds(), second) ?? model.rootId);
  const taken = model.childNamed(parentId, name);
  const change = isRename ? { name } : { parentReference: { id: parentId } };
  const { status, body } = await drive.call('PATCH', `/items/${node.id}`, change);
  if (model.isHeld(node)) return expect(status).toBe(423);
  if (model.isWithin(parentId, node.id)) return expect(status).toBe(400);
  if (taken !== undefined && taken !== node) return expect(status).toBe(409);
  expect(status).toBe(200);
  Object.assign(node, { name, parentId });
  setTag(node, body.eTag);
}

async function copyNode({ drive, model }: Play, { first, second }: Step): Promise<void> {
  const node = pick(model.visible(), first);
  if (node === undefined) return;
  const parentId = pick(model.folderIds(), second) ?? model.rootId;
  const name = pick(NAMES, second) ?? '';
  const isTaken = model.childNamed(parentId, name) !== undefined;
  const order = { name, parentReference: { driveId: drive.id, id: parentId } };
  const { status, headers } = await drive.call('POST', `/items/${node.id}/copy`, order);
  if (model.isWithin(parentId, node.id)) return expect(status).toBe(400);
  expect(status).toBe(202);
  const job = await endOfCopy(String(headers.location));
  expect(job.status).toBe(isTaken ? 'failed' : 'completed');
  if (!isTaken) await addCopy({ drive, model }, node, { id: job.resourceId, name, parentId });
}

async function endOfCopy(monitor: string): Promise<{ status: string; resourceId: string }> {
  for (;;) {
    const { body } = await ask(monitor, 'GET');
    if (body.status === 'completed' || body.status === 'failed') return body;
  }
}

/** The newest content alone comes along, under ids that only the drive can tell. */
async function addCopy(
  play: Pick<Play, 'drive' | 'model'>,
  source: ModelNode,
  copy: { id: string; name: string; parentId: string },
): Promise<void> {
  const { drive, model } = play;
  const [top] = source.versions ?? [];
  const children = model.childrenOf(source.id);
  model.add({ ...copy, ...(top === undefined ? {} : { versions: [{ content: top.content }] }) });
  if (top !== undefined || children.length === 0) return;
  const { body } = await drive.call('GET', `/items/${copy.id}/children`);
  for (const child of children) {
    const there = body.value.find((item: { name: string }) => item.name === child.name);
    await addCopy(play, child, { id: there.id, name: child.name, parentId: copy.id });
  }
}

async function deleteNode({ drive, model }: Play, { first }: Step): Promise<void> {
  const node = pick(model.visible(), first);
  if (node === undefined) return;
  const { status } = await drive.call('DELETE', `/items/${node.id}`);
  if (model.isHeld(node)) return expect(status).toBe(423);
  expect(status).toBe(204);
  node.isDeleted = true;
}

async function restoreNode({ drive, model }: Play, { first }: Step): Promise<void> {
  const node = pick(
    [...model.nodes.values()].filter(({ isDeleted }) => isDeleted),
    first,
  );
  if (node === undefined) return;
  const { status, body } = await drive.call('POST', `/items/${node.id}/restore`, {});
  if (drive.kind === 'business') return expect(status).toBe(400);
  if (!model.folderIds().includes(node.parentId)) return expect(status).toBe(404);
  expect(status).toBe(200);
  // A name that was taken meanwhile is numbered; any free one will do.
  if (model.childNamed(node.parentId, node.name) === undefined) expect(body.name).toBe(node.name);
  else expect(model.childNamed(node.parentId, body.name)).toBeUndefined();
  Object.assign(node, { name: body.name, isDeleted: false });
  setTag(node, body.eTag);
}

let openings = 0;

/** Somebody opens a file in an Office app, saves there or closes it. */
async function edit({ drive, model }: Play, one: Step): Promise<void> {
  const { kind } = one;
  const node = pick(kind === 'close' ? model.files().filter(({ openedAs }) => openedAs) : model.files(), one.first);
  if (node === undefined) return;
  const ref = { driveId: drive.id, itemId: node.id };
  const { control } = world.emulator;
  if (kind === 'open') {
    // Two sessions of one person are told apart by when they began.
    control.advanceClock(1);
    await control.changeItem(ref, { open: drive.owner });
    openings += 1;
    node.openedAs ??= `session ${openings}`;
  } else if (kind === 'close') {
    await control.changeItem(ref, { close: drive.owner });
    delete node.openedAs;
  } else await saveAsEditor(drive, node, newContent(node.name, one));
}

/** All that one session saves within ten minutes is one version. */
async function saveAsEditor(drive: Drive, node: ModelNode, content: Uint8Array): Promise<void> {
  const save = { by: drive.owner, contentBase64: Buffer.from(content).toString('base64') };
  await world.emulator.control.changeItem({ driveId: drive.id, itemId: node.id }, { save });
  const [top] = node.versions ?? [];
  if (node.openedAs !== undefined && top?.session === node.openedAs) top.content = content;
  else node.versions?.unshift({ content, ...(node.openedAs === undefined ? {} : { session: node.openedAs }) });
  delete node.eTag;
}

async function changeVersions({ drive, model }: Play, { kind, first, second }: Step): Promise<void> {
  const node = pick(model.files(), first);
  if (node?.versions === undefined) return;
  const path = `/items/${node.id}/versions`;
  const listed = (await drive.call('GET', path)).body.value;
  expect(listed).toHaveLength(node.versions.length);
  const at = second % listed.length;
  const [method, action] = kind === 'deleteVersion' ? ['DELETE', ''] : ['POST', '/restoreVersion'];
  const { status } = await drive.call(method ?? '', `${path}/${listed[at].id}${action}`);
  if (kind === 'deleteVersion' && at === 0) return expect(status).toBe(400);
  if (node.openedAs !== undefined) return expect(status).toBe(423);
  expect(status).toBe(204);
  const content = node.versions[at]?.content ?? new Uint8Array();
  if (kind === 'deleteVersion') node.versions.splice(at, 1);
  else wrote(node, content);
}

/** SharePoint's rewriting falls due. */
function wait(): void {
  world.emulator.control.advanceClock(2);
}

const DOES: Record<Step['kind'], (play: Play, one: Step) => Promise<void> | void> = {
  folder: createFolder,
  put: putFile,
  session: putFile,
  replace: replaceFile,
  rename: arrange,
  move: arrange,
  copy: copyNode,
  delete: deleteNode,
  restore: restoreNode,
  sync: ({ replica }) => replica.sync(),
  open: edit,
  close: edit,
  save: edit,
  restoreVersion: changeVersions,
  deleteVersion: changeVersions,
  wait,
};

// biome-ignore lint/suspicious/noExplicitAny: items as they come
async function listBelow(drive: Drive, folderId: string): Promise<any[]> {
  const { body } = await drive.call('GET', `/items/${folderId}/children`);
  const below = body.value.filter((item: { folder?: object }) => item.folder !== undefined);
  return [...body.value, ...(await Promise.all(below.map(({ id }: { id: string }) => listBelow(drive, id)))).flat()];
}

async function compare({ drive, model, replica }: Play): Promise<void> {
  const listed = await listBelow(drive, model.rootId);
  const plain = listed.map(
    ({ id, name, parentReference, folder }) => `${parentReference.id}/${name} ${id} ${!!folder}`,
  );
  expect(plain.sort()).toEqual(model.rows());
  await replica.sync();
  expect(replica.rowsBelow(model.rootId)).toEqual(listed.map(rowOf).sort());
  for (const item of listed.filter(({ file }) => file !== undefined)) {
    const content = await download(item['@microsoft.graph.downloadUrl']);
    const { versions } = model.nodes.get(item.id) ?? {};
    expect(substanceOf(content)).toBe(substanceOf(versions?.[0]?.content ?? new Uint8Array()));
    expect([content.length, hashOf(content)]).toEqual([item.size, item.file.hashes.quickXorHash]);
  }
}

async function closeAll({ drive, model }: Play): Promise<void> {
  for (const { id } of model.files().filter(({ openedAs }) => openedAs !== undefined))
    await world.emulator.control.changeItem({ driveId: drive.id, itemId: id }, { close: drive.owner });
}

let runs = 0;

async function play(drive: Drive, steps: readonly Step[]): Promise<void> {
  const link = (await drive.call('GET', '/root/delta?token=latest')).body['@odata.deltaLink'];
  runs += 1;
  const folder = await drive.call('POST', '/root/children', { name: `run ${runs}`, folder: {} });
  const model = new Model(folder.body.id);
  const it = { drive, model, replica: new Replica(drive, link) };
  try {
    for (const one of steps)
      if (drive.kind === 'business' || !WORK_ONLY.includes(one.kind)) await DOES[one.kind](it, one);
    await compare(it);
  } finally {
    await closeAll(it);
  }
}

test('a drive and its delta agree with a simple model, whatever is done to it and by whom', async () => {
  const property = fc.asyncProperty(
    fc.boolean(),
    fc.array(step, { minLength: 1, maxLength: 14, size: 'max' }),
    async (atWork, steps) => {
      const drive = world.drives[atWork ? 1 : 0];
      if (drive !== undefined) await play(drive, steps);
    },
  );
  await fc.assert(property, { numRuns: SEQUENCES, seed: 3 });
});
