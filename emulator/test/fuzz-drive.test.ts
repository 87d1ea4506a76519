import fc from 'fast-check';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Emulator } from '../src/index.ts';
import { personalConfig, personalToken, startTestEmulator } from './cast.ts';

const SEQUENCES = 1_000;
const agent = new Agent({ keepAliveTimeout: 10_000 });

let emulator: Emulator;
let token: string;

beforeAll(async () => {
  // A personal drive, because only there can Graph take something out of the recycle bin.
  emulator = await startTestEmulator({ config: personalConfig() });
  token = await personalToken(emulator);
});

afterAll(async () => {
  await emulator.close();
  await agent.close();
});

interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: the test looks into an answer of another protocol
  body: any;
}

async function call(method: string, path: string, body?: object | string): Promise<Answer> {
  const isJson = typeof body === 'object';
  const response = await request(path.startsWith('http') ? path : `${emulator.url}/v1.0/me/drive${path}`, {
    method: method as 'GET',
    dispatcher: agent,
    headers: { authorization: `Bearer ${token}`, ...(isJson ? { 'content-type': 'application/json' } : {}) },
    ...(body === undefined ? {} : { body: isJson ? JSON.stringify(body) : body }),
  });
  const text = await response.body.text();
  return { status: response.statusCode, body: text.startsWith('{') ? JSON.parse(text) : text };
}

interface Node {
  id: string;
  parentId: string;
  name: string;
  /** Absent for a folder. */
  content?: string;
  isDeleted: boolean;
}

/** What the drive should hold below one folder; as simple as it can be. */
class Model {
  readonly nodes = new Map<string, Node>();
  readonly rootId: string;

  constructor(rootId: string) {
    this.rootId = rootId;
  }

  add(node: Omit<Node, 'isDeleted'>): void {
    this.nodes.set(node.id, { ...node, isDeleted: false });
  }

  isVisible(node: Node): boolean {
    if (node.isDeleted) return false;
    const parent = this.nodes.get(node.parentId);
    return node.parentId === this.rootId || (parent !== undefined && this.isVisible(parent));
  }

  visible(): Node[] {
    return [...this.nodes.values()].filter((node) => this.isVisible(node));
  }

  folderIds(): string[] {
    return [this.rootId, ...this.visible().flatMap(({ id, content }) => (content === undefined ? [id] : []))];
  }

  childNamed(parentId: string, name: string): Node | undefined {
    return this.visible().find((one) => one.parentId === parentId && one.name.toLowerCase() === name.toLowerCase());
  }

  isWithin(id: string, folderId: string): boolean {
    if (id === folderId) return true;
    const node = this.nodes.get(id);
    return node !== undefined && this.isWithin(node.parentId, folderId);
  }

  rows(): string[] {
    return this.visible().map(rowOf).sort();
  }
}

const rowOf = ({ id, parentId, name, content }: Node) => `${parentId}/${name} ${id} ${content?.length ?? 'folder'}`;

const NAMES = ['a.txt', 'A.TXT', 'b', 'ü #1 %.txt', "it's"];
const step = fc.record({
  kind: fc.constantFrom('folder', 'put', 'put', 'session', 'rename', 'move', 'delete', 'restore', 'sync'),
  first: fc.nat(20),
  second: fc.nat(20),
  size: fc.nat(60),
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

const pick = <Value>(values: readonly Value[], at: number): Value | undefined => values[at % values.length];

async function putFile(model: Model, { kind, first, second, size }: Step): Promise<void> {
  const parentId = pick(model.folderIds(), first) ?? model.rootId;
  const name = pick(NAMES, second) ?? '';
  const content = 'x'.repeat(kind === 'session' ? size + 1 : size);
  const path = `/items/${parentId}:/${encodeURIComponent(name)}:`;
  const before = model.childNamed(parentId, name);
  const answer = kind === 'session' ? await putInSession(path, content) : await call('PUT', `${path}/content`, content);
  if (before !== undefined && before.content === undefined) return expect(answer.status).toBe(409);
  expect([answer.status, answer.body.size]).toEqual([before === undefined ? 201 : 200, content.length]);
  if (before !== undefined) before.content = content;
  else model.add({ id: answer.body.id, parentId, name, content });
  expect(answer.body.id).toBe(before?.id ?? answer.body.id);
}

async function putInSession(path: string, content: string): Promise<Answer> {
  const item = { '@microsoft.graph.conflictBehavior': 'replace' };
  const session = await call('POST', `${path}/createUploadSession`, { item });
  if (session.status !== 200) return session;
  const headers = { 'content-range': `bytes 0-${content.length - 1}/${content.length}` };
  const response = await request(session.body.uploadUrl, { method: 'PUT', dispatcher: agent, headers, body: content });
  return { status: response.statusCode, body: await response.body.json() };
}

async function createFolder(model: Model, { first, second }: Step): Promise<void> {
  const parentId = pick(model.folderIds(), first) ?? model.rootId;
  const name = pick(NAMES, second) ?? '';
  const order = { name, folder: {}, '@microsoft.graph.conflictBehavior': 'fail' };
  const { status, body } = await call('POST', `/items/${parentId}/children`, order);
  expect(status).toBe(model.childNamed(parentId, name) === undefined ? 201 : 409);
  if (status === 201) model.add({ id: body.id, parentId, name });
}

/** A new name, or a new folder. */
async function arrange(model: Model, { kind, first, second }: Step): Promise<void> {
  const node = pick(model.visible(), first);
  if (node === undefined) return;
  const isRename = kind === 'rename';
  const name = isRename ? (pick(NAMES, second) ?? '') : node.name;
  const parentId = isRename ? node.parentId : (pick(model.folderIds(), second) ?? model.rootId);
  const taken = model.childNamed(parentId, name);
  const { status } = await call(
    'PATCH',
    `/items/${node.id}`,
    isRename ? { name } : { parentReference: { id: parentId } },
  );
  if (model.isWithin(parentId, node.id)) return expect(status).toBe(400);
  if (taken !== undefined && taken !== node) return expect(status).toBe(409);
  expect(status).toBe(200);
  Object.assign(node, { name, parentId });
}

async function deleteNode(model: Model, { first }: Step): Promise<void> {
  const node = pick(model.visible(), first);
  if (node === undefined) return;
  expect((await call('DELETE', `/items/${node.id}`)).status).toBe(204);
  node.isDeleted = true;
}

async function restore(model: Model, { first }: Step): Promise<void> {
  const node = pick(
    [...model.nodes.values()].filter(({ isDeleted }) => isDeleted),
    first,
  );
  if (node === undefined) return;
  const { status, body } = await call('POST', `/items/${node.id}/restore`, {});
  if (!model.folderIds().includes(node.parentId)) return expect(status).toBe(404);
  expect(status).toBe(200);
  // A name that was taken meanwhile is numbered; any free one will do.
  if (model.childNamed(node.parentId, node.name) === undefined) expect(body.name).toBe(node.name);
  else expect(model.childNamed(node.parentId, body.name)).toBeUndefined();
  Object.assign(node, { name: body.name, isDeleted: false });
}

/** A client that knows the drive from delta alone. */
class Replica {
  readonly #nodes = new Map<string, Node>();
  #link: string;

  constructor(link: string) {
    this.#link = link;
  }

  async sync(): Promise<void> {
    for (let next: string | undefined = this.#link; next !== undefined; ) {
      const { status, body }: Answer = await call('GET', next);
      expect(status).toBe(200);
      for (const item of body.value) this.#apply(item);
      next = body['@odata.nextLink'];
      this.#link = body['@odata.deltaLink'] ?? this.#link;
    }
  }

  // biome-ignore lint/suspicious/noExplicitAny: an item as it comes
  #apply(item: any): void {
    const before = this.#nodes.get(item.id);
    if (item.deleted !== undefined) {
      if (before !== undefined) before.isDeleted = true;
      return;
    }
    const content = item.file === undefined ? {} : { content: 'x'.repeat(item.size) };
    const { id, name, parentReference } = item;
    this.#nodes.set(id, { id, name, parentId: parentReference?.id ?? '', ...content, isDeleted: false });
  }

  rowsBelow(rootId: string): string[] {
    const isBelow = (node: Node): boolean => {
      if (node.isDeleted) return false;
      const parent = this.#nodes.get(node.parentId);
      return node.parentId === rootId || (parent !== undefined && isBelow(parent));
    };
    return [...this.#nodes.values()].filter(isBelow).map(rowOf).sort();
  }
}

async function childRows(folderId: string): Promise<string[]> {
  const { body } = await call('GET', `/items/${folderId}/children`);
  const rows: string[] = [];
  for (const item of body.value) {
    const content = item.file === undefined ? {} : { content: 'x'.repeat(item.size) };
    rows.push(rowOf({ id: item.id, name: item.name, parentId: folderId, ...content, isDeleted: false }));
    if (item.folder !== undefined) rows.push(...(await childRows(item.id)));
  }
  return rows.sort();
}

let runs = 0;

async function play(steps: readonly Step[]): Promise<void> {
  const link = (await call('GET', '/root/delta?token=latest')).body['@odata.deltaLink'];
  runs += 1;
  const folder = await call('POST', '/root/children', { name: `run ${runs}`, folder: {} });
  const model = new Model(folder.body.id);
  const replica = new Replica(link);
  const does: Record<Step['kind'], (model: Model, step: Step) => Promise<void>> = {
    folder: createFolder,
    put: putFile,
    session: putFile,
    rename: arrange,
    move: arrange,
    delete: deleteNode,
    restore,
    sync: () => replica.sync(),
  };
  for (const one of steps) await does[one.kind](model, one);
  expect(await childRows(model.rootId)).toEqual(model.rows());
  await replica.sync();
  expect(replica.rowsBelow(model.rootId)).toEqual(model.rows());
  const file = model.visible().find(({ content }) => content !== undefined);
  if (file === undefined) return;
  const { body } = await call('GET', `/items/${file.id}`);
  const download = await request(body['@microsoft.graph.downloadUrl'], { dispatcher: agent });
  expect(await download.body.text()).toBe(file.content);
}

test('a drive and its delta agree with a simple model, whatever is done to it', async () => {
  const property = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14, size: 'max' }), play);
  await fc.assert(property, { numRuns: SEQUENCES, seed: 3 });
});
