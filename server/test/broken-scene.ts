import { randomBytes } from 'node:crypto';
import type { CheckResult } from '@megdocs/contract';
import { DEMO_CLIENT_ID, emulatorConfig, institutions } from '@megdocs/fixtures';
import { type Emulator, type EmulatorConfig, startEmulator } from 'microsoft365-emulator';
import { accounts as createAccounts } from '../src/accounts/index.ts';
import { inspectConfig } from '../src/config.ts';
import { diagnosis, presentReport, type Report } from '../src/diagnosis/index.ts';
import type { Clock } from '../src/platform/clock.ts';
import { systemClock } from '../src/platform/clock.ts';
import type { Database } from '../src/platform/database.ts';
import { createJobs } from '../src/platform/jobs.ts';
import { createLog } from '../src/platform/log.ts';
import { systemRandom } from '../src/platform/random.ts';
import type { TestServer } from './harness.ts';

export const TENANT_ID = institutions[0]?.microsoftTenantId ?? '';
export const SECRET = 'right-secret-value~Q8';
export const PUBLIC_URL = 'http://localhost:3000';
const CALLBACK = '/auth/oauth2/microsoft/callback/';

type Registration = NonNullable<EmulatorConfig['applications']>[number];

/** How one set-up differs from one in which everything is right. */
export interface SetUp {
  /** An empty one is one that is not set. */
  environment?: Record<string, string>;
  /** The app registration at Microsoft. */
  registration?: Partial<Registration>;
  /** Whose connection and drive are looked at. */
  user?: string;
  clock?: Clock;
  /** Another one than the server's. */
  database?: Database;
  /** Why no server could be set up. */
  startRefused?: string;
  /** What happens at Microsoft before doctor looks. */
  atMicrosoft?: (emulator: Emulator) => void;
}

/** Has doctor look at a set-up, on the database of `server`. */
export async function examine(server: TestServer, setUp: SetUp, emulator?: Emulator): Promise<Report> {
  const microsoft = emulator ?? (await startEmulator({ port: 0, config: worldOf(setUp) }));
  try {
    setUp.atMicrosoft?.(microsoft);
    const variables = { ...environmentOf(server, microsoft), ...setUp.environment };
    return presentReport(await look(server, variables, setUp));
  } finally {
    if (!emulator) await microsoft.close();
  }
}

function worldOf({ registration }: SetUp): EmulatorConfig {
  const config = emulatorConfig({ redirectUri: `${PUBLIC_URL}${CALLBACK}`, clientSecret: SECRET });
  const [application] = config.applications;
  return { ...config, applications: [{ ...application, ...registration } as Registration] };
}

function environmentOf(server: TestServer, emulator: Emulator): Record<string, string> {
  return {
    PUBLIC_URL,
    DATA_DIR: server.config.dataDir,
    TOKEN_KEYS: server.config.tokenKeys,
    MICROSOFT_CLIENT_ID: DEMO_CLIENT_ID,
    MICROSOFT_CLIENT_SECRET: SECRET,
    MICROSOFT_TENANT: TENANT_ID,
    MICROSOFT_LOGIN_URL: emulator.url,
    MICROSOFT_GRAPH_URL: emulator.url,
    MICROSOFT_FILE_HOSTS: new URL(emulator.contentUrl).host,
  };
}

async function look(server: TestServer, variables: Record<string, string>, setUp: SetUp): Promise<CheckResult[]> {
  const { config, problems } = inspectConfig(variables, { demo: false });
  const { database = server.database, startRefused } = setUp;
  const { db } = database;
  const clock = setUp.clock ?? systemClock;
  const log = createLog('silent');
  const deps = { db, clock, random: systemRandom, config, log, jobs: createJobs(database, log) };
  const accounts = accountsOf(deps);
  const parts = { config, problems, clock, random: systemRandom, database, accounts, serverRuns: false, startRefused };
  return diagnosis(parts).report({ user: setUp.user });
}

/** As for the command: what can't be had is undefined, and the checks say why. */
function accountsOf(deps: Parameters<typeof createAccounts>[0]) {
  try {
    return createAccounts(deps);
  } catch {
    return undefined;
  }
}

export function newKey(id: string): string {
  return `${id}:${randomBytes(32).toString('base64')}`;
}
