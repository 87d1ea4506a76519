import { Button, CounterBadge, Popover, PopoverSurface, PopoverTrigger } from '@fluentui/react-components';
import { Alert20Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { Busy } from './busy.tsx';
import styles from './notifications.module.css';
import { notificationsQuery } from './notifications.ts';

const NotificationList = lazy(() => import('./notification-list.tsx'));

export function NotificationBell() {
  const [open, setOpen] = useState(false);
  const unread = useQuery(notificationsQuery).data?.unread ?? 0;
  const name = unread === 0 ? 'Notifications' : `Notifications, ${unread} unread`;
  return (
    <Popover open={open} onOpenChange={(_, data) => setOpen(data.open)} positioning="below-end" trapFocus>
      <PopoverTrigger disableButtonEnhancement>
        <span className={styles.bell}>
          <Button appearance="subtle" icon={<Alert20Regular />} aria-label={name} onClick={() => setOpen(!open)} />
          {unread > 0 && (
            <span className={styles.count} aria-hidden="true">
              <CounterBadge count={unread} size="small" color="danger" />
            </span>
          )}
        </span>
      </PopoverTrigger>
      <PopoverSurface className={styles.surface} aria-label="Notifications">
        <Suspense fallback={<Busy sentence="Loading notifications" />}>
          <NotificationList onClose={() => setOpen(false)} />
        </Suspense>
      </PopoverSurface>
    </Popover>
  );
}
