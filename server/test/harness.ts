import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DEMO_CLIENT_ID,
  type EmulatorBehaviour,
  emulatorConfig,
  institutions,
  people,
  type SeededInstitution,
  type SeedTarget,
  seedCast,
} from '@megdocs/fixtures';
import { sql } from 'kysely';
import { type Emulator, startEmulator } from 'microsoft365-emulator';
import { inject as fromSetup } from 'vitest';
import { type App, createApp } from '../src/app.ts';
import { type Config, readConfig } from '../src/config.ts';
import type { Clock } from '../src/platform/clock.ts';
import { type Database, type Db, openEmbedded, openPostgres, type Tx } from '../src/platform/database.ts';
import { createLog } from '../src/platform/log.ts';
import { systemRandom } from '../src/platform/random.ts';
import { TestClient } from './client.ts';
import { databaseUrl } from './database-template.ts';

export interface TestServer {
  /** The institutions of the cast as they were made, by slug. */
  seeded: ReadonlyMap<string, SeededInstitution>;
  app: App;
  db: Db;
  database: Database;
  config: Config;
  emulator: Emulator | undefined;
  clock: TestClock;
  /** What was logged so far, most verbose. */
  logged(): string;
  /** A browser of its own, signed out. */
  browser(): TestClient;
  /** A browser of its own, signed in as somebody of the cast. */
  signIn(who: keyof typeof people): Promise<TestClient>;
  close(): Promise<void>;
}

interface TestClock extends Clock {
  /** Moves the time of the process, of the database and of the emulator, together. */
  advance(seconds: number): Promise<void>;
}

interface TestServerOptions {
  emulator?: boolean;
  /** How the emulator behaves, apart from its defaults. */
  behaviour?: Partial<EmulatorBehaviour>;
  environment?: Record<string, string>;
}

/** A server with a database of its own, seeded with the cast; and the emulator, when asked for. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'megdocs-test-'));
  const secret = randomBytes(18).toString('base64url');
  const publicUrl = 'http://localhost:3000';
  const emulator = options.emulator
    ? await startEmulator({
        port: 0,
        config: emulatorConfig({
          redirectUri: `${publicUrl}/auth/oauth2/microsoft/callback/`,
          clientSecret: secret,
          ...(options.behaviour ? { behaviour: options.behaviour } : {}),
        }),
      })
    : undefined;
  const config = readConfig(
    {
      PUBLIC_URL: publicUrl,
      DATA_DIR: dataDir,
      LOG_LEVEL: 'trace',
      TOKEN_KEYS: `test:${randomBytes(32).toString('base64')}`,
      ...(emulator ? microsoftVariables(emulator, secret) : {}),
      ...options.environment,
    },
    { demo: true },
  );
  const database = await copyTemplate();
  const clock = createTestClock(database.db, emulator);
  const lines: string[] = [];
  const log = createLog('trace', { write: (line: string) => lines.push(line) });
  const app = await createApp({ config, database, clock, random: systemRandom, log });
  const seeded = new Map<string, SeededInstitution>();
  for (const institution of institutions)
    seeded.set(
      institution.slug,
      await database.db.transaction().execute((tx) => seedCast(seedTarget(app), tx, institution)),
    );

  const browser = () => new TestClient(app.http, publicUrl);
  return {
    seeded,
    app,
    db: database.db,
    database,
    config,
    emulator,
    clock,
    logged: () => lines.join(''),
    browser,
    async signIn(who) {
      const client = browser();
      await client.signIn(people[who].email, people[who].password);
      return client;
    },
    async close() {
      await app.close();
      await emulator?.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function seedTarget({ accounts, documents }: App): SeedTarget<Tx> {
  return {
    createInstitution: (tx, institution) => accounts.createInstitution(tx, institution),
    createTeam: (tx, team) => accounts.createTeam(tx, team),
    createPerson: (tx, person) => accounts.createPerson(tx, person),
    createFolder: (tx, folder) => documents.createFolder(tx, folder),
  };
}

function microsoftVariables(emulator: Emulator, secret: string): Record<string, string> {
  return {
    MICROSOFT_CLIENT_ID: DEMO_CLIENT_ID,
    MICROSOFT_CLIENT_SECRET: secret,
    MICROSOFT_LOGIN_URL: emulator.url,
    MICROSOFT_GRAPH_URL: emulator.url,
    MICROSOFT_FILE_HOSTS: new URL(emulator.contentUrl).host,
  };
}

async function copyTemplate(): Promise<Database> {
  const template = fromSetup('template');
  if (template.kind === 'pglite') return openEmbedded({ loadDataDir: new Blob([await readFile(template.file)]) });
  const name = `megdocs_test_${randomBytes(6).toString('hex')}`;
  const server = openPostgres(template.url);
  await sql`create database ${sql.id(name)} template ${sql.id(template.name)}`.execute(server.db);
  const database = openPostgres(databaseUrl(template.url, name));
  return {
    ...database,
    async close() {
      await database.close();
      await sql`drop database ${sql.id(name)} with (force)`.execute(server.db);
      await server.close();
    },
  };
}

function createTestClock(db: Db, emulator: Emulator | undefined): TestClock {
  let offsetSeconds = 0;
  return {
    now: () => new Date(Date.now() + offsetSeconds * 1000),
    async advance(seconds) {
      offsetSeconds += seconds;
      await sql`update test_clock set offset_seconds = ${offsetSeconds}`.execute(db);
      emulator?.control.advanceClock(seconds);
    },
  };
}
