import { Spinner } from '@fluentui/react-components';
import { useEffect, useState } from 'react';
import styles from './busy.module.css';

const NOTHING_FOR_MS = 700;

/** A wait of unknown length: nothing at first, then a spinner with a sentence that names what is awaited. */
export function Busy({ sentence }: { sentence: string }) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => setLate(true), NOTHING_FOR_MS);
    return () => window.clearTimeout(timer);
  }, []);
  return (
    <div className={styles.busy} aria-busy="true">
      {late && <Spinner size="tiny" label={sentence} aria-label={sentence} />}
    </div>
  );
}
