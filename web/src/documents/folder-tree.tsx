import {
  ChevronDown16Regular,
  ChevronRight16Regular,
  Folder16Regular,
  FolderOpen16Regular,
} from '@fluentui/react-icons';
import { pages } from '@megdocs/contract';
import { useState } from 'react';
import { Link } from 'react-router';
import { type FolderNode, folderTree, pathTo } from './folder-paths.ts';
import styles from './folder-tree.module.css';
import { useFolders } from './queries.ts';

/** The folders in the rail (on a phone in the drawer); the way to the current one stands open. */
export function FolderTree({ current }: { current?: string | undefined }) {
  const folders = useFolders().data?.folders ?? [];
  const [turned, setTurned] = useState<ReadonlyMap<string, boolean>>(new Map());
  if (folders.length === 0) return null;
  const way = new Set(pathTo(folders, current).map((folder) => folder.id));
  const isOpen = (id: string) => turned.get(id) ?? way.has(id);
  const turn = (id: string) => setTurned(new Map(turned).set(id, !isOpen(id)));
  return (
    <nav aria-label="Folders" className={styles.tree}>
      <h2 className={styles.head}>Folders</h2>
      <ul>
        {folderTree(folders).map((node) => (
          <Item key={node.id} {...{ node, current, isOpen, turn }} depth={0} />
        ))}
      </ul>
    </nav>
  );
}

interface ItemProps {
  node: FolderNode;
  depth: number;
  current: string | undefined;
  isOpen: (id: string) => boolean;
  turn: (id: string) => void;
}

function Item({ node, depth, current, isOpen, turn }: ItemProps) {
  const open = node.children.length > 0 && isOpen(node.id);
  const here = node.id === current;
  return (
    <li>
      <div className={here ? `${styles.row} ${styles.here}` : styles.row} style={{ paddingLeft: depth * 16 }}>
        {node.children.length > 0 ? (
          <button
            type="button"
            className={styles.turn}
            aria-expanded={open}
            aria-label={`Folders in ${node.name}`}
            onClick={() => turn(node.id)}
          >
            {open ? <ChevronDown16Regular /> : <ChevronRight16Regular />}
          </button>
        ) : (
          <span className={styles.turn} />
        )}
        <Link
          to={`${pages.documents}?folder=${node.id}`}
          className={styles.link}
          aria-current={here ? 'page' : undefined}
          title={node.name}
        >
          {open ? <FolderOpen16Regular aria-hidden /> : <Folder16Regular aria-hidden />}
          <span className={styles.name}>{node.name}</span>
          <span className={styles.count}>{node.documentCount.toLocaleString('en-GB')}</span>
        </Link>
      </div>
      {open ? (
        <ul>
          {node.children.map((child) => (
            <Item key={child.id} {...{ current, isOpen, turn }} node={child} depth={depth + 1} />
          ))}
        </ul>
      ) : null}
    </li>
  );
}
