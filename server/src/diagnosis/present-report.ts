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
  /** All failures in the order in which to mend them; those that follow from others come last. */
  toDo: { check: string; code: string; what: string; remedy: string; followsFrom: string | null }[];
}

export function presentReport(results: CheckResult[]): Report {
  const failures = results.flatMap(({ check, findings }) =>
    findings.filter(({ severity }) => severity === 'failure').map((finding) => ({ check, ...finding })),
  );
  const causes = failures.filter(({ followsFrom }) => followsFrom === null);
  const consequences = failures.filter(({ followsFrom }) => followsFrom !== null);
  return {
    ok: failures.length === 0,
    checks: results,
    toDo: [...causes, ...consequences].map(({ check, code, what, remedy, followsFrom }) => ({
      check,
      code,
      what,
      remedy,
      followsFrom,
    })),
  };
}

/** The end of the text: what to do, first things first. */
export function presentToDo({ toDo }: Report): string {
  const [first, ...others] = toDo;
  if (!first) return 'Nothing is broken.';
  const rest = others.length === 0 ? '' : ` Then run this again: ${others.length} more may follow from it, or remain.`;
  return `Begin here: ${first.remedy}${rest}`;
}

function indent(text: string): string {
  return `           ${text}`;
}
