import type { DocumentDetail, PersonRef } from '@megdocs/contract';
import type { ReactNode } from 'react';
import { PersonName } from '../ui/people.tsx';
import { StatusGlyph } from '../ui/status.tsx';
import { statusLook } from '../ui/status-words.ts';
import { Ago, Day } from '../ui/time.tsx';
import styles from './facts.module.css';
import { type RoadStep, roadToPublication } from './road.ts';
import { reviewInWords } from './words.ts';

/** People, dates, and what remains before it is published. */
export function Facts({ document }: { document: DocumentDetail }) {
  const road = roadToPublication(document);
  const review = reviewInWords(document.nextReview, new Date());
  return (
    <div className={styles.column}>
      <section>
        <h2 className={styles.head}>People</h2>
        <dl className={styles.list}>
          <People term="Owner" people={[document.owner]} />
          {document.seesDrafts ? (
            <>
              <People term="Contributors" people={document.people.contributors} />
              <People term="Reviewers" people={document.people.reviewers} />
              <People term="Approvers" people={document.people.approvers} />
            </>
          ) : null}
        </dl>
      </section>
      <section>
        <h2 className={styles.head}>Dates</h2>
        <dl className={styles.list}>
          <Fact term="Created">
            <Day date={document.createdAt} />
          </Fact>
          <Fact term="Changed">
            <Ago at={document.changedAt} />
          </Fact>
          {document.effectiveFrom ? (
            <Fact term="Effective">
              <Day date={document.effectiveFrom} />
            </Fact>
          ) : null}
          <Fact term="Next review">
            {review ? (
              <span className={review.overdue ? styles.bad : undefined}>{review.text}</span>
            ) : (
              <span className={styles.quiet}>none yet</span>
            )}
          </Fact>
        </dl>
      </section>
      {road.length > 0 ? (
        <section>
          <h2 className={styles.head}>What remains before it is published</h2>
          <ol className={styles.road}>
            {road.map((step) => (
              <RoadLine key={step.text} step={step} />
            ))}
          </ol>
        </section>
      ) : null}
    </div>
  );
}

function RoadLine({ step }: { step: RoadStep }) {
  return (
    <li
      className={`${styles.step} ${step.when === 'now' ? styles.now : styles.ahead}`}
      aria-current={step.when === 'now' ? 'step' : undefined}
    >
      <StatusGlyph glyph={statusLook(step.glyph).glyph} tone="plain" />
      <span>{step.text}</span>
    </li>
  );
}

function People({ term, people }: { term: string; people: readonly PersonRef[] }) {
  return (
    <Fact term={term}>
      {people.length === 0 ? <span className={styles.quiet}>nobody yet</span> : null}
      {people.map((person) => (
        <PersonName key={person.id} name={person.name} />
      ))}
    </Fact>
  );
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <>
      <dt className={styles.term}>{term}</dt>
      <dd className={styles.value}>{children}</dd>
    </>
  );
}
