import { Button } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { ApiFailure } from './api.ts';
import styles from './failure.module.css';
import { Signal } from './status.tsx';

interface FailureBoxProps {
  error: unknown;
  /** Offered as "Try again". */
  onRetry?: () => void;
  /** Only for a failed check-in or sign-in; otherwise a screen reader is not interrupted. */
  assertive?: boolean;
  /** Buttons of the page's own. */
  children?: ReactNode;
}

/** What went wrong, the way out, the reference: in the place where it happened. */
export function FailureBox({ error, onRetry, assertive, children }: FailureBoxProps) {
  const { message, remedy, reference } = wordsFor(error);
  const retry = isFinal(error) ? undefined : onRetry;
  return (
    <div className={styles.box} role={assertive ? 'alert' : 'status'}>
      <Signal kind="bad" />
      <div className={styles.words}>
        <p className={styles.what}>{message}</p>
        {remedy && <p>{remedy}</p>}
        {reference && (
          <p className={styles.reference}>
            Reference <span className="mono">{reference}</span>
          </p>
        )}
        {(retry || children) && (
          <div className={styles.ways}>
            {retry && (
              <Button size="small" onClick={retry}>
                Try again
              </Button>
            )}
            {children}
          </div>
        )}
      </div>
    </div>
  );
}

/** What one may not do or see stays so, however often one asks. */
const isFinal = (error: unknown): boolean => error instanceof ApiFailure && [403, 404, 410].includes(error.status);

interface FailureWords {
  message: string;
  remedy?: string | undefined;
  reference?: string;
}

/** Browsers have no code for it: Chromium, Firefox, Safari, and Vite for styles, each say it their own way. */
const isMissingScript = (error: unknown): boolean =>
  error instanceof Error &&
  /dynamically imported module|importing a module script|unable to preload/i.test(error.message);

/** The words of a failure, for places that have a shape of their own (an upload's row, a field). */
export function wordsFor(error: unknown): FailureWords {
  if (error instanceof ApiFailure) return error;
  if (isMissingScript(error))
    return {
      message: 'A part of MEGDocs could not be loaded.',
      remedy: 'Check this computer’s network, then try again: MEGDocs may also have been updated just now.',
    };
  return { message: 'Something in this page went wrong.', remedy: 'Reload the page. What MEGDocs has stored is safe.' };
}
