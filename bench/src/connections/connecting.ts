import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { routes } from '@megdocs/contract';
import { institutions, people, seedCast } from '@megdocs/fixtures';
import { type App, createApp } from '../../../server/src/app.ts';
import { readConfig } from '../../../server/src/config.ts';
import { openPostgres } from '../../../server/src/platform/database.ts';
import { createLog } from '../../../server/src/platform/log.ts';
import { systemRandom } from '../../../server/src/platform/random.ts';
import { TestClient } from '../../../server/test/client.ts';
import { CLIENT_ID, type IdentityProvider } from './identity-provider.ts';
import { type Finding, median, secondsOf } from './measure.ts';
import { type Stage, TOKEN_KEY } from './stage.ts';

const ORIGIN = 'http://localhost:3000';
/** Fewer than a person may start in a while. */
const ROUNDS = 25;

/** P6: what connecting adds to the time that Microsoft takes. */
export async function measureConnecting(stage: Stage, provider: IdentityProvider): Promise<Finding[]> {
  const folder = await mkdtemp(join(tmpdir(), 'megdocs-bench-'));
  const { app, author } = await openServer(stage, provider, folder);
  const starts: number[] = [];
  const callbacks: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    let target = '';
    starts.push(
      await secondsOf(async () => {
        target = String((await author.postForm(routes.connect)).headers.location);
      }),
    );
    const asked = new URL(target).searchParams;
    provider.signIn(asked.get('nonce') ?? '');
    const back = `/auth/oauth2/microsoft/callback/?code=bench&state=${asked.get('state')}`;
    const seconds = await secondsOf(() => author.get(back));
    callbacks.push(seconds - provider.lastSeconds());
  }
  await app.close();
  await rm(folder, { recursive: true, force: true });
  return [
    { id: 'P6', what: 'starting to connect', value: median(starts) * 1000, unit: 'ms', bar: { atMost: 2 } },
    {
      id: 'P6',
      what: "the callback, beyond Microsoft's own time",
      value: median(callbacks) * 1000,
      unit: 'ms',
      bar: { atMost: 3 },
    },
  ];
}

async function openServer(stage: Stage, provider: IdentityProvider, folder: string) {
  const config = readConfig(
    {
      PUBLIC_URL: ORIGIN,
      DATA_DIR: folder,
      DATABASE_URL: stage.url,
      TOKEN_KEYS: `${TOKEN_KEY.id}:${TOKEN_KEY.key.toString('base64')}`,
      MICROSOFT_CLIENT_ID: CLIENT_ID,
      MICROSOFT_CLIENT_SECRET: 'bench',
      MICROSOFT_LOGIN_URL: provider.url,
      MICROSOFT_GRAPH_URL: provider.url,
      MICROSOFT_FILE_HOSTS: new URL(provider.url).host,
    },
    { demo: true },
  );
  const clock = { now: () => new Date() };
  const log = createLog('fatal', { write: () => {} });
  const database = openPostgres(stage.url);
  const app = await createApp({ config, database, clock, random: systemRandom, log });
  await seed(app, database);
  const author = new TestClient(app.http, ORIGIN);
  await author.signIn(people.author.email, people.author.password);
  return { app, author };
}

async function seed({ accounts, documents }: App, { db }: ReturnType<typeof openPostgres>): Promise<void> {
  const [first] = institutions;
  if (!first) throw new Error('The cast has no institution.');
  await db.transaction().execute((tx) =>
    seedCast(
      {
        createInstitution: (t: typeof tx, institution) => accounts.createInstitution(t, institution),
        createTeam: (t: typeof tx, team) => accounts.createTeam(t, team),
        createPerson: (t: typeof tx, person) => accounts.createPerson(t, person),
        createFolder: (t: typeof tx, one) => documents.createFolder(t, one),
      },
      tx,
      first,
    ),
  );
}
