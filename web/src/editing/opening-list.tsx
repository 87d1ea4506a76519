import { Spinner } from '@fluentui/react-components';
import { Circle16Regular } from '@fluentui/react-icons';
import { useState } from 'react';
import { Signal } from '../ui/status.tsx';
import { useNow } from '../ui/time.tsx';
import styles from './open.module.css';
import type { OpeningStep } from './opening-steps.ts';

/** The chain of steps, with the seconds of the one that runs. */
export function OpeningSteps({ steps }: { steps: readonly OpeningStep[] }) {
  return (
    <ol className={styles.steps}>
      {steps.map((step, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a step keeps its place, its words change
        <li key={index} className={`${styles.step} ${styles[step.state] ?? ''}`}>
          <Glyph state={step.state} />
          <span>{step.text}</span>
          {step.state === 'running' ? <Seconds key={step.text} /> : null}
        </li>
      ))}
    </ol>
  );
}

function Glyph({ state }: { state: OpeningStep['state'] }) {
  const words = { done: 'Done: ', running: '', 'to-do': 'To do: ' };
  return (
    <span className={styles.glyph}>
      {state === 'done' ? <Signal kind="ok" /> : null}
      {state === 'running' ? <Spinner size="extra-tiny" aria-label="Going on" /> : null}
      {state === 'to-do' ? <Circle16Regular aria-hidden /> : null}
      <span className="out-of-sight">{words[state]}</span>
    </span>
  );
}

function Seconds() {
  const [since] = useState(() => Date.now());
  const seconds = Math.floor((useNow().getTime() - since) / 1000);
  return seconds > 0 ? <span className={styles.seconds}>{seconds}&nbsp;s</span> : null;
}
