import type { TokenVault } from '@megdocs/microsoft365';
import { openPostgres } from '../../../server/src/platform/database.ts';
import type { IdentityProvider, Mood } from './identity-provider.ts';
import { type Finding, median, quantile, secondsOf } from './measure.ts';
import { openVault, type Stage } from './stage.ts';

const HUNG = 40;
const READERS = 8;
const ROUND_SECONDS = 1.5;
const ROUNDS = 3;

/** P4: fresh tokens are read while others' refreshes hang. P5: how long anybody waits, whatever is wrong. */
export async function measureHungRefreshes(stage: Stage, provider: IdentityProvider): Promise<Finding[]> {
  const database = openPostgres(stage.url);
  const vault = openVault(database.db, provider.url);
  const fresh = await stage.connect(100, 3600);
  const rounds = [];
  await readFor(vault, fresh);
  for (let round = 0; round < ROUNDS; round++) rounds.push(await hungRound(stage, provider, vault, fresh));
  const withoutToken = await longestWait(stage, provider, 0);
  const withOldToken = await longestWait(stage, provider, 200);
  await database.close();
  return [
    {
      id: 'P4',
      what: `reads of fresh tokens while ${HUNG} refreshes hang, against idle`,
      value: median(rounds.map(({ share }) => share)),
      unit: '×',
      bar: { atLeast: 0.8 },
      remark: `p99 ${(median(rounds.map(({ p99 }) => p99)) * 1000).toFixed(1)} ms`,
    },
    {
      id: 'P5',
      what: 'longest wait under any fault, no token left',
      value: withoutToken,
      unit: 's',
      bar: { atMost: 10 },
    },
    {
      id: 'P5',
      what: 'longest wait under any fault, old token alive',
      value: withOldToken,
      unit: 's',
      bar: { atMost: 3 },
    },
  ];
}

async function hungRound(stage: Stage, provider: IdentityProvider, vault: TokenVault, fresh: string[]) {
  provider.be({ answerAfterMs: 0 });
  const idle = await readFor(vault, fresh);
  provider.be({ answerAfterMs: 2000 });
  const hung = (await stage.connect(HUNG, 0)).map((id) => vault.accessToken(id));
  const busy = await readFor(vault, fresh);
  await Promise.all(hung);
  return { share: busy.count / idle.count, p99: quantile(busy.seconds, 0.99) };
}

async function readFor(vault: TokenVault, ids: string[]) {
  const seconds: number[] = [];
  const until = performance.now() + ROUND_SECONDS * 1000;
  const reader = async (first: number) => {
    for (let at = first; performance.now() < until; at++)
      seconds.push(await secondsOf(() => vault.accessToken(ids[at % ids.length] ?? '')));
  };
  await Promise.all(Array.from({ length: READERS }, (_, index) => reader(index)));
  return { count: seconds.length, seconds };
}

const MOODS: Mood[] = [{ hang: true }, { status: 500 }, { status: 429 }, { reset: true }, { answerAfterMs: 6000 }];

async function longestWait(stage: Stage, provider: IdentityProvider, secondsLeft: number): Promise<number> {
  const database = openPostgres(stage.url);
  const waits = [];
  for (const mood of MOODS) {
    provider.be(mood);
    // A vault of its own: what the one before learned about the endpoint would spare this one the wait.
    const vault = openVault(database.db, provider.url);
    const ids = await stage.connect(10, secondsLeft);
    waits.push(...(await Promise.all(ids.map((id) => secondsOf(() => vault.accessToken(id).catch(() => undefined))))));
    await vault.drain();
  }
  await database.close();
  return Math.max(...waits);
}
