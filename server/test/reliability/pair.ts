import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEMO_CLIENT_ID, emulatorConfig } from '@megdocs/fixtures';
import { createSealing, parseTokenKeys } from '@megdocs/microsoft365';
import { sql } from 'kysely';
import { type Emulator, type FaultOrder, startEmulator } from 'microsoft365-emulator';
import { inject } from 'vitest';
import { type Db, openPostgres } from '../../src/platform/database.ts';
import { databaseUrl } from '../database-template.ts';
import { connectPeople, type Grant, mintGrants, readRow } from './connections.ts';
import { type DatabaseLine, layDatabaseLine } from './database-line.ts';
import { type Gate, startGate } from './gate.ts';
import { type ServerProcess, startServer } from './processes.ts';

export const PUBLIC_URL = 'http://localhost:3000';
const CALLBACK = `${PUBLIC_URL}/auth/oauth2/microsoft/callback/`;

type Rotation = 'entra' | 'strict';
type Row = Awaited<ReturnType<typeof readRow>>;

/** Two server processes, one PostgreSQL, and Microsoft behind a gate. */
export interface Pair {
  a: ServerProcess;
  b: ServerProcess;
  both: ServerProcess[];
  db: Db;
  emulator: Emulator;
  gate: Gate;
  /** Of this test run, for whoever seals or starts a server of their own. */
  keys: string;
  environment: Record<string, string>;
  /** One more process beside the two, or in place of one that was killed. */
  startServer(more?: Record<string, string>): Promise<ServerProcess>;
  /** Connections whose refresh tokens are good at the emulator; their access tokens have so many seconds left. */
  connected(count: number, secondsLeft?: number): Promise<string[]>;
  row(id: string): Promise<Row>;
  /** The opened refresh token. */
  refreshToken(id: string): Promise<string>;
  setSecondsLeft(ids: string[], seconds: number): Promise<void>;
  /** Moves the clocks of database, emulator and both processes. */
  pass(seconds: number): Promise<void>;
  armTokens(fault: FaultOrder['fault'], times?: number): void;
  /** What became of refresh tokens at the emulator since the start. */
  counts(): { refreshed: number; reused: number };
  /** The servers' own way to the database. */
  line: DatabaseLine;
  close(): Promise<void>;
}

export interface PairOptions {
  rotation?: Rotation;
  /** What connections are sealed with; the servers' too, unless they are given others. */
  keys?: string;
  /** What the one and the other process has beside the common variables. */
  a?: Record<string, string>;
  b?: Record<string, string>;
  /** More common variables, which depend on where the emulator is. */
  beforeStart?: (emulator: Emulator) => Promise<Record<string, string>>;
}

export function newKey(id: string): string {
  return `${id}:${randomBytes(32).toString('base64')}`;
}

export async function startPair(options: PairOptions = {}): Promise<Pair> {
  const secret = randomBytes(18).toString('base64url');
  const emulator = await startEmulator({
    port: 0,
    config: emulatorConfig({
      redirectUri: CALLBACK,
      clientSecret: secret,
      preConsented: true,
      behaviour: { rotation: options.rotation ?? 'entra' },
    }),
  });
  const gate = await startGate(emulator.url);
  const folder = await mkdtemp(join(tmpdir(), 'megdocs-pair-'));
  const database = await copyDatabase();
  const line = await layDatabaseLine(database.url);
  const keys = options.keys ?? newKey('k1');
  const environment = {
    PUBLIC_URL,
    DATA_DIR: folder,
    DATABASE_URL: line.url,
    TOKEN_KEYS: keys,
    MICROSOFT_CLIENT_ID: DEMO_CLIENT_ID,
    MICROSOFT_CLIENT_SECRET: secret,
    MICROSOFT_LOGIN_URL: gate.url,
    MICROSOFT_GRAPH_URL: gate.url,
    MICROSOFT_FILE_HOSTS: new URL(emulator.contentUrl).host,
    ...(await options.beforeStart?.(emulator)),
  };
  const started: ServerProcess[] = [];
  const start = async (more: Record<string, string> = {}) => {
    const server = await startServer({ ...environment, ...more });
    started.push(server);
    return server;
  };
  const [a, b] = await Promise.all([start(options.a), start(options.b)]);
  const { db } = database;
  const sealing = createSealing(parseTokenKeys(keys));
  const application = { clientId: DEMO_CLIENT_ID, secret, redirectUri: CALLBACK };
  const grants = async (count: number): Promise<Grant[]> =>
    mintGrants(emulator.url, application, options.rotation === 'strict' ? count : Math.min(count, 1));
  return {
    ...{ a, b, both: [a, b], db, line, emulator, gate, keys, environment },
    startServer: start,
    connected: async (count, secondsLeft = -1) => connectPeople(db, sealing, await grants(count), count, secondsLeft),
    row: (id) => readRow(db, id),
    async refreshToken(id) {
      const { sealed_refresh_token: sealed } = await readRow(db, id);
      const place = { table: 'oauth2_integration', id, column: 'sealed_refresh_token' };
      return sealed ? sealing.open(sealed, place) : '';
    },
    async setSecondsLeft(ids, seconds) {
      await sql`update oauth2_integration set access_token_expires_at = app_now() + make_interval(secs => ${seconds}::double precision)
        where id = any(${ids}::uuid[])`.execute(db);
    },
    async pass(seconds) {
      await sql`update test_clock set offset_seconds = offset_seconds + ${seconds}`.execute(db);
      emulator.control.advanceClock(seconds);
      await Promise.all([a, b].map((server) => server.advance(seconds)));
    },
    armTokens: (fault, times = 1) =>
      void emulator.control.addFault({ match: { method: 'POST', path: '/oauth2/v2.0/token$' }, fault, times }),
    counts() {
      const sum = (name: 'refreshed' | 'reused') =>
        emulator.control.tokens().reduce((total, count) => total + count[name], 0);
      return { refreshed: sum('refreshed'), reused: sum('reused') };
    },
    async close() {
      for (const server of started) server.kill('SIGKILL');
      await Promise.all(started.map(({ ended }) => ended));
      await line.cut();
      await gate.close();
      await emulator.close();
      await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function copyDatabase() {
  const template = inject('template');
  if (template.kind !== 'postgres') throw new Error('Two server processes need a PostgreSQL.');
  const name = `megdocs_pair_${randomUUID().replaceAll('-', '').slice(0, 12)}`;
  const server = openPostgres(template.url);
  await sql`create database ${sql.id(name)} template ${sql.id(template.name)}`.execute(server.db);
  const url = databaseUrl(template.url, name);
  const database = openPostgres(url);
  return {
    url,
    db: database.db,
    async close() {
      await database.close();
      await sql`drop database ${sql.id(name)} with (force)`.execute(server.db);
      await server.close();
    },
  };
}
