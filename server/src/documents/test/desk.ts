import type { DocumentDetail, Folder, Transition } from '@megdocs/contract';
import type { people } from '@megdocs/fixtures';
import { expect } from 'vitest';
import type { TestClient } from '../../../test/client.ts';
import { startTestServer, type TestServer } from '../../../test/harness.ts';
import { aWordFile } from './office-files.ts';

type Who = keyof typeof people;
type Answer = Awaited<ReturnType<TestClient['get']>>;

/** A server with the whole cast signed in, and what they do to documents in few words. */
export class Desk {
  readonly server: TestServer;
  readonly #clients: Map<Who, TestClient>;

  constructor(server: TestServer, clients: Map<Who, TestClient>) {
    this.server = server;
    this.#clients = clients;
  }

  as(who: Who): TestClient {
    const client = this.#clients.get(who);
    if (!client) throw new Error(`${who} is not signed in`);
    return client;
  }

  async folder(name: string, who: Who = 'controller'): Promise<Folder> {
    const { folders } = (await this.as(who).get('/api/folders')).json() as { folders: Folder[] };
    const found = folders.find((folder) => folder.name === name);
    if (!found) throw new Error(`${who} sees no folder ${name}`);
    return found;
  }

  async personId(who: Who): Promise<string> {
    return ((await this.as(who).get('/api/me')).json() as { id: string }).id;
  }

  /** A new document in "Infection prevention", by the author unless said otherwise. */
  async upload(options: { by?: Who; folder?: string; file?: Uint8Array; title?: string } = {}): Promise<string> {
    const { by = 'author', title = 'Hand hygiene', file = await aWordFile(title) } = options;
    const folder = await this.folder(
      options.folder ?? (by.startsWith('riverside') ? 'Clinic' : 'Infection prevention'),
      by,
    );
    const query = new URLSearchParams({ fileName: `${title}.docx`, title });
    const answer = await this.as(by).upload(`/api/folders/${folder.id}/documents?${query}`, file);
    expect(answer.statusCode, answer.body).toBe(201);
    return (answer.json() as { id: string }).id;
  }

  async uploadVersion(id: string, by: Who = 'author', sentence = 'second'): Promise<Answer> {
    return this.as(by).upload(`/api/documents/${id}/versions?fileName=second.docx`, await aWordFile(sentence));
  }

  async detail(id: string, who: Who = 'author'): Promise<DocumentDetail> {
    const answer = await this.as(who).get(`/api/documents/${id}`);
    expect(answer.statusCode, answer.body).toBe(200);
    return answer.json() as DocumentDetail;
  }

  /** As a page does it: for the newest version, unless another one is named. */
  async transition(id: string, who: Who, transition: Transition, more: object = {}): Promise<Answer> {
    const shown = await this.as(who).get(`/api/documents/${id}`);
    const version = shown.statusCode === 200 ? (shown.json() as DocumentDetail).version : '0.1';
    return this.as(who).post(`/api/documents/${id}/transitions`, { transition, version, ...more });
  }

  async published(options: Parameters<Desk['upload']>[0] = {}): Promise<string> {
    const id = await this.upload(options);
    expectStatus(await this.transition(id, options.by ?? 'author', 'send-to-review'), 200);
    expectStatus(await this.transition(id, 'approver', 'publish'), 200);
    return id;
  }

  close(): Promise<void> {
    return this.server.close();
  }
}

export async function openDesk(environment: Record<string, string> = {}): Promise<Desk> {
  const server = await startTestServer({ environment });
  const cast: Who[] = [
    'author',
    'author2',
    'approver',
    'controller',
    'reader',
    'riversideAuthor',
    'riversideController',
  ];
  const clients = new Map<Who, TestClient>();
  for (const who of cast) clients.set(who, await server.signIn(who));
  return new Desk(server, clients);
}

export function expectStatus(answer: Answer, status: number): void {
  expect(answer.statusCode, answer.body).toBe(status);
}

/** A refusal as people get it: the status, the code, a sentence and a way out. */
export function expectRefusal(answer: Answer, status: number, code: string): void {
  expect(answer.statusCode, answer.body).toBe(status);
  expect(answer.json()).toMatchObject({ error: { code, message: expect.stringMatching(/\.$/) } });
}
