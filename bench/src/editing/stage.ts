import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEMO_CLIENT_ID, emulatorConfig, institutions, people, seedCast } from '@megdocs/fixtures';
import { sql } from 'kysely';
import { type Emulator, startEmulator } from 'microsoft365-emulator';
import { type App, createApp } from '../../../server/src/app.ts';
import { readConfig } from '../../../server/src/config.ts';
import { type Db, openEmbedded } from '../../../server/src/platform/database.ts';
import { createLog } from '../../../server/src/platform/log.ts';
import { migrate } from '../../../server/src/platform/migrate.ts';
import { systemRandom } from '../../../server/src/platform/random.ts';
import { TestClient } from '../../../server/test/client.ts';
import { connectMicrosoft } from '../../../server/test/microsoft-pages.ts';

const PUBLIC_URL = 'http://localhost:3000';

/** The product and the emulator in this process, an author with a connected account, and a clock that can be moved. */
export interface Stage {
  app: App;
  db: Db;
  emulator: Emulator;
  author: TestClient;
  /** Uploads a draft; answers the document's id, or what the author was told. */
  draft(fileName: string, content: Uint8Array): Promise<{ id: string } | { refused: string }>;
  /** Opens it; answers the session's id. */
  open(documentId: string): Promise<string>;
  copyOf(sessionId: string): Promise<{ driveId: string; itemId: string; integrationId: string }>;
  pass(seconds: number): Promise<void>;
  /** Calls to Graph and to its files since this was asked last. */
  calls(): string[];
  close(): Promise<void>;
}

export async function openStage(behaviour: { latencyMs?: number; rewriteOfficeFiles?: boolean } = {}): Promise<Stage> {
  const dataDir = await mkdtemp(join(tmpdir(), 'megdocs-bench-'));
  const clientSecret = randomBytes(18).toString('base64url');
  const emulator = await startEmulator({
    port: 0,
    config: emulatorConfig({
      redirectUri: `${PUBLIC_URL}/auth/oauth2/microsoft/callback/`,
      clientSecret,
      behaviour,
    }),
  });
  const config = readConfig(
    {
      PUBLIC_URL,
      DATA_DIR: dataDir,
      TOKEN_KEYS: `bench:${randomBytes(32).toString('base64')}`,
      MICROSOFT_CLIENT_ID: DEMO_CLIENT_ID,
      MICROSOFT_CLIENT_SECRET: clientSecret,
      MICROSOFT_LOGIN_URL: emulator.url,
      MICROSOFT_GRAPH_URL: emulator.url,
      MICROSOFT_FILE_HOSTS: new URL(emulator.contentUrl).host,
    },
    { demo: true },
  );
  const database = await openEmbedded({});
  await migrate(database);
  await letTimeBeMoved(database.db);
  let offsetSeconds = 0;
  const clock = { now: () => new Date(Date.now() + offsetSeconds * 1000) };
  const log = createLog('error', { write: (line: string) => void process.stderr.write(line) });
  const app = await createApp({ config, database, clock, random: systemRandom, log });
  const folderId = await seed(app, database.db);
  const author = new TestClient(app.http, PUBLIC_URL);
  await author.signIn(people.author.email, people.author.password);
  await connectMicrosoft(author, people.author);
  let seen = 0;
  return {
    app,
    db: database.db,
    emulator,
    author,
    async draft(fileName, content) {
      const query = new URLSearchParams({ fileName, title: fileName });
      const answer = await author.upload(`/api/folders/${folderId}/documents?${query}`, content);
      if (answer.statusCode < 300) return { id: answer.json().id };
      const { message, remedy } = answer.json().error;
      return { refused: `${message} ${remedy ?? ''}` };
    },
    async open(documentId) {
      const body = { idempotencyKey: randomBytes(18).toString('base64url') };
      const answer = await author.post(`/api/documents/${documentId}/edit-sessions`, body);
      if (answer.statusCode !== 200) throw new Error(answer.body);
      const { sessionId } = answer.json();
      for (let round = 0; round < 600; round++) {
        const { state } = (await author.get(`/api/edit-sessions/${sessionId}/opening`)).json();
        if (state === 'open') return sessionId;
        await new Promise((later) => setTimeout(later, 100));
      }
      throw new Error('It did not open');
    },
    async copyOf(sessionId) {
      const row = await database.db
        .selectFrom('edit_session')
        .select(['drive_id', 'item_id', 'integration_id'])
        .where('id', '=', sessionId)
        .executeTakeFirstOrThrow();
      return { driveId: row.drive_id ?? '', itemId: row.item_id ?? '', integrationId: row.integration_id };
    },
    async pass(seconds) {
      offsetSeconds += seconds;
      await sql`update test_clock set offset_seconds = ${offsetSeconds}`.execute(database.db);
      emulator.control.advanceClock(seconds);
    },
    calls() {
      const requests = emulator.control.requests(seen);
      seen = Math.max(seen, ...requests.map(({ sequence }) => sequence));
      return requests
        .filter(({ path }) => !/\/oauth2\/|\.well-known/.test(path))
        .map(({ method, path }) => `${method} ${path}`);
    },
    async close() {
      await app.close();
      await emulator.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function letTimeBeMoved(db: Db): Promise<void> {
  await sql`create table test_clock (offset_seconds double precision not null)`.execute(db);
  await sql`insert into test_clock values (0)`.execute(db);
  await sql`create or replace function app_now() returns timestamptz language sql volatile as $$
    select clock_timestamp() + make_interval(secs => (select offset_seconds from test_clock)) $$`.execute(db);
}

async function seed({ accounts, documents }: App, db: Db): Promise<string> {
  const [institution] = institutions;
  if (!institution) throw new Error('The cast has no institution');
  const seeded = await db.transaction().execute((tx) =>
    seedCast(
      {
        createInstitution: (q, wish) => accounts.createInstitution(q, wish),
        createTeam: (q, wish) => accounts.createTeam(q, wish),
        createPerson: (q, wish) => accounts.createPerson(q, wish),
        createFolder: (q, wish) => documents.createFolder(q, wish),
      },
      tx,
      institution,
    ),
  );
  const folderId = seeded.folderIds.get(institution.folders[0]?.name ?? '') ?? [...seeded.folderIds.values()][0];
  if (!folderId) throw new Error('The cast has no folder');
  return folderId;
}
