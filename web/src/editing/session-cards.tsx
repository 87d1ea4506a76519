import { type EditSession, fill, pages } from '@megdocs/contract';
import { Link } from 'react-router';
import { Since } from '../ui/time.tsx';
import { Connection, Tick, Unchecked, Who } from './session-table.tsx';
import styles from './sessions.module.css';

/** A phone: the same facts, three lines a session. */
export function SessionCards({
  sessions,
  onDecide,
  chosen,
  onChoose,
}: {
  sessions: readonly EditSession[];
  onDecide: (session: EditSession) => void;
  chosen: ReadonlySet<string>;
  onChoose: (ids: readonly string[], chosen: boolean) => void;
}) {
  return (
    <ul className={styles.cards} aria-label="Open edit sessions">
      {sessions.map((session) => (
        <li key={session.id} className={styles.card}>
          <div className={styles.cardLine}>
            <span className={styles.who}>
              <Tick session={session} chosen={chosen} onChoose={onChoose} />
              <span className={styles.number}>{session.document.number}</span>
            </span>
            <Connection session={session} />
          </div>
          <Link to={fill(pages.document, { id: session.document.id })} className={styles.title}>
            {session.document.title}
          </Link>
          <div className={styles.cardLine}>
            <Who session={session} />
            <Unchecked session={session} onDecide={onDecide} />
          </div>
          <div className={styles.quiet}>
            since <Since at={session.startedAt} />
          </div>
        </li>
      ))}
    </ul>
  );
}
