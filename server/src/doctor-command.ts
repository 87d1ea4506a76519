import process from 'node:process';
import type { CheckResult } from '@megdocs/contract';
import { type App, createApp } from './app.ts';
import { type Config, type InspectedConfig, inspectConfig, readDataDir } from './config.ts';
import { diagnosis, presentReport, presentResult, presentToDo, type Report } from './diagnosis/index.ts';
import { openDatabase } from './listen.ts';
import { systemClock } from './platform/clock.ts';
import type { Database } from './platform/database.ts';
import { createLog } from './platform/log.ts';
import { askOwner, FolderIsOwned, OwnerRefused, takeOwnership } from './platform/owner.ts';
import { systemRandom } from './platform/random.ts';

const USAGE = `Usage: npm run doctor [-- [--user EMAIL] [--json]]

  --user EMAIL  somebody whose Microsoft account is connected: their connection and drive are tested too
  --json        the report as JSON

Ends with 0 when nothing is broken, 1 when something is, 2 when the doctor itself could not work.`;

interface Wish {
  user: string | undefined;
  json: boolean;
}

/** Finds what is wrong, whatever state the configuration is in. */
async function main(): Promise<number> {
  const wish = readArguments(process.argv.slice(2));
  const results: CheckResult[] = [];
  for await (const result of examine(wish)) {
    results.push(result);
    if (!wish.json) say(presentResult(result));
  }
  const report: Report = presentReport(results);
  say(wish.json ? JSON.stringify(report, null, 2) : `\n${presentToDo(report)}`);
  return report.ok ? 0 : 1;
}

async function* examine(wish: Wish): AsyncGenerator<CheckResult> {
  const dataDir = readDataDir(process.env);
  const answered = dataDir === undefined ? undefined : await askRunningServer(dataDir, wish);
  if (answered) {
    if (!wish.json) say('Told by the running server, with the configuration that it was started with.\n');
    yield* answered;
    return;
  }
  yield* examineHere(inspectConfig(process.env, { demo: isDemo(process.env) }), wish);
}

/** The embedded database belongs to the running server, which looks for itself. */
async function askRunningServer(dataDir: string, { user }: Wish): Promise<CheckResult[] | undefined> {
  try {
    return (await askOwner(dataDir, 'doctor', { user }, DOCTOR_TIMEOUT_MS)) as CheckResult[];
  } catch (error) {
    if (error instanceof OwnerRefused) throw error;
    return undefined;
  }
}

/** Several calls that may each run into their time-out. */
const DOCTOR_TIMEOUT_MS = 120_000;

async function* examineHere({ config, problems }: InspectedConfig, { user }: Wish): AsyncGenerator<CheckResult> {
  const { database, release } = await open(config);
  const { app, startRefused } = typeof database === 'string' ? {} : await appOn(config, database);
  try {
    const serverRuns = config.databaseUrl !== undefined;
    const parts = { config, problems, clock: systemClock, random: systemRandom, database, serverRuns, startRefused };
    yield* diagnosis({ ...parts, accounts: app?.accounts }).doctor({ user });
  } finally {
    if (app) await app.close();
    else if (typeof database !== 'string') await database.close();
    await release();
  }
}

/** Never migrates: whoever asks what is wrong must not change anything. */
async function open(config: Config): Promise<{ database: Database | string; release(): Promise<void> }> {
  const nothing = async () => {};
  try {
    const ownership = config.databaseUrl ? undefined : await takeOwnership(config.dataDir, {});
    const release = async () => ownership?.release();
    try {
      return { database: await openDatabase(config), release };
    } catch {
      await release();
      const which = config.databaseUrl ? 'that DATABASE_URL names' : `in ${config.dataDir}`;
      return { database: `The database ${which} can not be opened.`, release: nothing };
    }
  } catch (error) {
    const words = error instanceof FolderIsOwned ? error.message : `The data folder ${config.dataDir} can not be used.`;
    return { database: words, release: nothing };
  }
}

/** Without one there is a reason, which would stop a start as well: the checks tell it, if they find no better cause. */
async function appOn(config: Config, database: Database): Promise<{ app?: App; startRefused?: string }> {
  const parts = { config, database, clock: systemClock, random: systemRandom, log: createLog('silent') };
  try {
    return { app: await createApp(parts) };
  } catch (error) {
    return { startRefused: error instanceof Error ? error.message : String(error) };
  }
}

function readArguments(args: string[]): Wish {
  const rest = [...args];
  const json = rest.includes('--json');
  if (json) rest.splice(rest.indexOf('--json'), 1);
  const at = rest.indexOf('--user');
  const user = at < 0 ? undefined : rest.splice(at, 2)[1];
  if (rest.length > 0 || (at >= 0 && !user)) throw new Error(USAGE);
  return { user, json };
}

/** The demo keeps its key beside its data; with any other key the command is one of production. */
function isDemo(environment: NodeJS.ProcessEnv): boolean {
  return environment.TOKEN_KEYS?.startsWith('demo') ?? false;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(2);
  },
);
