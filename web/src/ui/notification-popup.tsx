import type { ButtonProps } from '@fluentui/react-components';
import { Popover, PopoverSurface, PopoverTrigger } from '@fluentui/react-components';
import { cloneElement, type ReactElement, type RefAttributes, useEffect, useRef, useState } from 'react';
import { NotificationList } from './notification-list.tsx';
import styles from './notifications.module.css';

type BellProps = ButtonProps & RefAttributes<HTMLButtonElement>;

/** The bell with its list, which opens by itself: whoever loads it has just asked for it. */
export default function NotificationPopup({ bell }: { bell: ReactElement<BellProps> }) {
  const [open, setOpen] = useState(false);
  const trigger = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    // This bell took the place of the one that was pressed; only what had the focus gets it back on closing.
    trigger.current?.focus();
    setOpen(true);
  }, []);
  return (
    <Popover open={open} onOpenChange={(_, data) => setOpen(data.open)} positioning="below-end" trapFocus>
      <PopoverTrigger disableButtonEnhancement>
        {cloneElement(bell, { ref: trigger, onClick: undefined })}
      </PopoverTrigger>
      <PopoverSurface className={styles.surface} aria-label="Notifications">
        <NotificationList onClose={() => setOpen(false)} />
      </PopoverSurface>
    </Popover>
  );
}
