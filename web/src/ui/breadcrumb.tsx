import { ChevronRight12Regular } from '@fluentui/react-icons';
import { Link } from 'react-router';
import styles from './frame.module.css';

export interface Crumb {
  label: string;
  to?: string;
}

export function Breadcrumb({ crumbs }: { crumbs: Crumb[] }) {
  if (crumbs.length === 0) return null;
  return (
    <nav aria-label="Breadcrumb">
      <ol className={styles.crumbs}>
        {crumbs.map((crumb, place) => (
          <li key={`${crumb.label} ${crumb.to ?? ''}`}>
            {place > 0 && <ChevronRight12Regular aria-hidden="true" />}
            {place === crumbs.length - 1 ? (
              <span aria-current="page">{crumb.label}</span>
            ) : crumb.to ? (
              <Link to={crumb.to} title={crumb.label}>
                {crumb.label}
              </Link>
            ) : (
              <span>{crumb.label}</span>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}
