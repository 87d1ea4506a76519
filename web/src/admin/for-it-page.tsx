import { Button } from '@fluentui/react-components';
import { Print16Regular } from '@fluentui/react-icons';
import { pages } from '@megdocs/contract';
import { useQuery } from '@tanstack/react-query';
import { Busy } from '../ui/busy.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { FailureBox } from '../ui/failure.tsx';
import { Frame, PageHead } from '../ui/frame.tsx';
import { isAdmin, useMe } from '../ui/me.ts';
import { AdminsOnly } from './admins-only.tsx';
import styles from './for-it.module.css';
import { type ItPart, partsForIt, textForIt } from './for-it-text.ts';
import { microsoftAdministrationQuery } from './queries.ts';

const title = 'MEGDocs and Microsoft 365: for your IT department';

/** Everything a tenant's administrator needs to decide, complete on paper. */
export default function ForItPage() {
  const admin = isAdmin(useMe());
  const query = useQuery({ ...microsoftAdministrationQuery, enabled: admin });
  const parts = query.data && partsForIt(query.data, window.location.origin);
  return (
    <Frame
      title={title}
      shortTitle="For IT"
      back={pages.administrationMicrosoft}
      breadcrumb={[
        { label: 'Administration', to: pages.administrationPeople },
        { label: 'Microsoft 365', to: pages.administrationMicrosoft },
        { label: 'For IT' },
      ]}
    >
      <AdminsOnly>
        <div className={styles.page}>
          <PageHead
            title={title}
            showOnPhone
            actions={
              parts && (
                <div className={styles.actions}>
                  <Button size="small" icon={<Print16Regular />} onClick={() => window.print()}>
                    Print
                  </Button>
                  <CopyButton text={`${title}\n\n${textForIt(parts)}`} label="Copy as text" name="Page for IT" />
                </div>
              )
            }
          />
          {query.isPending && <Busy sentence="Looking at the configuration" />}
          {query.error && <FailureBox error={query.error} onRetry={() => void query.refetch()} />}
          {parts?.map((part) => (
            <Part key={part.title} part={part} />
          ))}
        </div>
      </AdminsOnly>
    </Frame>
  );
}

function Part({ part: { title: heading, content } }: { part: ItPart }) {
  return (
    <section className={styles.part}>
      <h2>{heading}</h2>
      {typeof content === 'string' ? (
        <p>{content}</p>
      ) : (
        <ul>
          {content.map((point) => (
            <li key={point}>{point}</li>
          ))}
        </ul>
      )}
    </section>
  );
}
