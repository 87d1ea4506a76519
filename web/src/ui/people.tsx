import { initials } from './initials.ts';
import styles from './people.module.css';

/** Initials and name, as in lists of people. */
export function PersonName({ name }: { name: string }) {
  return (
    <span className={styles.person}>
      <Initials name={name} />
      <span className={styles.name}>{name}</span>
    </span>
  );
}

/** The initials alone; the name must be said beside it. */
export function Initials({ name, strong }: { name: string; strong?: boolean }) {
  return (
    <span className={strong ? `${styles.initials} ${styles.strong}` : styles.initials} aria-hidden="true">
      {initials(name)}
    </span>
  );
}
