import { Button } from '@fluentui/react-components';
import { Alert20Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import styles from './notifications.module.css';
import { notificationsQuery } from './notifications.ts';

const loadPopup = () => import('./notification-popup.tsx');
const NotificationPopup = lazy(loadPopup);

/** The bell; the number of unread ones is also in its name. What it opens is loaded when it is about to open. */
export function NotificationBell() {
  const [wanted, setWanted] = useState(false);
  const unread = useQuery(notificationsQuery).data?.unread ?? 0;
  const bell = (
    <Button
      appearance="subtle"
      icon={<Alert20Regular />}
      aria-label={unread === 0 ? 'Notifications' : `Notifications, ${unread} unread`}
      aria-haspopup="dialog"
      onPointerEnter={() => void loadPopup()}
      onFocus={() => void loadPopup()}
      onClick={() => setWanted(true)}
    />
  );
  return (
    <span className={styles.bell}>
      {wanted ? (
        <Suspense fallback={bell}>
          <NotificationPopup bell={bell} />
        </Suspense>
      ) : (
        bell
      )}
      {unread > 0 && (
        <span className={styles.count} aria-hidden="true">
          {unread > 99 ? '99+' : unread}
        </span>
      )}
    </span>
  );
}
