import { Button } from '@fluentui/react-components';
import { Folder16Regular, FolderAdd20Regular } from '@fluentui/react-icons';
import { pages } from '@megdocs/contract';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { Busy } from '../ui/busy.tsx';
import { Empty } from '../ui/empty.tsx';
import { FailureBox } from '../ui/failure.tsx';
import { useWidth } from '../ui/layout.ts';
import { isAdmin, useMe } from '../ui/me.ts';
import { Settings } from '../ui/settings.tsx';
import { AdminsOnly } from './admins-only.tsx';
import { FolderDetails } from './folder-details.tsx';
import { type FolderPlace, foldersInOrder } from './folder-order.ts';
import styles from './folders.module.css';
import { NewFolderDialog } from './new-folder-dialog.tsx';
import { foldersQuery } from './queries.ts';

const addressOf = (id: string) => `${pages.administrationFolders}?folder=${encodeURIComponent(id)}`;

/** The tree at the left, the chosen folder with its rules at the right; on a phone one after the other. */
export default function FoldersPage() {
  const query = useQuery(foldersQuery);
  const admin = isAdmin(useMe());
  const [creating, setCreating] = useState(false);
  const mayCreate = query.data?.mayCreateTopFolder === true && admin;
  return (
    <Settings
      area="administration"
      title="Folders and rules"
      wide
      actions={
        mayCreate && (
          <Button appearance="primary" icon={<FolderAdd20Regular />} onClick={() => setCreating(true)}>
            New folder…
          </Button>
        )
      }
    >
      <AdminsOnly>
        {query.isPending && <Busy sentence="Loading the folders" />}
        {query.error && <FailureBox error={query.error} onRetry={() => void query.refetch()} />}
        {query.data && <Folders places={foldersInOrder(query.data.folders)} />}
        {creating && <NewFolderDialog onClose={() => setCreating(false)} />}
      </AdminsOnly>
    </Settings>
  );
}

function Folders({ places }: { places: FolderPlace[] }) {
  const [address] = useSearchParams();
  const phone = useWidth() === 'phone';
  const chosen = places.find(({ folder }) => folder.id === address.get('folder')) ?? (phone ? undefined : places[0]);
  if (places.length === 0)
    return (
      <Empty sentence="Folders hold the documents, and their rules say who may do what with them. Make the first one." />
    );
  return (
    <div className={styles.columns}>
      {(!phone || !chosen) && <FolderList places={places} chosen={chosen} />}
      {chosen && (
        <div className={styles.details}>
          {phone && <Link to={pages.administrationFolders}>All folders</Link>}
          <FolderDetails key={chosen.folder.id} place={chosen} />
        </div>
      )}
    </div>
  );
}

function FolderList({ places, chosen }: { places: FolderPlace[]; chosen: FolderPlace | undefined }) {
  return (
    <nav aria-label="Folders" className={styles.tree}>
      <ul>
        {places.map(({ folder, depth }) => (
          <li key={folder.id} className={styles[`depth${Math.min(depth, 5)}`]}>
            <Link
              to={addressOf(folder.id)}
              className={styles.entry}
              aria-current={folder.id === chosen?.folder.id ? 'true' : undefined}
            >
              <Folder16Regular aria-hidden="true" />
              <span className={styles.name}>{folder.name}</span>
              <span className={styles.count}>{folder.documentCount}</span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
