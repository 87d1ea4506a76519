import type { BeingEdited } from '@megdocs/contract';
import { LiveDot } from '../ui/status.tsx';
import { Since } from '../ui/time.tsx';
import styles from './register.module.css';
import { firstOfNames } from './words.ts';

/** The quiet second line of a row: who edits it now. */
export function EditingMark({ beingEdited, short }: { beingEdited: BeingEdited; short?: boolean }) {
  const decision = beingEdited.state === 'needs-a-decision';
  return (
    <span className={styles.mark}>
      <LiveDot live={!decision} />
      <span className={styles.markWords}>
        {decision ? 'Needs a decision: edited' : `Being edited in ${beingEdited.app}`} by{' '}
        {firstOfNames(beingEdited.by.map((person) => person.name))}
        {short ? null : (
          <>
            {' '}
            since <Since at={beingEdited.since} skipFocus />
          </>
        )}
      </span>
    </span>
  );
}
