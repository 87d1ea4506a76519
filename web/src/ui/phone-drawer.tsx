import { Button, DrawerBody, OverlayDrawer } from '@fluentui/react-components';
import { Dismiss20Regular } from '@fluentui/react-icons';
import { pages } from '@megdocs/contract';
import { useEffect, useRef } from 'react';
import { Link, useLocation } from 'react-router';
import { useFocusGivenBack } from './focus-given-back.ts';
import { useSlots } from './frame-slots.ts';
import { Logo } from './logo.tsx';
import { useMe } from './me.ts';
import { useModalKeeper } from './modals.tsx';
import styles from './rail.module.css';
import { RailEntries } from './rail.tsx';
import { signOut } from './sign-out.ts';

const account = [
  { label: 'Profile', to: pages.profile },
  { label: 'Microsoft', to: pages.microsoft },
  { label: 'Sessions', to: pages.mySessions },
];

/** All ways from here, for a phone: the rail with its folders, and the account. */
export default function PhoneDrawer() {
  const me = useMe();
  const { setDrawerOpen, setFolders } = useSlots();
  const close = () => setDrawerOpen(false);
  useModalKeeper();
  useFocusGivenBack();
  useCloseOnGoing(close);
  return (
    <OverlayDrawer open onOpenChange={(_, data) => !data.open && close()} aria-label="Menu and folders">
      <DrawerBody className={styles.drawer}>
        <div className={styles.institution}>
          <Logo size={20} />
          <span>{me.institution.name}</span>
          <Button appearance="subtle" icon={<Dismiss20Regular />} aria-label="Close the menu" onClick={close} />
        </div>
        <RailEntries onGo={close} />
        <div ref={setFolders} className={styles.folders} />
        <nav aria-label="Account">
          <h2 className={styles.section}>Account</h2>
          <ul className={styles.entries}>
            {account.map(({ label, to }) => (
              <li key={to}>
                <Link to={to} className={styles.entry} onClick={close}>
                  {label}
                </Link>
              </li>
            ))}
            <li>
              <button type="button" className={styles.entry} onClick={() => void signOut()}>
                Sign out
              </button>
            </li>
          </ul>
        </nav>
      </DrawerBody>
    </OverlayDrawer>
  );
}

/** A chosen folder is another address of the same page, so its link can't close the drawer by itself. */
function useCloseOnGoing(close: () => void): void {
  const { key } = useLocation();
  const first = useRef(key);
  useEffect(() => {
    if (first.current !== key) close();
  });
}
