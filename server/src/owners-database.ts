import process from 'node:process';
import { type App, createApp } from './app.ts';
import { type Config, readConfig, readDataDir } from './config.ts';
import { openDatabase } from './listen.ts';
import { systemClock } from './platform/clock.ts';
import { createLog } from './platform/log.ts';
import { migrate } from './platform/migrate.ts';
import { askOwner, takeOwnership } from './platform/owner.ts';
import { systemRandom } from './platform/random.ts';

/** How a command reaches the database: through the server that holds it, or by an app of its own. */
export type OwnersDatabase =
  | { kind: 'owner'; ask(command: string, args: Record<string, unknown>): Promise<unknown> }
  | { kind: 'own'; app: App };

/**
 * Runs `work` where the database is. The embedded one belongs to one process: a running server is asked over its
 * socket, and has configuration and keys. Where none runs this process takes the folder meanwhile; a database server
 * takes everybody.
 */
export async function onOwnersDatabase<T>(work: (database: OwnersDatabase) => Promise<T>): Promise<T> {
  const dataDir = readDataDir(process.env);
  if (dataDir !== undefined && (await isOwned(dataDir)))
    return work({ kind: 'owner', ask: (command, args) => askOwner(dataDir, command, args) });
  const config = readConfig(process.env, { demo: isDemo(process.env) });
  if (config.databaseUrl) return withApp(config, work);
  const ownership = await takeOwnership(config.dataDir, {});
  try {
    return await withApp(config, work);
  } finally {
    await ownership.release();
  }
}

function isOwned(dataDir: string): Promise<boolean> {
  return askOwner(dataDir, 'who', {}).then(
    () => true,
    () => false,
  );
}

async function withApp<T>(config: Config, work: (database: OwnersDatabase) => Promise<T>): Promise<T> {
  const database = await openDatabase(config);
  await migrate(database);
  const log = createLog('error');
  const app = await createApp({ config, database, clock: systemClock, random: systemRandom, log });
  try {
    return await work({ kind: 'own', app });
  } finally {
    await app.close();
  }
}

/** The demo keeps its key beside its data; with any other key the command is one of production. */
function isDemo(environment: NodeJS.ProcessEnv): boolean {
  return environment.TOKEN_KEYS?.startsWith('demo') ?? false;
}
