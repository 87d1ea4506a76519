import { people } from '@megdocs/fixtures';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EditingScene, editingScene } from '../editing-scene.ts';
import { connectMicrosoft } from '../microsoft-pages.ts';
import { type Power, powerOf } from '../power.ts';
import { wrongAtAnyTime, wrongAtTheEnd } from './invariants.ts';
import { Play, type Stage, stayKnown } from './play.ts';
import { anyStep, type Step } from './steps.ts';

const STEPS_A_PLAY = 25;
/** `npm run soak:editing -- --seed N --steps N` sets both; a short run is part of the tests. */
const seed = Number(process.env.SOAK_SEED ?? 20261125);
const steps = Number(process.env.SOAK_STEPS ?? 200);

let first: EditingScene;
let power: Power;
let clients: Stage['clients'];
const injected = new Map<string, number>();

beforeAll(async () => {
  first = await editingScene();
  power = powerOf(first.server);
  const author2 = await first.server.signIn('author2');
  await connectMicrosoft(author2, people.author2);
  clients = {
    author: first.author,
    author2,
    controller: await first.server.signIn('controller'),
    approver: await first.server.signIn('approver'),
  };
});
afterAll(() => first.close());

async function perform(order: readonly Step[]): Promise<string[]> {
  await stayKnown({ clients });
  const scene = await first.another();
  const play = new Play({ scene, power, clients, injected });
  const wrong: string[] = [];
  for (const step of order) {
    await play.take(step);
    wrong.push(...(await wrongAtAnyTime(play)));
  }
  await play.settle();
  return [...wrong, ...(await wrongAtTheEnd(play))];
}

describe('E7, E16: users, Microsoft, the network and this machine at random', () => {
  it(`nothing that Microsoft confirmed is lost (seed ${seed}, ${steps} steps)`, {
    timeout: 6_000_000,
  }, async () => {
    const play = fc.array(anyStep, { minLength: STEPS_A_PLAY, maxLength: STEPS_A_PLAY });
    const numRuns = Math.max(1, Math.round(steps / STEPS_A_PLAY));
    try {
      await fc.assert(
        fc.asyncProperty(play, async (order) => {
          expect(await perform([{ do: 'start', who: 'author' }, ...order])).toEqual([]);
        }),
        { seed, numRuns, endOnFailure: true },
      );
    } finally {
      const lines = [...injected].sort().map(([what, times]) => `${String(times).padStart(6)}  ${what}`);
      process.stdout.write(
        `seed ${seed}, ${numRuns} plays of ${STEPS_A_PLAY} steps; what happened how often:\n${lines.join('\n')}\n`,
      );
    }
  });
});
