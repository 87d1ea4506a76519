import { Popover, PopoverSurface, PopoverTrigger } from '@fluentui/react-components';
import { type ReactElement, useState } from 'react';
import { NotificationList } from './notification-list.tsx';
import styles from './notifications.module.css';

/** The bell with its list, open from the start: whoever loads it has just asked for it. */
export default function NotificationPopup({ bell }: { bell: ReactElement }) {
  const [open, setOpen] = useState(true);
  return (
    <Popover open={open} onOpenChange={(_, data) => setOpen(data.open)} positioning="below-end" trapFocus>
      <PopoverTrigger disableButtonEnhancement>{bell}</PopoverTrigger>
      <PopoverSurface className={styles.surface} aria-label="Notifications">
        <NotificationList onClose={() => setOpen(false)} />
      </PopoverSurface>
    </Popover>
  );
}
