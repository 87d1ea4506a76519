import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { TestProject } from 'vitest/node';
import { type Database, openEmbedded, openPostgres } from '../src/platform/database.ts';
import { migrate } from '../src/platform/migrate.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A migrated database to copy: a file for PGlite, a database's name on PostgreSQL. */
    template: { kind: 'pglite'; file: string } | { kind: 'postgres'; url: string; name: string };
  }
}

/** Migrates one database, which every test file copies: much quicker than migrating for each. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const url = process.env.TEST_DATABASE_URL;
  return url ? setupPostgres(project, url) : setupPglite(project);
}

async function setupPglite(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'megdocs-template-'));
  const database = await openEmbedded({});
  await prepare(database);
  if (database.kind !== 'pglite') throw new Error('unreachable');
  const dump = await database.pglite.dumpDataDir('none');
  const file = join(folder, 'template.tar');
  await writeFile(file, Buffer.from(await dump.arrayBuffer()));
  await database.close();
  project.provide('template', { kind: 'pglite', file });
  return () => rm(folder, { recursive: true });
}

async function setupPostgres(project: TestProject, url: string): Promise<() => Promise<void>> {
  const name = `megdocs_template_${randomBytes(6).toString('hex')}`;
  const server = openPostgres(url);
  await sql`create database ${sql.id(name)}`.execute(server.db);
  const template = openPostgres(databaseUrl(url, name));
  await prepare(template);
  await template.close();
  project.provide('template', { kind: 'postgres', url, name });
  return async () => {
    await sql`drop database ${sql.id(name)} with (force)`.execute(server.db);
    await server.close();
  };
}

export function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** Migrates, and lets tests move the time: `app_now()` adds an offset that they set. */
async function prepare(database: Database): Promise<void> {
  await migrate(database);
  await sql`create table test_clock (offset_seconds double precision not null)`.execute(database.db);
  await sql`insert into test_clock values (0)`.execute(database.db);
  await sql`create or replace function app_now() returns timestamptz language sql volatile as $$
    select clock_timestamp() + make_interval(secs => (select offset_seconds from test_clock)) $$`.execute(database.db);
}
