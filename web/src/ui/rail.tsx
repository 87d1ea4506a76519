import type { ReactNode } from 'react';
import { Link, useLocation } from 'react-router';
import { entriesFor, isWithin } from './entries.tsx';
import { useSlots } from './frame-slots.ts';
import { Logo } from './logo.tsx';
import { useMe } from './me.ts';
import styles from './rail.module.css';
import { useWorkCounts } from './work-counts.ts';

/** The left side: institution, main entries, and the place for the folder tree. */
export function Rail() {
  const me = useMe();
  const { setFolders } = useSlots();
  return (
    <div className={styles.rail}>
      <RailEntries>
        <div className={styles.institution}>
          <Logo size={20} />
          <span>{me.institution.name}</span>
        </div>
      </RailEntries>
      <div ref={setFolders} className={styles.folders} />
    </div>
  );
}

export function RailEntries({ onGo, children }: { onGo?: () => void; children?: ReactNode }) {
  const me = useMe();
  const { pathname } = useLocation();
  const countOf = useWorkCounts();
  return (
    <nav aria-label="Main">
      {children}
      <ul className={styles.entries}>
        {entriesFor(me).map((entry) => {
          const here = isWithin(entry, pathname);
          const waits = countOf(entry.to);
          return (
            <li key={entry.to}>
              <Link
                to={entry.to}
                className={here ? `${styles.entry} ${styles.here}` : styles.entry}
                aria-current={here ? 'page' : undefined}
                onClick={onGo}
              >
                {here ? entry.iconHere : entry.icon}
                {entry.label}
                {waits ? (
                  <span className={styles.count} title={waits.words}>
                    {waits.count}
                  </span>
                ) : null}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
