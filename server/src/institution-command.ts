import process from 'node:process';
import { createApp } from './app.ts';
import { type Config, readConfig, readDataDir } from './config.ts';
import { openDatabase } from './listen.ts';
import { systemClock } from './platform/clock.ts';
import { createLog } from './platform/log.ts';
import { migrate } from './platform/migrate.ts';
import { askOwner, OwnerRefused, takeOwnership } from './platform/owner.ts';
import { systemRandom } from './platform/random.ts';

const USAGE = `Usage: npm run institution -- create NAME --slug SLUG --admin EMAIL

  NAME   the institution as its people know it, such as "St Mary's Hospital"
  SLUG   a short name for addresses and reports: letters, figures, hyphens
  EMAIL  its first administrator, who gets a link to choose a password`;

interface Wish {
  action: 'create';
  name: string;
  slug: string;
  admin: string;
}

/** Makes an institution, and prints the one-time link for its first admin. */
async function main(): Promise<void> {
  const wish = readArguments(process.argv.slice(2));
  const { link } = (await askRunningServer(wish)) ?? (await carryOut(wish));
  process.stdout.write(
    `${wish.name} is made. The first administrator chooses a password here, within seven days:\n\n  ${link}\n`,
  );
}

/** On the embedded database the running server does it: it has configuration and keys, so this process needs none. */
async function askRunningServer(wish: Wish): Promise<{ link: string } | undefined> {
  const dataDir = readDataDir(process.env);
  if (dataDir === undefined) return undefined;
  try {
    return (await askOwner(dataDir, 'institution', { ...wish })) as { link: string };
  } catch (error) {
    if (error instanceof OwnerRefused) throw error;
    return undefined;
  }
}

/** Where no server runs, this process takes the folder for a moment; a database server takes everybody. */
async function carryOut(wish: Wish): Promise<{ link: string }> {
  const config = readConfig(process.env, { demo: isDemo(process.env) });
  if (config.databaseUrl) return onDatabase(config, wish);
  const ownership = await takeOwnership(config.dataDir, {});
  try {
    return await onDatabase(config, wish);
  } finally {
    await ownership.release();
  }
}

async function onDatabase(config: Config, wish: Wish): Promise<{ link: string }> {
  const database = await openDatabase(config);
  await migrate(database);
  const app = await createApp({
    config,
    database,
    clock: systemClock,
    random: systemRandom,
    log: createLog('error'),
  });
  try {
    return await app.accounts.institutionCommand({ ...wish });
  } finally {
    await app.close();
  }
}

function readArguments(args: string[]): Wish {
  const rest = [...args];
  const take = (flag: string) => {
    const at = rest.indexOf(flag);
    return at < 0 ? undefined : rest.splice(at, 2)[1];
  };
  const slug = take('--slug');
  const admin = take('--admin');
  const [action, name, ...more] = rest;
  if (action !== 'create' || !name || !slug || !admin || more.length > 0) throw new Error(USAGE);
  return { action, name, slug, admin };
}

/** The demo keeps its key beside its data; with any other key the command is one of production. */
function isDemo(environment: NodeJS.ProcessEnv): boolean {
  return environment.TOKEN_KEYS?.startsWith('demo') ?? false;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
