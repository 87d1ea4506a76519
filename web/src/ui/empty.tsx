import type { ReactNode } from 'react';
import styles from './empty.module.css';

/** One sentence about what belongs here, one button. */
export function Empty({ sentence, children }: { sentence: ReactNode; children?: ReactNode }) {
  return (
    <div className={styles.empty}>
      <p>{sentence}</p>
      {children}
    </div>
  );
}
