import { fill, type MicrosoftIntegration, pages } from '@megdocs/contract';
import { Link } from 'react-router';
import styles from './microsoft.module.css';

/** Documents that have a working copy in this account. */
export function WaitingDocuments({ integration }: { integration: MicrosoftIntegration }) {
  return (
    <ul className={styles.waiting}>
      {integration.waiting.map(({ documentId, number, title }) => (
        <li key={documentId}>
          <Link to={fill(pages.document, { id: documentId })}>
            {number} {title}
          </Link>
        </li>
      ))}
    </ul>
  );
}
