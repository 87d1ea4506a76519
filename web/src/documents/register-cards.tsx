import { type DocumentRow, fill, pages } from '@megdocs/contract';
import { memo } from 'react';
import { Link } from 'react-router';
import { Status } from '../ui/status.tsx';
import { EditingMark } from './editing-mark.tsx';
import styles from './register.module.css';
import { reviewInWords } from './words.ts';

/** A phone: three lines a document. */
export function RegisterCards({ rows }: { rows: readonly DocumentRow[] }) {
  return (
    <ul className={styles.cards} aria-label="Documents">
      {rows.map((row) => (
        <Card key={row.id} row={row} />
      ))}
    </ul>
  );
}

const Card = memo(function Card({ row }: { row: DocumentRow }) {
  const review = reviewInWords(row.nextReview, new Date());
  return (
    <li className={styles.card}>
      <div className={styles.cardHead}>
        <span className={styles.cardNumber}>{row.number}</span>
        <Status state={row.state} />
      </div>
      <Link to={fill(pages.document, { id: row.id })} className={styles.cardTitle}>
        {row.title}
      </Link>
      {row.beingEdited ? (
        <EditingMark beingEdited={row.beingEdited} short />
      ) : (
        <div className={styles.quiet}>
          Version {row.version}, {row.owner.name}
          {review && !review.overdue ? `, review ${review.text}` : null}
          {review?.overdue ? (
            <>
              , <span className={styles.bad}>review {review.text.toLowerCase()}</span>
            </>
          ) : null}
        </div>
      )}
    </li>
  );
});
