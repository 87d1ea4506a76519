import { readFile } from 'node:fs/promises';
import type { EditSession } from '@megdocs/contract';
import { documentFile, handHygiene, people } from '@megdocs/fixtures';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import type { TestClient } from './client.ts';
import { startTestServer, type TestServer } from './harness.ts';
import { connectMicrosoft } from './microsoft-pages.ts';

/** A server on which the author has a draft and a connected account. */
export interface EditingScene {
  server: TestServer;
  author: TestClient;
  documentId: string;
  /** Starts editing; answers what the opening page gets. */
  start(key?: string): Promise<{ statusCode: number; json(): Record<string, unknown> }>;
  session(id: string): Promise<EditSession>;
  /** Somebody saves these words into the working copy, without a browser. */
  save(words: string, by?: string): Promise<void>;
  /** Moves all clocks and lets the sweeper do what is due then. */
  pass(seconds: number): Promise<void>;
  checkIn(
    sessionId: string,
    wish?: Record<string, unknown>,
  ): Promise<{ statusCode: number; json(): Record<string, unknown> }>;
  /** The text of a version's document.xml. */
  textOf(version: string): Promise<string>;
  /** Graph calls of the product since the last time this was asked. */
  graphCalls(): Promise<string[]>;
  close(): Promise<void>;
}

let keys = 0;

export function newKey(): string {
  keys += 1;
  return `key-for-this-test-${String(keys).padStart(6, '0')}`;
}

const sourceFile = documentFile('SOP-QA-014 Hand hygiene.docx');

export async function editingScene(environment: Record<string, string> = {}): Promise<EditingScene> {
  const server = await startTestServer({ emulator: true, environment });
  const { emulator } = server;
  if (!emulator) throw new Error('no emulator');
  const author = await server.signIn('author');
  await connectMicrosoft(author, people.author);
  const documentId = await uploadDraft(server, author);
  let lastRequest = 0;

  const copyOf = async () => {
    const row = await server.db
      .selectFrom('edit_session')
      .select(['drive_id', 'item_id', 'source_sha256'])
      .where('document_id', '=', documentId)
      .orderBy('started_at', 'desc')
      .executeTakeFirstOrThrow();
    return { driveId: String(row.drive_id), itemId: String(row.item_id) };
  };
  return {
    server,
    author,
    documentId,
    start: (key = newKey()) => author.post(`/api/documents/${documentId}/edit-sessions`, { idempotencyKey: key }),
    session: async (id) => (await author.get(`/api/edit-sessions/${id}`)).json(),
    async save(words, by = people.author.email) {
      const { driveId, itemId } = await copyOf();
      const contentBase64 = Buffer.from(withSentence(await readFile(sourceFile), words)).toString('base64');
      await emulator.control.changeItem({ driveId, itemId }, { save: { by, contentBase64 } });
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
    async graphCalls() {
      const requests = emulator.control.requests(lastRequest);
      lastRequest = Math.max(lastRequest, ...requests.map((call) => call.sequence));
      return requests.filter((call) => !call.path.includes('/oauth2/')).map((call) => `${call.method} ${call.path}`);
    },
    close: () => server.close(),
  };
}

async function uploadDraft(server: TestServer, author: TestClient): Promise<string> {
  const folder = server.seeded.get('stmarys')?.folderIds.get(handHygiene.folder);
  const query = new URLSearchParams({ fileName: 'Hand hygiene.docx', number: 'SOP-QA-014', title: 'Hand hygiene' });
  const answer = await author.upload(`/api/folders/${folder}/documents?${query}`, await readFile(sourceFile));
  if (answer.statusCode >= 300) throw new Error(`No draft: ${answer.statusCode} ${answer.body}`);
  return answer.json().id;
}

/** The document with one more paragraph. */
export function withSentence(docx: Uint8Array, words: string): Uint8Array {
  const parts = unzipSync(docx);
  const xml = documentXml(docx);
  const paragraph = `<w:p><w:r><w:t xml:space="preserve">${words}</w:t></w:r></w:p>`;
  const at = xml.lastIndexOf('<w:sectPr');
  parts['word/document.xml'] = strToU8(`${xml.slice(0, at)}${paragraph}${xml.slice(at)}`);
  return zipSync(parts);
}

export function documentXml(docx: Uint8Array): string {
  const part = unzipSync(docx)['word/document.xml'];
  if (!part) throw new Error('no word/document.xml');
  return strFromU8(part);
}
