import { ProgressBar, Spinner } from '@fluentui/react-components';
import { Info20Regular } from '@fluentui/react-icons';
import type { EditSession } from '@megdocs/contract';
import { namesInWords, smallNumber } from '../documents/words.ts';
import { Signal } from '../ui/status.tsx';
import { Ago, Since } from '../ui/time.tsx';
import styles from './check-in.module.css';
import { QUIET_SECONDS } from './settling-words.ts';
import type { CheckInDesk } from './use-check-in.ts';

/** Line 1 of the check-in, live: is everything here that was saved in Microsoft 365? */
export function SettlingBox({ desk, session }: { desk: CheckInDesk; session: EditSession }) {
  const { line, settling } = desk;
  const other = settling?.settled && settling.changed ? settling.recentOther : null;
  return (
    <div className={styles.settling}>
      <div className={styles.row}>
        <span className={styles.glyph}>
          {line.icon === 'waiting' ? <Spinner size="tiny" aria-label={line.title} /> : null}
          {line.icon === 'here' ? <Signal kind="ok" /> : null}
          {line.icon === 'unchanged' ? <Info20Regular aria-hidden /> : null}
          {line.icon === 'unreachable' ? <Signal kind="wait" /> : null}
        </span>
        <div>
          <div className={styles.title}>{line.title}</div>
          <div className={styles.quiet}>
            <Detail desk={desk} session={session} />
          </div>
        </div>
      </div>
      {other ? (
        <div className={`${styles.row} ${styles.divided}`}>
          <span className={styles.glyph}>
            <Signal kind="wait" />
          </span>
          <div>
            <div>
              <strong className={styles.title}>
                {namesInWords([other.name])} saved <Ago at={other.at} skipFocus />
              </strong>{' '}
              and may still have it open.
            </div>
            <div className={styles.quiet}>
              What is saved after the check-in is not lost: it becomes a draft of its own.
            </div>
          </div>
        </div>
      ) : null}
      {line.progress === null ? null : (
        <ProgressBar
          className={styles.bar}
          thickness="medium"
          value={line.progress}
          aria-label="Quiet seconds in Microsoft 365"
        />
      )}
    </div>
  );
}

function Detail({ desk, session }: { desk: CheckInDesk; session: EditSession }) {
  const { line, settling } = desk;
  if (!settling) return 'This takes a second or two.';
  if (settling.unreachable) {
    return `${settling.unreachable} Nothing is lost${settling.mayCheckInAnyway ? ': you may check in what was fetched last' : ''}.`;
  }
  const saved = settling.lastSavedAt ? <Ago at={settling.lastSavedAt} skipFocus /> : null;
  const by = settling.lastSavedBy ? ` by ${namesInWords([settling.lastSavedBy])}` : '';
  if (line.icon === 'unchanged')
    return 'There is nothing to check in. You can close it without a version, or go on editing.';
  if (line.icon === 'here') {
    const people = desk.proposal?.editors.length ?? session.editors.length;
    return (
      <>
        Saved {saved ?? 'a while ago'}
        {by}. {people > 1 ? `${smallNumber(people)} people` : 'One person'} worked on it since{' '}
        <Since at={session.startedAt} skipFocus />.
      </>
    );
  }
  if (desk.ordered) return 'Your check-in is kept and goes through as soon as Microsoft has settled.';
  if (settling.mayCheckInAnyway) return 'It has taken two minutes. You may check in what is here, or go on waiting.';
  return (
    <>
      {saved ? <>Last change {saved}</> : 'No change seen yet'}
      {by}. We go on after {QUIET_SECONDS} quiet seconds.
    </>
  );
}
