import { Busy } from '../ui/busy.tsx';
import { Empty } from '../ui/empty.tsx';
import { FailureBox } from '../ui/failure.tsx';
import { Ago } from '../ui/time.tsx';
import styles from './activity.module.css';
import { useActivity } from './queries.ts';

/** What happened to this document, newest first. */
export function ActivityTab({ documentId }: { documentId: string }) {
  const query = useActivity(documentId);
  if (query.error) return <FailureBox error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Busy sentence="Fetching the activity…" />;
  if (query.data.entries.length === 0) return <Empty sentence="Every change, check-in and approval will stand here." />;
  return (
    <ol className={styles.list}>
      {query.data.entries.map((entry) => (
        <li key={`${entry.at} ${entry.kind} ${entry.text}`} className={styles.entry}>
          <span className={styles.when}>
            <Ago at={entry.at} />
          </span>
          <span>
            {entry.who ? <strong className={styles.who}>{entry.who} </strong> : null}
            {entry.who ? entry.text : `${entry.text.charAt(0).toUpperCase()}${entry.text.slice(1)}`}
          </span>
        </li>
      ))}
    </ol>
  );
}
