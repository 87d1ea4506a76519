import { Button, ProgressBar } from '@fluentui/react-components';
import type { CheckResult, Finding } from '@megdocs/contract';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { announce } from '../ui/announce.tsx';
import { Busy } from '../ui/busy.tsx';
import { FailureBox } from '../ui/failure.tsx';
import { isAdmin, useMe } from '../ui/me.ts';
import { Settings } from '../ui/settings.tsx';
import { Signal, StatusGlyph } from '../ui/status.tsx';
import { AdminsOnly } from './admins-only.tsx';
import styles from './self-test.module.css';
import { runSelfTest, selfTestQuery } from './self-test.ts';

/** What `npm run doctor` finds, for those who do not sit at the machine: with a test file in their own OneDrive. */
export default function SelfTestPage() {
  const admin = isAdmin(useMe());
  const planned = useQuery({ ...selfTestQuery, enabled: admin });
  const test = useSelfTest();
  const checks = planned.data?.checks ?? [];
  return (
    <Settings
      area="administration"
      title="Self-test"
      lead="Looks at everything that MEGDocs needs, Microsoft 365 included, and says what to mend first. A small file is written to your own OneDrive, read and deleted at once."
      actions={
        admin && (
          <Button appearance="primary" onClick={test.run} disabledFocusable={test.running}>
            {test.results.length > 0 && !test.running ? 'Run it again' : 'Run the self-test'}
          </Button>
        )
      }
    >
      <AdminsOnly>
        {planned.isPending && <Busy sentence="Looking at what there is to test" />}
        {planned.error && <FailureBox error={planned.error} onRetry={() => void planned.refetch()} />}
        {test.error !== undefined && <FailureBox error={test.error} onRetry={test.run} />}
        {test.running && <Progress done={test.results.length} of={checks.length} />}
        {!test.running && test.results.length > 0 && <Verdict results={test.results} />}
        <ol className={styles.checks}>
          {checks.map(({ check, title }) => (
            <Line key={check} title={title} result={test.results.find((result) => result.check === check)} />
          ))}
        </ol>
      </AdminsOnly>
    </Settings>
  );
}

/** One run at a time; leaving the page ends it. */
function useSelfTest() {
  const [results, setResults] = useState<CheckResult[]>([]);
  const [running, setRunning] = useState(false);
  const [error, setError] = useState<unknown>();
  const current = useRef<AbortController>(undefined);
  useEffect(() => () => current.current?.abort(), []);
  const run = async () => {
    if (running) return;
    const abort = new AbortController();
    current.current = abort;
    setResults([]);
    setError(undefined);
    setRunning(true);
    try {
      const all: CheckResult[] = [];
      for await (const result of runSelfTest(abort.signal)) {
        all.push(result);
        setResults([...all]);
      }
      announce(verdictOf(all));
    } catch (cause) {
      if (!abort.signal.aborted) setError(cause);
    } finally {
      if (!abort.signal.aborted) setRunning(false);
    }
  };
  return { results, running, error, run: () => void run() };
}

function Progress({ done, of }: { done: number; of: number }) {
  return (
    <div className={styles.progress}>
      <ProgressBar value={of === 0 ? undefined : done / of} aria-label="Progress of the self-test" />
      <p>
        {done} of {of}
      </p>
    </div>
  );
}

const failuresOf = (results: CheckResult[]): Finding[] =>
  results.flatMap(({ findings }) => findings).filter(({ severity }) => severity === 'failure');

function verdictOf(results: CheckResult[]): string {
  const count = failuresOf(results).length;
  if (count > 0) return `Self-test ended: ${count === 1 ? 'one thing is' : `${count} things are`} to be mended.`;
  return 'Self-test ended: nothing is broken.';
}

/** What to begin with: a cause before what follows from it. */
function Verdict({ results }: { results: CheckResult[] }) {
  const failures = failuresOf(results);
  const first = failures.find(({ followsFrom }) => followsFrom === null) ?? failures[0];
  const untested = results.filter(({ status }) => status === 'not-tested' || status === 'cannot-tell').length;
  return (
    <div className={styles.verdict}>
      <Signal kind={first ? 'bad' : 'ok'} />
      <div>
        <p className={styles.what}>{first ? `Begin here: ${first.what}` : 'Nothing is broken.'}</p>
        {first && <p>{first.remedy}</p>}
        {first && failures.length > 1 && (
          <p>Then run it again: {failures.length - 1} more may follow from it, or remain.</p>
        )}
        {!first && untested > 0 && <p>{untested} of the checks could not be made; below it says why.</p>}
      </div>
    </div>
  );
}

const WORDS: Record<CheckResult['status'], string> = {
  ok: 'OK',
  failed: 'To be mended',
  warning: 'To be watched',
  'cannot-tell': 'Can’t tell',
  'not-tested': 'Not tested',
};

function Line({ title, result }: { title: string; result: CheckResult | undefined }) {
  return (
    <li className={styles.check}>
      <Mark status={result?.status} />
      <div>
        <p>
          <span className={styles.title}>{title}</span>{' '}
          <span className={styles.status}>{result ? WORDS[result.status] : ''}</span>
        </p>
        {result && result.findings.length === 0 && <p className={styles.said}>{result.said}</p>}
        {result?.findings.map((finding) => (
          <FindingText key={finding.code} finding={finding} />
        ))}
      </div>
    </li>
  );
}

function Mark({ status }: { status: CheckResult['status'] | undefined }) {
  if (status === 'ok') return <Signal kind="ok" />;
  if (status === 'failed') return <Signal kind="bad" />;
  if (status === 'warning') return <Signal kind="wait" />;
  return <StatusGlyph glyph={status ? 'bar' : 'dashed'} tone="plain" />;
}

function FindingText({ finding }: { finding: Finding }) {
  const { what, why, remedy, code, followsFrom } = finding;
  return (
    <div className={styles.finding}>
      <p className={styles.what}>{what}</p>
      <p className={styles.said}>{why}</p>
      <p>
        <span className={styles.title}>What to do:</span> {remedy}
      </p>
      <p className={styles.said}>
        {followsFrom && 'This may follow from what failed above: mend that first. '}
        Code <span className="mono">{code}</span>
      </p>
    </div>
  );
}
