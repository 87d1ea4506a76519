import { randomBytes, randomUUID } from 'node:crypto';
import {
  createSealing,
  createTokenVault,
  type MicrosoftApp,
  refreshConnection,
  type Sealing,
  sealTokens,
  type TokenVault,
} from '@megdocs/microsoft365';
import { sql } from 'kysely';
import { createConnectionStore } from '../../../server/src/accounts/microsoft/connection-store.ts';
import { INTEGRATION_TABLE } from '../../../server/src/accounts/microsoft/microsoft-room.ts';
import { type Db, openPostgres } from '../../../server/src/platform/database.ts';
import { migrate } from '../../../server/src/platform/migrate.ts';
import { aToken } from './identity-provider.ts';

export const TOKEN_KEY = { id: 'bench', key: randomBytes(32) };

/** MEGDocs' own tables on a real PostgreSQL, with connected people. */
export async function openStage() {
  const serverUrl = process.env.TEST_DATABASE_URL;
  if (!serverUrl) throw new Error('No PostgreSQL: start it by `npm run bench:connections`.');
  const name = `megdocs_bench_${randomBytes(4).toString('hex')}`;
  const server = openPostgres(serverUrl);
  await sql`create database ${sql.id(name)}`.execute(server.db);
  const url = Object.assign(new URL(serverUrl), { pathname: `/${name}` }).href;
  const database = openPostgres(url);
  await migrate(database);
  const institutionId = randomUUID();
  await database.db.insertInto('institution').values({ id: institutionId, name: 'Bench', slug: 'bench' }).execute();
  return {
    url,
    db: database.db,
    /** That many people, each with a connection whose access token has so many seconds left; answers their ids. */
    connect: (count: number, secondsLeft: number) => connectPeople(database.db, institutionId, count, secondsLeft),
    async close() {
      await database.close();
      await sql`drop database ${sql.id(name)} with (force)`.execute(server.db);
      await server.close();
    },
  };
}

export type Stage = Awaited<ReturnType<typeof openStage>>;

const BATCH = 500;

async function connectPeople(db: Db, institutionId: string, count: number, secondsLeft: number): Promise<string[]> {
  const sealing = createSealing([TOKEN_KEY]);
  const ids = Array.from({ length: count }, () => randomUUID());
  for (let from = 0; from < count; from += BATCH) {
    const some = ids.slice(from, from + BATCH).map((id) => ({ id, person: randomUUID() }));
    await db
      .insertInto('person')
      .values(
        some.map(({ person }) => ({ id: person, institution_id: institutionId, email: `${person}@x`, name: 'A' })),
      )
      .execute();
    await db
      .insertInto(INTEGRATION_TABLE)
      .values(some.map(({ id, person }) => integration(sealing, institutionId, id, person, secondsLeft)))
      .execute();
  }
  await sql`analyze`.execute(db);
  return ids;
}

function integration(sealing: Sealing, institutionId: string, id: string, person: string, secondsLeft: number) {
  const tokens = { accessToken: aToken(), refreshToken: aToken(1200), expiresInSeconds: secondsLeft, scopes: [] };
  const { sealedAccessToken, sealedRefreshToken } = sealTokens(sealing, { table: INTEGRATION_TABLE, id }, tokens);
  return {
    id,
    institution_id: institutionId,
    person_id: person,
    tid: randomUUID(),
    oid: randomUUID(),
    account_name: 'A',
    account_address: 'a@x',
    scopes: ['User.Read', 'Files.ReadWrite.All'],
    sealed_access_token: Buffer.from(sealedAccessToken),
    sealed_refresh_token: Buffer.from(sealedRefreshToken ?? []),
    access_token_expires_at: sql<Date>`app_now() + make_interval(secs => ${secondsLeft})`,
    status: 'connected' as const,
  };
}

/** The vault as the server makes it, on that database and that identity provider. */
export function openVault(db: Db, loginUrl: string, key = TOKEN_KEY): TokenVault {
  const app: MicrosoftApp = {
    clientId: '0f0f0f0f-1111-4222-8333-444444444444',
    credential: { kind: 'secret', secret: 'bench' },
    tenant: 'organizations',
    redirectUri: 'http://localhost/callback/',
    filesScope: 'Files.ReadWrite.All',
    endpoints: { loginUrl, graphUrl: loginUrl, fileHosts: [] },
    now: () => new Date(),
  };
  return createTokenVault({
    store: createConnectionStore(
      db,
      async () => {},
      () => 'BENCH',
    ),
    sealing: createSealing([key]),
    table: INTEGRATION_TABLE,
    refresh: (refreshToken, signal) => refreshConnection(app, refreshToken, { signal }),
    randomId: randomUUID,
  });
}
