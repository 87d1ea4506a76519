import { readFile } from 'node:fs/promises';
import type { CheckedIn, EditSession, FollowUpDraft, ReceiptStep } from '@megdocs/contract';
import { documentFile, type EmulatorBehaviour, handHygiene, people } from '@megdocs/fixtures';
import type { Graph } from '@megdocs/microsoft365';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { sql } from 'kysely';
import type { Emulator, FaultOrder } from 'microsoft365-emulator';
import type { TestClient } from './client.ts';
import { startTestServer, type TestServer } from './harness.ts';
import { connectMicrosoft } from './microsoft-pages.ts';

interface Answer<T> {
  statusCode: number;
  json(): T;
}

interface CopyRef {
  driveId: string;
  itemId: string;
}

/** A server on which the author has a draft and a connected account. */
export interface EditingScene {
  server: TestServer;
  emulator: Emulator;
  author: TestClient;
  documentId: string;
  /** The same server with another draft; what was open before is left alone by the sweeper from now on. */
  another(file?: DraftFile): Promise<EditingScene>;
  /** The same server with another draft, while everything else goes on. */
  beside(): Promise<EditingScene>;
  /** Starts editing; answers what the opening page gets. */
  start(key?: string): Promise<Answer<Record<string, unknown>>>;
  /** Starts editing, and answers the session's id. */
  open(): Promise<string>;
  session(id: string): Promise<EditSession>;
  /** Where the copy of the newest session lies. */
  copy(): Promise<CopyRef>;
  /** Graph as the author's connection sees it. */
  graph(): Promise<Graph>;
  /** Somebody saves these words into the working copy, without a browser. */
  save(words: string, by?: string, copy?: CopyRef): Promise<void>;
  saveBytes(content: Uint8Array, by?: string, copy?: CopyRef): Promise<void>;
  /** Moves all clocks and lets the sweeper do what is due then. */
  pass(seconds: number): Promise<void>;
  checkIn(sessionId: string, wish?: Record<string, unknown>): Promise<Answer<CheckedIn>>;
  /** The text of a version's document.xml. */
  textOf(version: string): Promise<string>;
  versions(): Promise<string[]>;
  drafts(): Promise<FollowUpDraft[]>;
  receiptStep(sessionId: string, kind: ReceiptStep['kind']): Promise<ReceiptStep | undefined>;
  /** Graph calls of the product since the last time this was asked. */
  graphCalls(): Promise<string[]>;
  fault(match: FaultOrder['match'], fault: FaultOrder['fault'], more?: { times?: number; skip?: number }): void;
  close(): Promise<void>;
}

let keys = 0;

export function newKey(): string {
  keys += 1;
  return `key-for-this-test-${String(keys).padStart(6, '0')}`;
}

export const sourceFile = documentFile('SOP-QA-014 Hand hygiene.docx');

export async function editingScene(
  environment: Record<string, string> = {},
  behaviour?: Partial<EmulatorBehaviour>,
): Promise<EditingScene> {
  const server = await startTestServer({ emulator: true, environment, ...(behaviour ? { behaviour } : {}) });
  const { emulator } = server;
  if (!emulator) throw new Error('no emulator');
  const author = await server.signIn('author');
  await connectMicrosoft(author, people.author);
  return sceneOf(server, emulator, author, await uploadDraft(server, author, { number: 'SOP-QA-014' }));
}

function sceneOf(server: TestServer, emulator: Emulator, author: TestClient, documentId: string): EditingScene {
  let lastRequest = Math.max(0, ...emulator.control.requests().map((call) => call.sequence));
  const newestSession = () =>
    server.db
      .selectFrom('edit_session')
      .select(['drive_id', 'item_id', 'integration_id'])
      .where('document_id', '=', documentId)
      .orderBy('started_at', 'desc')
      .executeTakeFirstOrThrow();
  const scene: EditingScene = {
    server,
    emulator,
    author,
    documentId,
    async another(file) {
      emulator.control.clearFaults();
      for (const table of ['edit_session', 'clean_up'])
        await sql`update ${sql.table(table)} set next_look_at = 'infinity'`.execute(server.db);
      // Nor does what delta tells of their copies wake them any more.
      await sql`insert into told_session (session_id, told, seen) select id, 1, 1000000 from edit_session
        on conflict (session_id) do update set seen = 1000000`.execute(server.db);
      return sceneOf(server, emulator, author, await uploadDraft(server, author, {}, file));
    },
    beside: async () => sceneOf(server, emulator, author, await uploadDraft(server, author, {})),
    start: (key = newKey()) => author.post(`/api/documents/${documentId}/edit-sessions`, { idempotencyKey: key }),
    async open() {
      const answer = await scene.start();
      if (answer.statusCode !== 200) throw new Error(`Not opened: ${JSON.stringify(answer.json())}`);
      return String(answer.json().sessionId);
    },
    session: async (id) => (await author.get(`/api/edit-sessions/${id}`)).json(),
    async copy() {
      const row = await newestSession();
      return { driveId: String(row.drive_id), itemId: String(row.item_id) };
    },
    graph: async () => server.app.accounts.graphFor((await newestSession()).integration_id),
    save: async (words, by, copy) => scene.saveBytes(withSentence(await readFile(sourceFile), words), by, copy),
    async saveBytes(content, by = people.author.email, copy) {
      const contentBase64 = Buffer.from(content).toString('base64');
      await emulator.control.changeItem(copy ?? (await scene.copy()), { save: { by, contentBase64 } });
    },
    async pass(seconds) {
      await server.clock.advance(seconds);
      await server.app.editing.tend();
    },
    checkIn: (sessionId, wish = {}) =>
      author.post(`/api/edit-sessions/${sessionId}/check-in`, {
        idempotencyKey: newKey(),
        summary: 'Scope widened',
        ...wish,
      }),
    async textOf(version) {
      const answer = await author.get(`/api/documents/${documentId}/versions/${version}/content`);
      return documentXml(answer.rawPayload);
    },
    async versions() {
      const { versions } = (await author.get(`/api/documents/${documentId}/versions`)).json();
      return versions.map((version: { number: string }) => version.number);
    },
    drafts: async () => (await author.get(`/api/documents/${documentId}/follow-up-drafts`)).json().drafts,
    receiptStep: async (id, kind) => (await scene.session(id)).receipt.find((step) => step.kind === kind),
    async graphCalls() {
      const requests = emulator.control.requests(lastRequest);
      lastRequest = Math.max(lastRequest, ...requests.map((call) => call.sequence));
      return requests
        .filter(({ path }) => !/\/oauth2\/|\.well-known/.test(path))
        .map((call) => `${call.method} ${call.path}`);
    },
    fault: (match, fault, more = {}) => void emulator.control.addFault({ match, fault, ...more } as FaultOrder),
    close: () => server.close(),
  };
  return scene;
}

interface DraftFile {
  content: Uint8Array;
  fileName: string;
}

async function uploadDraft(
  server: TestServer,
  author: TestClient,
  more: { number?: string },
  file?: DraftFile,
): Promise<string> {
  const folder = server.seeded.get('stmarys')?.folderIds.get(handHygiene.folder);
  const { content, fileName } = file ?? { content: await readFile(sourceFile), fileName: 'Hand hygiene.docx' };
  const query = new URLSearchParams({ fileName, title: 'Hand hygiene', ...more });
  const answer = await author.upload(`/api/folders/${folder}/documents?${query}`, Buffer.from(content));
  if (answer.statusCode >= 300) throw new Error(`No draft: ${answer.statusCode} ${answer.body}`);
  return answer.json().id;
}

/** ZIP writes times in steps of two seconds: without a fixed one, equal words would now and then be other bytes. */
const SAME_TIME = new Date('2026-01-02T03:04:06Z');

/** The document with one more paragraph. */
export function withSentence(docx: Uint8Array, words: string): Uint8Array {
  const parts = unzipSync(docx);
  const xml = documentXml(docx);
  const paragraph = `<w:p><w:r><w:t xml:space="preserve">${words}</w:t></w:r></w:p>`;
  const at = xml.lastIndexOf('<w:sectPr');
  parts['word/document.xml'] = strToU8(`${xml.slice(0, at)}${paragraph}${xml.slice(at)}`);
  return zipSync(parts, { mtime: SAME_TIME });
}

/** The document with a picture of so many bytes that nothing packs. */
export function withPicture(docx: Uint8Array, bytes: number): Uint8Array {
  const picture = new Uint8Array(bytes);
  for (let at = 0; at < bytes; at += 65_536) crypto.getRandomValues(picture.subarray(at, at + 65_536));
  return zipSync({ ...unzipSync(docx), 'word/media/large.bin': [picture, { level: 0 }] }, { mtime: SAME_TIME });
}

export function documentXml(docx: Uint8Array): string {
  const part = unzipSync(docx)['word/document.xml'];
  if (!part) throw new Error('no word/document.xml');
  return strFromU8(part);
}
