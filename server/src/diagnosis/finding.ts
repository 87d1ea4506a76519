import type { CheckResult, Finding } from '@megdocs/contract';
import type { Scene } from './scene.ts';

/** In the order of the causes: what stands above explains what stands below, never the other way round. */
export const CHECK_IDS = [
  'environment',
  'database',
  'token-keys',
  'files',
  'start',
  'jobs',
  'network',
  'clock',
  'tenant',
  'credential',
  'registration',
  'redirect-uri',
  'refusals',
  'connection',
  'drive',
  'mail',
] as const;
type CheckId = (typeof CHECK_IDS)[number];

export type NewFinding = Omit<Finding, 'followsFrom'>;

/** What a check found out. Findings decide over the status; without any, it says itself how much it knows. */
export interface Outcome {
  status: 'ok' | 'cannot-tell' | 'not-tested';
  said: string;
  findings: NewFinding[];
}

/** One thing that can be looked at, in a file of its own. */
export interface Check {
  id: CheckId;
  title: string;
  /** Where one of these failed there is nothing to look at. */
  needs: CheckId[];
  /** Where one of these failed, what is found here is likely to follow from it. */
  explainedBy: CheckId[];
  run(scene: Scene): Promise<Outcome>;
}

export const ok = (said: string): Outcome => ({ status: 'ok', said, findings: [] });
export const cannotTell = (said: string): Outcome => ({ status: 'cannot-tell', said, findings: [] });
export const notTested = (said: string): Outcome => ({ status: 'not-tested', said, findings: [] });
export const found = (findings: NewFinding[], said = findings[0]?.what ?? ''): Outcome => ({
  status: 'ok',
  said,
  findings,
});

export const failure = (code: string, what: string, why: string, remedy: string): NewFinding => ({
  code,
  severity: 'failure',
  what,
  why,
  remedy,
});
export const warning = (code: string, what: string, why: string, remedy: string): NewFinding => ({
  ...failure(code, what, why, remedy),
  severity: 'warning',
});

export function statusOf({ status, findings }: Outcome): CheckResult['status'] {
  if (findings.some(({ severity }) => severity === 'failure')) return 'failed';
  return findings.length > 0 ? 'warning' : status;
}
