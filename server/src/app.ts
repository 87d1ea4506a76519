import { routes } from '@megdocs/contract';
import { sql } from 'kysely';
import { type Accounts, accounts as createAccounts } from './accounts/index.ts';
import type { Config } from './config.ts';
import { diagnosis as createDiagnosis, type Diagnosis } from './diagnosis/index.ts';
import { documents as createDocuments, type Documents } from './documents/index.ts';
import { editing as createEditing, type Editing } from './editing/index.ts';
import { type Blobs, openBlobFolder } from './platform/blobs.ts';
import type { Clock } from './platform/clock.ts';
import type { Database } from './platform/database.ts';
import { databaseGone } from './platform/failures.ts';
import { closeHttp, createHttp, type Http } from './platform/http.ts';
import { createJobs, type Jobs } from './platform/jobs.ts';
import { openLive } from './platform/live.ts';
import type { Log } from './platform/log.ts';
import type { Random } from './platform/random.ts';
import { serveWebPages } from './platform/web-pages.ts';

export interface AppParts {
  config: Config;
  /** Migrated already. */
  database: Database;
  clock: Clock;
  random: Random;
  log: Log;
}

export interface App {
  http: Http;
  accounts: Accounts;
  documents: Documents;
  editing: Editing;
  diagnosis: Diagnosis;
  blobs: Blobs;
  jobs: Jobs;
  clock: Clock;
  /** Lets requests under way finish for ten seconds, then jobs, then renewals of tokens; then closes the database. */
  close(): Promise<void>;
}

const HOUR_SECONDS = 3600;

/** The wiring: the only file that knows every feature. */
export async function createApp(parts: AppParts): Promise<App> {
  const { config, database, clock, random, log } = parts;
  const { db } = database;
  const blobs = await openBlobFolder(config.blobFolder, db, random);
  const jobs = createJobs(database, log);
  const deps = { db, clock, random, blobs, config, log, jobs };

  const accounts = createAccounts(deps);
  const documents = createDocuments({ ...deps, accounts });
  const live = await openLive(database, log, random);
  const editing = createEditing({ ...deps, accounts, documents, live });
  const diagnosis = createDiagnosis({ config, problems: [], clock, random, database, accounts, serverRuns: true });
  jobs.every('sweep-blobs', HOUR_SECONDS, async () => {
    await blobs.sweep();
  });

  const http = await createHttp({
    publicUrl: config.publicUrl,
    trustedProxies: config.trustedProxies,
    loginOrigin: new URL(accounts.endpoints.loginUrl).origin,
    log,
  });
  for (const feature of [accounts, documents, editing, diagnosis]) feature.routes(http);
  http.get(routes.healthz, async () => ({ status: 'ok' }));
  http.get(routes.readyz, async () => {
    await sql`select 1`.execute(db).catch((cause: unknown) => {
      throw databaseGone(cause);
    });
    return { status: 'ready' };
  });
  http.get(routes.openapi, async () => http.swagger());
  await serveWebPages(http, config.publicUrl);
  await http.ready();

  return {
    http,
    accounts,
    documents,
    editing,
    diagnosis,
    blobs,
    jobs,
    clock,
    async close() {
      await closeHttp(http);
      await jobs.stop();
      await live.close();
      await accounts.drain();
      await database.close();
    },
  };
}
