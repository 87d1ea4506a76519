import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { type Database, inTransaction } from './database.ts';
import { sha256 } from './random.ts';

const MIGRATIONS = join(import.meta.dirname, '../../migrations');

const MIGRATION_LOCK = 6_364_637;

/** Runs the migrations that this database has not seen, each in a transaction, one process at a time. */
export async function migrate(database: Database): Promise<string[]> {
  const files = (await readdir(MIGRATIONS)).filter((name) => name.endsWith('.sql')).sort();
  const done: string[] = [];
  await inTransaction(database.db, async (tx) => {
    // Two processes that meet an empty database would both create it, and one of them fail.
    await sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`.execute(tx);
    await sql`create table if not exists migration (name text primary key, sha256 text not null,
      done_at timestamptz not null default clock_timestamp())`.execute(tx);
  });
  for (const name of files) {
    const text = await readFile(join(MIGRATIONS, name), 'utf8');
    if (await runOnce(database, name, text)) done.push(name);
  }
  return done;
}

async function runOnce(database: Database, name: string, text: string): Promise<boolean> {
  const hash = Buffer.from(sha256(text)).toString('hex');
  return inTransaction(database.db, async (tx) => {
    await sql`lock table migration in exclusive mode`.execute(tx);
    const seen = await sql<{ sha256: string }>`select sha256 from migration where name = ${name}`.execute(tx);
    const row = seen.rows[0];
    if (row) {
      if (row.sha256 !== hash)
        throw new Error(`The migration ${name} was changed after it had run here: a landed migration is never edited.`);
      return false;
    }
    for (const statement of statementsOf(text)) await sql.raw(statement).execute(tx);
    await sql`insert into migration (name, sha256) values (${name}, ${hash})`.execute(tx);
    return true;
  });
}

/** PGlite runs one statement a query: cut at semicolons that end a line, but not inside `$$ … $$`. */
function statementsOf(text: string): string[] {
  const statements: string[] = [];
  let current = '';
  for (const line of text.split('\n')) {
    if (line.trimStart().startsWith('--')) continue;
    current += `${line}\n`;
    const insideBody = (current.split('$$').length - 1) % 2 === 1;
    if (line.trimEnd().endsWith(';') && !insideBody) {
      statements.push(current);
      current = '';
    }
  }
  if (current.trim()) statements.push(current);
  return statements;
}
