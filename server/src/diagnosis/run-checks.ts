import { setTimeout as pause } from 'node:timers/promises';
import type { CheckResult } from '@megdocs/contract';
import { checks } from './checks/index.ts';
import { type Check, cannotTell, notTested, type Outcome, statusOf } from './finding.ts';
import type { Scene } from './scene.ts';

/** Runs every check in the order of the causes, and answers each result as it comes. */
export async function* runChecks(scene: Scene): AsyncGenerator<CheckResult> {
  const results = new Map<string, CheckResult>();
  for (const check of checks) {
    const result = await runOne(scene, check, results);
    results.set(check.id, result);
    yield result;
  }
}

async function runOne(scene: Scene, check: Check, before: Map<string, CheckResult>): Promise<CheckResult> {
  const { id, title } = check;
  const broken = check.needs.find((needed) => isBroken(before, needed));
  if (broken !== undefined) {
    const said = `Not looked at: “${titleOf(before, broken)}” has to be mended first.`;
    return { check: id, title, status: 'not-tested', said, findings: [] };
  }
  const outcome = await inTime(check.run(scene)).catch(brokeOff);
  const followsFrom = check.explainedBy.find((cause) => before.get(cause)?.status === 'failed') ?? null;
  return {
    check: id,
    title,
    status: statusOf(outcome),
    said: outcome.said,
    findings: outcome.findings.map((finding) => ({ ...finding, followsFrom })),
  };
}

/** Longer than any of Microsoft's time-outs together; a disk or a name server may never answer. */
const CHECK_MS = 40_000;

async function inTime(looking: Promise<Outcome>): Promise<Outcome> {
  const over = new AbortController();
  const late = pause(CHECK_MS, cannotTell(`Nothing came back within ${CHECK_MS / 1000} seconds.`), {
    signal: over.signal,
  });
  late.catch(() => {});
  try {
    return await Promise.race([looking, late]);
  } finally {
    over.abort();
  }
}

/** Failed, or not looked at because of one that failed. */
function isBroken(before: Map<string, CheckResult>, id: string): boolean {
  const result = before.get(id);
  if (result?.status === 'failed') return true;
  return checks.find((check) => check.id === id)?.needs.some((needed) => isBroken(before, needed)) ?? false;
}

function titleOf(before: Map<string, CheckResult>, id: string): string {
  return before.get(id)?.title ?? id;
}

/** Tables, columns and functions that the first start (or the next one, after an update) makes. */
const NOT_MADE_YET = new Set(['42P01', '42703', '42883']);

/** A check that falls over tells nothing about what it looked at. */
function brokeOff(error: unknown): Outcome {
  if (error instanceof Error && 'code' in error && NOT_MADE_YET.has(String(error.code)))
    return notTested(
      'MEGDocs has not been started with this database yet. Its next start makes what is looked at here.',
    );
  const name = error instanceof Error ? error.name : 'unknown';
  return error instanceof Error && /closed|destroyed/i.test(error.message)
    ? notTested('The server is shutting down.')
    : cannotTell(`This check itself broke off (${name}). Try again; if it stays, report it with the log.`);
}
