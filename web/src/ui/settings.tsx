import { pages } from '@megdocs/contract';
import type { ReactNode } from 'react';
import { Link, useLocation } from 'react-router';
import { Frame, PageHead } from './frame.tsx';
import styles from './settings.module.css';

const areas = {
  account: {
    label: 'Account settings',
    entries: [
      { label: 'Profile', to: pages.profile },
      { label: 'Microsoft', to: pages.microsoft },
      { label: 'OneDrive log', to: pages.onedriveCalls },
      { label: 'Sessions', to: pages.mySessions },
    ],
  },
  administration: {
    label: 'Administration',
    entries: [
      { label: 'People', to: pages.administrationPeople },
      { label: 'Folders and rules', to: pages.administrationFolders },
      { label: 'Microsoft 365', to: pages.administrationMicrosoft },
      { label: 'Edits in OneDrive', to: pages.administrationOnedrive },
      { label: 'Self-test', to: pages.administrationSelfTest },
    ],
  },
};

interface SettingsProps {
  area: keyof typeof areas;
  title: string;
  lead?: ReactNode;
  actions?: ReactNode;
  /** Beside the text, 336 wide, below it where there is no room. */
  aside?: ReactNode;
  /** For tables: the whole width instead of 720. */
  wide?: boolean;
  children: ReactNode;
}

/** A page of Account settings or Administration: sub-navigation, then the text column. */
export function Settings({ area, title, lead, actions, aside, wide, children }: SettingsProps) {
  const { label, entries } = areas[area];
  const { pathname } = useLocation();
  const first = entries[0]?.to;
  return (
    <Frame
      title={title}
      breadcrumb={[first === pathname ? { label } : { label, to: first }, { label: title }]}
      back={area === 'account' ? pages.documents : undefined}
    >
      <div className={styles.columns}>
        <nav aria-label={label} className={area === 'account' ? styles.accountNav : styles.nav}>
          <ul>
            {entries.map((entry) => (
              <li key={entry.to}>
                <Link to={entry.to} className={styles.entry} aria-current={entry.to === pathname ? 'page' : undefined}>
                  {entry.label}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <div className={wide ? styles.wide : styles.text}>
          <PageHead title={title} actions={actions} />
          {lead && <p className={styles.lead}>{lead}</p>}
          {children}
        </div>
        {aside && <div className={styles.aside}>{aside}</div>}
      </div>
    </Frame>
  );
}

/** A part of a page under an h2. */
export function Section({ title, beside, children }: { title: string; beside?: ReactNode; children: ReactNode }) {
  return (
    <section className={styles.section}>
      <div className={styles.sectionHead}>
        <h2>{title}</h2>
        {beside}
      </div>
      {children}
    </section>
  );
}

/** Facts by name, one a line. */
export function Facts({ facts }: { facts: [string, ReactNode][] }) {
  return (
    <dl className={styles.facts}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
