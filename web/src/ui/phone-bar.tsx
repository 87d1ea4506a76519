import { MoreHorizontal20Regular } from '@fluentui/react-icons';
import { lazy, Suspense } from 'react';
import { Link, useLocation } from 'react-router';
import { entriesFor, isWithin } from './entries.tsx';
import { useSlots } from './frame-slots.ts';
import { useMe } from './me.ts';
import styles from './phone-bar.module.css';

const PhoneDrawer = lazy(() => import('./phone-drawer.tsx'));

/** The bar at the foot of a phone; everything else is in the drawer behind "More". */
export function PhoneBar() {
  const me = useMe();
  const { pathname } = useLocation();
  const { drawerOpen, setDrawerOpen } = useSlots();
  const entries = entriesFor(me).filter((entry) => entry.label !== 'Administration');
  return (
    <>
      <nav aria-label="Main" className={styles.bar}>
        {entries.map((entry) => {
          const here = isWithin(entry, pathname);
          return (
            <Link
              key={entry.to}
              to={entry.to}
              className={here ? `${styles.entry} ${styles.here}` : styles.entry}
              aria-current={here ? 'page' : undefined}
            >
              {here ? entry.iconHere : entry.icon}
              {entry.label}
            </Link>
          );
        })}
        <button type="button" className={styles.entry} aria-expanded={drawerOpen} onClick={() => setDrawerOpen(true)}>
          <MoreHorizontal20Regular aria-hidden="true" />
          More
        </button>
      </nav>
      {drawerOpen && (
        <Suspense>
          <PhoneDrawer />
        </Suspense>
      )}
    </>
  );
}
