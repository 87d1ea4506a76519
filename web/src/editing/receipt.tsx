import { Button, Spinner, Tooltip } from '@fluentui/react-components';
import { Clock16Regular, Dismiss16Regular } from '@fluentui/react-icons';

import { type EditSession, fill, pages, type ReceiptStep } from '@megdocs/contract';
import type { RefObject } from 'react';
import { Link } from 'react-router';
import { Signal } from '../ui/status.tsx';
import { useNow } from '../ui/time.tsx';
import { exactWords } from '../ui/time-words.ts';
import styles from './receipt.module.css';
import { asksToLook, detailInWords, endInWords, isToCome, leftInWords, stepTimeInWords } from './receipt-words.ts';
import { RetryButton } from './retry-button.tsx';
import { mayBeHelped } from './session-words.ts';

interface Props {
  session: EditSession;
  /** Takes the focus after a check-in. */
  head: RefObject<HTMLHeadingElement | null>;
  onHide: () => void;
  onChanged: () => void;
}

/** What became of a check-in or discard, step by step, in the place where the band was. */
export function Receipt({ session, head, onHide, onChanged }: Props) {
  // Only one petrol button a page: the first late save holds it.
  const first = session.receipt.find(asksToLook);
  return (
    <section className={styles.receipt} aria-label="Receipt">
      <div className={styles.head}>
        <h2 ref={head} tabIndex={-1} className={styles.title}>
          {endInWords(session)}
        </h2>
        {mayBeHelped(session) ? <RetryButton sessionId={session.id} onDone={onChanged} /> : null}
        <Tooltip content="Hide; it stays under Activity" relationship="label">
          <Button size="small" appearance="subtle" icon={<Dismiss16Regular />} onClick={onHide} />
        </Tooltip>
      </div>
      <ol className={styles.steps}>
        {session.receipt.map((step) => (
          <Step key={`${step.kind}${step.followUpDraftId ?? ''}${step.title}`} step={step} primary={step === first} />
        ))}
      </ol>
    </section>
  );
}

function Step({ step, primary }: { step: ReceiptStep; primary: boolean }) {
  const now = useNow();
  const detail = detailInWords(step, now);
  const at = step.at ? new Date(step.at) : null;
  // Where the sentence says the time, only what is left stands beside it.
  const left = at && detail !== step.detail ? leftInWords(at, now) : null;
  return (
    <li className={styles.step}>
      <StepGlyph state={step.state} />
      <span className={step.state === 'waiting' && !step.at ? styles.ahead : undefined}>
        <strong>{step.title}</strong> <span className={styles.detail}>{detail}</span>
      </span>
      {step.followUpDraftId && asksToLook(step) ? (
        <Link
          to={fill(pages.followUpDraft, { id: step.followUpDraftId })}
          className={primary ? styles.primaryLink : styles.link}
        >
          Look at it
        </Link>
      ) : null}
      {step.at && at ? (
        <time dateTime={step.at} title={exactWords(at)} className={styles.time}>
          {left ?? stepTimeInWords(at, now, !isToCome(step.state))}
        </time>
      ) : null}
    </li>
  );
}

/** Glyph and, for those who can't see it, the word. */
function StepGlyph({ state }: { state: ReceiptStep['state'] }) {
  const words = { done: 'Done', running: 'Going on', waiting: 'To come', attention: 'Waits for you', failed: 'Failed' };
  const glyph = {
    done: <Signal kind="ok" />,
    running: <Spinner size="extra-tiny" aria-label={words.running} />,
    waiting: <Clock16Regular aria-hidden />,
    attention: <Signal kind="wait" />,
    failed: <Signal kind="bad" />,
  };
  return (
    <span className={styles.glyph}>
      {glyph[state]}
      {state === 'running' ? null : <span className="out-of-sight">{words[state]}: </span>}
    </span>
  );
}
