import { Button } from '@fluentui/react-components';
import { ArrowLeft20Regular, Dismiss20Regular, Navigation20Regular, Search20Regular } from '@fluentui/react-icons';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useSlots } from './frame-slots.ts';
import { NotificationBell } from './notification-bell.tsx';
import { PersonMenu } from './person-menu.tsx';
import { SearchBox } from './search-box.tsx';
import styles from './top-bar.module.css';

export function TopBar({ phone }: { phone: boolean }) {
  return phone ? <PhoneTop /> : <DeskTop />;
}

function DeskTop() {
  const { setBreadcrumb } = useSlots();
  return (
    <header className={styles.bar}>
      <div ref={setBreadcrumb} className={styles.breadcrumb} />
      <SearchBox />
      <NotificationBell />
      <PersonMenu withChevron />
    </header>
  );
}

function PhoneTop() {
  const { phoneHead, setDrawerOpen, drawerOpen } = useSlots();
  const [searching, setSearching] = useState(false);
  const navigate = useNavigate();
  const { back } = phoneHead;
  if (searching)
    return (
      <header className={styles.bar}>
        <SearchBox focusAtOnce onDone={() => setSearching(false)} />
        <Button
          appearance="subtle"
          size="large"
          icon={<Dismiss20Regular />}
          aria-label="Close the search"
          onClick={() => setSearching(false)}
        />
      </header>
    );
  return (
    <header className={styles.bar}>
      {back ? (
        <Button
          appearance="subtle"
          size="large"
          icon={<ArrowLeft20Regular />}
          aria-label="Back"
          onClick={() => void navigate(back)}
        />
      ) : (
        <Button
          appearance="subtle"
          size="large"
          icon={<Navigation20Regular />}
          aria-label="Menu and folders"
          aria-expanded={drawerOpen}
          onClick={() => setDrawerOpen(true)}
        />
      )}
      <span className={styles.shortTitle} aria-hidden="true">
        {phoneHead.title}
      </span>
      <Button
        appearance="subtle"
        size="large"
        icon={<Search20Regular />}
        aria-label="Search"
        onClick={() => setSearching(true)}
      />
      <NotificationBell />
      <PersonMenu />
    </header>
  );
}
