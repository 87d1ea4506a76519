import { mkdir } from 'node:fs/promises';
import { PGlite } from '@electric-sql/pglite';
import {
  type Compilable,
  Kysely,
  PGliteDialect,
  PostgresDialect,
  type RawBuilder,
  sql,
  type Transaction,
} from 'kysely';
import pg from 'pg';
import type { Schema } from './schema.ts';

export type Db = Kysely<Schema>;
export type Tx = Transaction<Schema>;

export type Database = { db: Db; close(): Promise<void> } & (
  | { kind: 'pglite'; pglite: PGlite }
  | { kind: 'postgres'; url: string }
);

/** One source of time for all SQL; tests move it. */
export const sqlNow = sql<Date>`app_now()`;

export function secondsFromNow(seconds: number): RawBuilder<Date> {
  return sql<Date>`app_now() + make_interval(secs => ${seconds}::double precision)`;
}

const INT8 = 20;
const DATE = 1082;
const NUMERIC = 1700;
/** Counts and sizes fit a number; a calendar day must not become a moment in some zone. */
const parsers: Record<number, (text: string) => unknown> = { [INT8]: Number, [NUMERIC]: Number, [DATE]: (day) => day };

/** The embedded database, in a folder of this process alone, or in memory (tests). */
export async function openEmbedded(options: { folder?: string; loadDataDir?: Blob }): Promise<Database> {
  if (options.folder) await mkdir(options.folder, { recursive: true, mode: 0o700 });
  const pglite = await PGlite.create({
    ...(options.folder ? { dataDir: options.folder } : {}),
    ...(options.loadDataDir ? { loadDataDir: options.loadDataDir } : {}),
    parsers,
  });
  const db = new Kysely<Schema>({ dialect: new PGliteDialect({ pglite }) });
  return { db, kind: 'pglite', pglite, close: () => db.destroy() };
}

export function openPostgres(url: string): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: 10,
    connectionTimeoutMillis: 2_000,
    // A read that takes longer has found no index; a lock that takes longer is held by somebody who died.
    statement_timeout: 15_000,
    idle_in_transaction_session_timeout: 30_000,
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        parsers[oid] ?? pg.types.getTypeParser(oid, format as 'text'),
    } as pg.CustomTypesConfig,
  });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => {});
  pool.on('connect', namePreparedStatements);
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  return { db, kind: 'postgres', url, close: () => db.destroy() };
}

/** Names by text of what each connection to PostgreSQL parses and plans once; Kysely itself gives no names. */
const prepared = new Map<string, string>();

/**
 * A query that runs at every request, written once: answers what runs it with other parameters, in the order in which
 * the query took them.
 */
export function prepareQuery<Row>(db: Db, query: Compilable<Row>): (...parameters: unknown[]) => Promise<Row[]> {
  const compiled = query.compile();
  if (!prepared.has(compiled.sql)) prepared.set(compiled.sql, `megdocs_${prepared.size + 1}`);
  return async (...parameters) => (await db.executeQuery<Row>({ ...compiled, parameters })).rows;
}

function namePreparedStatements(client: pg.PoolClient): void {
  const send = client.query as (...given: unknown[]) => unknown;
  const named = (text: unknown, ...rest: unknown[]) => {
    const name = typeof text === 'string' ? prepared.get(text) : undefined;
    return Reflect.apply(send, client, [name ? { name, text } : text, ...rest]);
  };
  client.query = named as typeof client.query;
}

/** PostgreSQL's classes "connection exception", "too many connections" and "shutting down"; and no answer at all. */
const GONE_CODE = /^(08|57P0[1-3]$|53300$|ECONNREFUSED$|ECONNRESET$|ETIMEDOUT$|EHOSTUNREACH$)/;
const GONE_MESSAGE =
  /^(Connection terminated|timeout exceeded when trying to connect|PGlite is closed|the store did not answer in time)/;

/** Whether the database was not there, rather than the question wrong: the same may work in a moment. */
export function isDatabaseGone(error: Error): boolean {
  const code = 'code' in error ? String(error.code) : '';
  if (GONE_CODE.test(code) || GONE_MESSAGE.test(error.message)) return true;
  // The token vault hands on what the database said; other causes, Microsoft's network among them, are not ours.
  const ofStore = 'reason' in error && error.reason === 'store_unavailable';
  return ofStore && error.cause instanceof Error && isDatabaseGone(error.cause);
}

const SERIALIZATION_FAILURE = '40001';
const DEADLOCK = '40P01';
const ATTEMPTS = 4;

/**
 * Runs `work` in one transaction, again when the database gave way to another one.
 * On the embedded database there is one connection: a query outside the transaction that `work` waits for
 * would wait for ever, so everything in it takes the `tx`.
 */
export async function inTransaction<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction().execute(work);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if ((code !== SERIALIZATION_FAILURE && code !== DEADLOCK) || attempt === ATTEMPTS) throw error;
    }
  }
}

const UNIQUE_VIOLATION = '23505';

/** Runs `work` once more when somebody else stored the same at once: then it finds theirs, and says so in its words. */
export async function againWhenTaken<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION)) throw error;
    return await work();
  }
}
