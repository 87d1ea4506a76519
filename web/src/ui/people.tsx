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

interface InitialsProps {
  name: string;
  strong?: boolean;
  /** Where they are all that is seen of a button: who speaks to the computer says what they see. */
  said?: boolean;
}

/** The initials alone; the name must be said beside it. */
export function Initials({ name, strong, said }: InitialsProps) {
  return (
    <span className={strong ? `${styles.initials} ${styles.strong}` : styles.initials} aria-hidden={!said}>
      {initials(name)}
    </span>
  );
}
