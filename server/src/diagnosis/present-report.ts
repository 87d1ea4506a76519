import type { CheckResult } from '@megdocs/contract';

const MARKS: Record<CheckResult['status'], string> = {
  ok: 'ok         ',
  failed: 'FAILED     ',
  warning: 'warning    ',
  'cannot-tell': "can't tell ",
  'not-tested': 'not tested ',
};

/** One check as lines for a terminal: the finding, why it matters, what to do. */
export function presentResult(result: CheckResult): string {
  const lines = [`${MARKS[result.status]}${result.title}`];
  if (result.findings.length === 0) lines.push(indent(result.said));
  for (const { what, why, remedy, code, followsFrom } of result.findings) {
    lines.push(indent(`${what} [${code}]`));
    lines.push(indent(why));
    lines.push(indent(`→ ${remedy}`));
    if (followsFrom) lines.push(indent(`(This may follow from “${followsFrom}” above: mend that first.)`));
  }
  return lines.join('\n');
}

export interface Report {
  ok: boolean;
  checks: CheckResult[];
  /** What to mend, in that order: failures, then those that follow from others, then warnings. */
  toDo: { check: string; code: string; what: string; remedy: string; followsFrom: string | null }[];
}

export function presentReport(results: CheckResult[]): Report {
  const all = results.flatMap(({ check, findings }) => findings.map((finding) => ({ check, ...finding })));
  const failures = all.filter(({ severity }) => severity === 'failure');
  const warnings = all.filter(({ severity }) => severity === 'warning');
  const causes = failures.filter(({ followsFrom }) => followsFrom === null);
  const consequences = failures.filter(({ followsFrom }) => followsFrom !== null);
  return {
    ok: failures.length === 0,
    checks: results,
    toDo: [...causes, ...consequences, ...warnings].map(({ check, code, what, remedy, followsFrom }) => ({
      check,
      code,
      what,
      remedy,
      followsFrom,
    })),
  };
}

/** The end of the text: what to do, first things first. */
export function presentToDo({ ok, toDo }: Report): string {
  const [first, ...others] = toDo;
  if (!first) return 'Nothing is broken.';
  if (ok) return `Nothing is broken. Worth a look: ${first.remedy}`;
  const rest = others.length === 0 ? '' : ` Then run this again: ${others.length} more may follow from it, or remain.`;
  return `Begin here: ${first.remedy}${rest}`;
}

function indent(text: string): string {
  return `           ${text}`;
}
