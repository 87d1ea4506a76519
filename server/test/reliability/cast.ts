import { type SeededInstitution, seedCast, stMarys } from '@megdocs/fixtures';
import { createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { openPostgres } from '../../src/platform/database.ts';
import { createLog } from '../../src/platform/log.ts';
import { systemRandom } from '../../src/platform/random.ts';
import type { Pair } from './pair.ts';

/** The hospital of the cast in the pair's database, with its people and folders. */
export async function seedHospital({ environment }: Pair): Promise<SeededInstitution> {
  const database = openPostgres(environment.DATABASE_URL ?? '');
  const app = await createApp({
    config: readConfig(environment, { demo: false }),
    database,
    clock: { now: () => new Date() },
    random: systemRandom,
    log: createLog('silent'),
  });
  const { accounts, documents } = app;
  const seeded = await database.db.transaction().execute((tx) =>
    seedCast(
      {
        createInstitution: (q: typeof tx, institution) => accounts.createInstitution(q, institution),
        createTeam: (q: typeof tx, team) => accounts.createTeam(q, team),
        createPerson: (q: typeof tx, person) => accounts.createPerson(q, person),
        createFolder: (q: typeof tx, folder) => documents.createFolder(q, folder),
      },
      tx,
      stMarys,
    ),
  );
  await app.close();
  return seeded;
}

/** The connection of whoever has this address in the cast. */
export async function integrationOf({ db }: Pair, email: string): Promise<string> {
  const { id } = await db
    .selectFrom('oauth2_integration as i')
    .innerJoin('person as p', 'p.id', 'i.person_id')
    .select('i.id')
    .where('p.email', '=', email)
    .where('i.status', '!=', 'ended')
    .executeTakeFirstOrThrow();
  return id;
}
