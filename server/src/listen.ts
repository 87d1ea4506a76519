import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type App, createApp } from './app.ts';
import type { Config } from './config.ts';
import { type Clock, systemClock } from './platform/clock.ts';
import { type Database, openEmbedded, openPostgres } from './platform/database.ts';
import { createLog } from './platform/log.ts';
import { migrate } from './platform/migrate.ts';
import { type OwnerCommands, type Ownership, takeOwnership } from './platform/owner.ts';
import { systemRandom } from './platform/random.ts';

export interface RunningServer {
  app: App;
  /** Where it answers, such as http://127.0.0.1:3000. */
  address: string;
  close(): Promise<void>;
}

export interface ListenOptions {
  /** Tests of skewed processes pass another one. */
  clock?: Clock;
  /** Runs after the migrations and before the first request. */
  beforeListening?: (app: App, database: Database) => Promise<void>;
}

/** Opens the database, runs the migrations, starts jobs and listens. Throws one sentence with the remedy. */
export async function listen(config: Config, options: ListenOptions = {}): Promise<RunningServer> {
  const log = createLog(config.logLevel);
  await makeDataFolder(config.dataDir);
  const running: { app?: App } = {};
  // Two processes share a database server, but never the embedded one.
  const ownership = config.databaseUrl ? undefined : await takeOwnership(config.dataDir, ownerCommands(running));
  let database: Database | undefined;
  try {
    database = await openDatabase(config);
    await migrate(database);
    const app = await createApp({ config, database, clock: options.clock ?? systemClock, random: systemRandom, log });
    running.app = app;
    app.accounts.assertCredentialUsable();
    await app.accounts.assertKeysKnown();
    await options.beforeListening?.(app, database);
    await app.jobs.start();
    const address = await app.http.listen({ host: config.host, port: config.port });
    return { app, address, close: () => closeAll(app, ownership) };
  } catch (error) {
    await (running.app ? running.app.close() : database?.close());
    await ownership?.release();
    throw explain(error, config);
  }
}

/** The same database for a command that runs beside no server. */
export async function openDatabase(config: Config): Promise<Database> {
  return config.databaseUrl
    ? openPostgres(config.databaseUrl)
    : openEmbedded({ folder: join(config.dataDir, 'database') });
}

function ownerCommands(running: { app?: App }): OwnerCommands {
  const app = () => {
    if (!running.app) throw new Error('The server is still starting. Try again in a moment.');
    return running.app;
  };
  return {
    institution: async (args) => app().accounts.institutionCommand(args),
    doctor: async ({ user }) => app().diagnosis.report(user === undefined ? {} : { user: String(user) }),
    'keys:rotate': async (args) => app().accounts.rotateKeysStep(args),
  };
}

async function makeDataFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new Error(`The data folder ${folder} can't be made. Choose one that this user may write to, with DATA_DIR.`, {
      cause,
    });
  }
}

async function closeAll(app: App, ownership: Ownership | undefined): Promise<void> {
  await app.close();
  await ownership?.release();
}

/** What the system reports at a start, in words with the remedy. */
function explain(error: unknown, config: Config): unknown {
  if (!(error instanceof Error)) return error;
  const { code, syscall, port, path } = error as NodeJS.ErrnoException & { port?: number };
  const ofPort = syscall === 'listen' || syscall === 'getaddrinfo';
  const words = ofPort ? portWords(code, port, config) : storageWords(code, path, config);
  if (words === undefined) return error;
  return new Error(words, { cause: error });
}

function portWords(code: string | undefined, port: number | undefined, config: Config): string | undefined {
  // What was started beside the server has a port of its own, and a name for it.
  const name = port === undefined || port === config.port ? 'with PORT' : 'for it';
  const which = port ?? config.port;
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${which} is taken by another program. End it, or choose another port ${name}.`;
    case 'EACCES':
    case 'EPERM':
      return `This user may not listen on port ${which}. Choose one above 1023 ${name}.`;
    case 'EADDRNOTAVAIL':
      return `This machine has no address ${config.host}. Leave HOST empty, or name an address that it has.`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return config.databaseUrl === undefined
        ? `HOST names ${config.host}, which is no address of this machine. Leave it empty.`
        : DATABASE_WORDS;
    default:
      return undefined;
  }
}

const DATABASE_WORDS =
  "The database that DATABASE_URL names can't be reached or does not let us in. Check host, port, name and password.";

function storageWords(code: string | undefined, path: string | undefined, config: Config): string | undefined {
  const blobs = path?.startsWith(config.blobFolder);
  const place = blobs ? `folder of the files ${config.blobFolder}` : `data folder ${config.dataDir}`;
  const name = blobs ? 'BLOB_STORE' : 'DATA_DIR';
  switch (code) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOTDIR':
      return `The ${place} can't be written to. Choose another with ${name}, or give this user the right to it.`;
    case 'ENOSPC':
      return `The disk of the ${place} is full. Make room, or choose another folder with ${name}.`;
    case 'ECONNREFUSED':
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case '28P01':
    case '28000':
    case '3D000':
      return DATABASE_WORDS;
    default:
      return undefined;
  }
}
