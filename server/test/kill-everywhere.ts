import { expect } from 'vitest';
import type { EditingScene } from './editing-scene.ts';
import type { Power } from './power.ts';

const MOST_STEPS = 150;

export interface Story<T> {
  prepare: (scene: EditingScene) => Promise<T>;
  work: (scene: EditingScene, prepared: T) => Promise<unknown>;
  /** Runs after each death, and after the one that lived. */
  prove: (scene: EditingScene, prepared: T, steps: number) => Promise<void>;
}

/** Kills `work` before its first step, its second, and so on until it lives. */
export async function killEverywhere<T>(first: EditingScene, power: Power, story: Story<T>): Promise<void> {
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    const scene = await first.another();
    const prepared = await story.prepare(scene);
    const lived = await power.cutAfter(steps, () => story.work(scene, prepared));
    await story.prove(scene, prepared, steps);
    if (!lived) continue;
    expect(steps).toBeGreaterThan(5);
    return;
  }
  throw new Error('It has more steps than were tried');
}
