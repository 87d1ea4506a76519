import { INTEGRATION_TABLE } from '../../../server/src/accounts/microsoft/microsoft-room.ts';
import { openPostgres } from '../../../server/src/platform/database.ts';
import { betterAuthReader } from './better-auth.ts';
import type { IdentityProvider } from './identity-provider.ts';
import { compare, type Finding } from './measure.ts';
import { msalReader } from './msal.ts';
import { openStage, openVault, type Stage } from './stage.ts';

const PEOPLE = 10_000;
const HOUR = 3600;

/** P1, P2: a token that is still good, as every request needs one. */
export async function measureValidTokens(stage: Stage, provider: IdentityProvider): Promise<Finding[]> {
  const small = await openStage();
  const [alone = ''] = await small.connect(1, HOUR);
  const smallDatabase = openPostgres(small.url);
  const smallVault = openVault(smallDatabase.db, provider.url);
  const database = openPostgres(stage.url);
  const vault = openVault(database.db, provider.url);
  const ids = await stage.connect(PEOPLE, HOUR);
  const someone = () => ids[Math.floor(Math.random() * ids.length)] ?? alone;
  const bare = () =>
    database.db.selectFrom(INTEGRATION_TABLE).selectAll().where('id', '=', someone()).executeTakeFirstOrThrow();
  const msal = await msalReader(stage.url, PEOPLE);
  const better = await betterAuthReader(stage.url, PEOPLE);
  const seconds = await compare({
    one: () => smallVault.accessToken(alone),
    vault: () => vault.accessToken(someone()),
    bare,
    msal: msal.read,
    better: better.read,
  });
  await Promise.all([database.close(), smallDatabase.close(), msal.close(), better.close()]);
  await small.close();
  return [
    {
      id: 'P1',
      what: 'a valid token, against a bare read of its row',
      value: seconds.vault / seconds.bare,
      unit: '×',
      bar: { atMost: 1.5 },
      remark: `${(seconds.vault * 1e6).toFixed(0)} µs`,
    },
    {
      id: 'P1',
      what: "msal-node's web pattern, against ours",
      value: seconds.msal / seconds.vault,
      unit: '×',
      bar: { atLeast: 3 },
    },
    {
      id: 'P1',
      what: 'better-auth, against ours',
      value: seconds.better / seconds.vault,
      unit: '×',
      bar: { atLeast: 5 },
    },
    {
      id: 'P2',
      what: `among ${PEOPLE.toLocaleString('en')} connections, against one`,
      value: seconds.vault / seconds.one,
      unit: '×',
      bar: { atMost: 1.2 },
    },
  ];
}
