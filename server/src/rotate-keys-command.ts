import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import type { RotationStep } from './accounts/index.ts';
import { type OwnersDatabase, onOwnersDatabase } from './owners-database.ts';

/** A renewal holds its row for 15 seconds at most; then its value has the current key, or is free again. */
const WALKS = 5;
const BETWEEN_WALKS_MS = 5_000;

/** Seals everything anew with the first key of TOKEN_KEYS, while servers go on, and says when the old key may go. */
async function main(): Promise<number> {
  return onOwnersDatabase((database) => rotate((args) => step(database, args)));
}

async function step(database: OwnersDatabase, args: Record<string, unknown>): Promise<RotationStep> {
  if (database.kind === 'owner') return (await database.ask('keys:rotate', args)) as RotationStep;
  return database.app.accounts.rotateKeysStep(args);
}

type Step = (args: Record<string, unknown>) => Promise<RotationStep>;

async function rotate(take: Step): Promise<number> {
  const { currentKeyId, left } = await take({ cursor: null, begin: true });
  const total = sum(left ?? {});
  if (total === 0) {
    say(`Every stored value is sealed with the key ${currentKeyId}. ${whenToRemove(currentKeyId)}`);
    return 0;
  }
  say(`${total} values are to be sealed anew with the key ${currentKeyId}: ${words(left ?? {})}.`);
  let done = 0;
  for (let walk = 1; ; walk++) {
    const ended = await walkOnce(take, (more) => {
      done += more;
      if (more > 0) say(`${Math.min(done, total)} of ${total}`);
    });
    const rest = sum(ended.left ?? {});
    if (rest === 0) {
      say(`Done. ${whenToRemove(currentKeyId)}`);
      return 0;
    }
    if (ended.unreadable >= rest || walk === WALKS) return tellRest(ended);
    await pause(BETWEEN_WALKS_MS);
  }
}

async function walkOnce(take: Step, progress: (resealed: number) => void): Promise<RotationStep> {
  let unreadable = 0;
  let last = await take({ cursor: null });
  for (;;) {
    progress(last.resealed);
    unreadable += last.unreadable;
    if (last.cursor === null) return { ...last, unreadable };
    last = await take({ cursor: last.cursor });
  }
}

function tellRest({ left, unreadable }: RotationStep): number {
  say(`Not yet: ${words(left ?? {})}. These keys must stay in TOKEN_KEYS.`);
  say(
    unreadable > 0
      ? `${unreadable} of them could not be opened: their key is not in TOKEN_KEYS, or they are damaged. npm run doctor says more; their people can reconnect.`
      : 'The rest was in use all the time. Run this again.',
  );
  return 1;
}

function whenToRemove(keyId: string): string {
  return `Any other key may be removed from TOKEN_KEYS once every running server has ${keyId} as its first one.`;
}

function words(left: Record<string, number>): string {
  return Object.entries(left)
    .map(([keyId, values]) => `${values} with ${keyId}`)
    .join(', ');
}

function sum(left: Record<string, number>): number {
  return Object.values(left).reduce((total, values) => total + values, 0);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
