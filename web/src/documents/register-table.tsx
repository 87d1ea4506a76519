import { ArrowDown12Regular, ArrowUp12Regular } from '@fluentui/react-icons';
import { type DocumentRow, fill, pages, routes } from '@megdocs/contract';
import { memo } from 'react';
import { Link, useNavigate } from 'react-router';
import type { Action } from '../ui/action-menu.tsx';
import { useWidth } from '../ui/layout.ts';
import { Status } from '../ui/status.tsx';
import { EditingMark } from './editing-mark.tsx';
import { FileIcon } from './file-icon.tsx';
import { MoreMenu } from './more-menu.tsx';
import styles from './register.module.css';
import { type RegisterSort, type RegisterView, sortedBy } from './register-view.ts';
import { reviewInWords } from './words.ts';

const columns: readonly { sort: RegisterSort | null; name: string; width: string; wideOnly?: boolean }[] = [
  { sort: 'number', name: 'Number', width: styles.colNumber ?? '' },
  { sort: 'title', name: 'Title', width: '' },
  { sort: 'state', name: 'Status', width: styles.colStatus ?? '' },
  { sort: null, name: 'Version', width: styles.colVersion ?? '' },
  { sort: 'owner', name: 'Owner', width: styles.colOwner ?? '', wideOnly: true },
  { sort: 'nextReview', name: 'Next review', width: styles.colReview ?? '' },
];

interface Props {
  rows: readonly DocumentRow[];
  view: RegisterView;
  onSort: (view: RegisterView) => void;
}

export function RegisterTable({ rows, view, onSort }: Props) {
  const wide = useWidth() === 'wide';
  const shown = columns.filter((column) => wide || !column.wideOnly);
  return (
    <table className={styles.table} aria-label="Documents">
      <colgroup>
        {shown.map((column) => (
          <col key={column.name} className={column.width} />
        ))}
        <col className={styles.colMenu} />
      </colgroup>
      <thead>
        <tr>
          {shown.map(({ name, sort }) => (
            <th key={name} scope="col" aria-sort={sort === view.sort ? `${view.order}ending` : undefined}>
              {sort ? (
                <button type="button" className={styles.sort} onClick={() => onSort(sortedBy(view, sort))}>
                  {name}
                  {sort === view.sort ? <SortArrow order={view.order} /> : null}
                </button>
              ) : (
                name
              )}
            </th>
          ))}
          <th scope="col">
            <span className="out-of-sight">More</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row key={row.id} row={row} wide={wide} />
        ))}
      </tbody>
    </table>
  );
}

function SortArrow({ order }: { order: 'asc' | 'desc' }) {
  return order === 'asc' ? <ArrowUp12Regular aria-hidden /> : <ArrowDown12Regular aria-hidden />;
}

/** Drawn again only when its document changed: TanStack keeps what is equal. */
const Row = memo(function Row({ row, wide }: { row: DocumentRow; wide: boolean }) {
  const navigate = useNavigate();
  const to = fill(pages.document, { id: row.id });
  const review = reviewInWords(row.nextReview, new Date());
  return (
    // The title is the real link; the row is only a larger place to hit it.
    <tr
      className={row.beingEdited ? `${styles.row} ${styles.tall}` : styles.row}
      onClick={(event) => {
        if (event.target instanceof Element && event.target.closest('a, button, [role="menuitem"]')) return;
        if (window.getSelection()?.isCollapsed !== false) void navigate(to);
      }}
    >
      <td className={styles.number}>{row.number}</td>
      <td>
        <span className={styles.titleCell}>
          <FileIcon kind={row.fileKind} />
          <span className={styles.titleWords}>
            <Link to={to} className={styles.title} title={row.title}>
              {row.title}
            </Link>
            {row.beingEdited ? <EditingMark beingEdited={row.beingEdited} /> : null}
          </span>
        </span>
      </td>
      <td>
        <Status state={row.state} />
      </td>
      <td className="tabular">{row.version}</td>
      {wide ? (
        <td>
          <span className={styles.cut}>{row.owner.name}</span>
        </td>
      ) : null}
      <td className="tabular">
        {review ? <span className={review.overdue ? styles.bad : undefined}>{review.text}</span> : null}
        {review ? null : <span className={styles.quiet}>none yet</span>}
      </td>
      <td className={styles.menu}>
        <MoreMenu small name={`More for ${row.number}`} actions={rowMenu(row, to)} />
      </td>
    </tr>
  );
});

function rowMenu(row: DocumentRow, to: string): Action[] {
  return [
    { label: 'Read', to },
    { label: 'Versions', to: `${to}?tab=versions` },
    { label: 'Access', to: `${to}?tab=access` },
    {
      label: `Download ${row.version}`,
      download: fill(routes.documentVersionContent, { id: row.id, version: row.version }),
    },
  ];
}
