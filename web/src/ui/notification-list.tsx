import { Button } from '@fluentui/react-components';
import { type Notification, routes } from '@megdocs/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from 'react-router';
import { send } from './api.ts';
import { FailureBox } from './failure.tsx';
import { localPath } from './local-path.ts';
import styles from './notifications.module.css';
import { notificationsQuery } from './notifications.ts';
import { Ago } from './time.tsx';

export function NotificationList({ onClose }: { onClose: () => void }) {
  const query = useQuery(notificationsQuery);
  const queries = useQueryClient();
  const markRead = useMutation({
    mutationFn: () => send('POST', routes.myNotifications, {}),
    onSuccess: () => queries.invalidateQueries({ queryKey: notificationsQuery.queryKey }),
  });
  const list = query.data?.notifications ?? [];
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable without a mouse
    <div className={styles.list} tabIndex={0}>
      <div className={styles.head}>
        <h2>Notifications</h2>
        {(query.data?.unread ?? 0) > 0 && (
          <Button size="small" appearance="subtle" onClick={() => markRead.mutate()}>
            Mark all as read
          </Button>
        )}
      </div>
      {query.error && <FailureBox error={query.error} onRetry={() => void query.refetch()} />}
      {markRead.error && <FailureBox error={markRead.error} />}
      {query.data && list.length === 0 && (
        <p className={styles.none}>What others do with your documents, and what waits for you, is told here.</p>
      )}
      <ul>
        {list.map((item) => (
          <li key={item.id} className={item.read ? undefined : styles.unread}>
            <Text item={item} onClose={onClose} />
            <span className={styles.when}>
              {!item.read && 'New · '}
              <Ago at={item.at} skipFocus />
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Text({ item, onClose }: { item: Notification; onClose: () => void }) {
  const to = localPath(item.link);
  if (!to) return <span>{item.text}</span>;
  return (
    <Link to={to} onClick={onClose}>
      {item.text}
    </Link>
  );
}
