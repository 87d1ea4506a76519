import { z } from 'zod';

/** One thing that is wrong, or will be. */
export const finding = z.object({
  code: z.string().describe('Stable; the words are not'),
  severity: z.enum(['failure', 'warning']),
  what: z.string(),
  why: z.string().describe('What does not work because of it'),
  remedy: z.string(),
  followsFrom: z.string().nullable().describe('The check whose failure explains this one: mend that first'),
});
export type Finding = z.infer<typeof finding>;

/** What one check has come to. `cannot-tell` and `not-tested` are never meant as good news. */
export const checkResult = z.object({
  check: z.string(),
  title: z.string(),
  status: z.enum(['ok', 'failed', 'warning', 'cannot-tell', 'not-tested']),
  said: z.string(),
  findings: z.array(finding),
});
export type CheckResult = z.infer<typeof checkResult>;

/** The self-test's checks in their order; their results follow, one JSON text a line, as they come. */
export const selfTestChecks = z.object({ checks: z.array(z.object({ check: z.string(), title: z.string() })) });
export type SelfTestChecks = z.infer<typeof selfTestChecks>;
