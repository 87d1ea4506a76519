import { fill, type MicrosoftIntegration, pages } from '@megdocs/contract';
import { useQuery } from '@tanstack/react-query';
import { Link, useSearchParams } from 'react-router';
import { Busy } from '../ui/busy.tsx';
import { FailureBox } from '../ui/failure.tsx';
import { integrationQuery } from '../ui/integration.ts';
import { LeastPrivilege } from '../ui/least-privilege.tsx';
import { localPath } from '../ui/local-path.ts';
import { isAdmin, useMe } from '../ui/me.ts';
import { Section, Settings } from '../ui/settings.tsx';
import { clock } from '../ui/time-words.ts';
import { ConnectionBox } from './connection-box.tsx';
import styles from './microsoft.module.css';

const about =
  'Connect your work account to edit documents in Word, Excel and PowerPoint in the browser. While you edit, a copy lies in your own OneDrive; what you save there comes back here as a version.';

export default function MicrosoftPage() {
  const query = useQuery(integrationQuery);
  const [address] = useSearchParams();
  const returnTo = localPath(address.get('returnTo')) ?? pages.microsoft;
  const integration = query.data;
  return (
    <Settings area="account" title="Microsoft" lead={integration?.status === 'not-connected' ? about : undefined}>
      {query.isPending && <Busy sentence="Looking at your connection" />}
      {query.error && <FailureBox error={query.error} onRetry={() => void query.refetch()} />}
      {integration && (
        <>
          <HeldNotice integration={integration} />
          <ConnectionBox integration={integration} returnTo={returnTo} />
          <Permissions integration={integration} />
          <LeastPrivilege off={integration.leastPrivilege} />
          <Notes integration={integration} />
        </>
      )}
    </Settings>
  );
}

/** Left unanswered, the question is asked here again. */
function HeldNotice({ integration: { held } }: { integration: MicrosoftIntegration }) {
  if (!held) return null;
  return (
    <section className={styles.held} aria-label="Another account waits for your answer">
      <p>
        You signed in at Microsoft as {held.account.name} ({held.account.address}). Nothing uses that account until you
        have said so; you can until {clock(new Date(held.until))}.
      </p>
      <Link to={fill(pages.microsoftOutcome, { id: held.outcomeId })}>Decide which account to use</Link>
    </section>
  );
}

function Permissions({ integration }: { integration: MicrosoftIntegration }) {
  const { status, permissions, missingPermissions } = integration;
  return (
    <Section title={status === 'not-connected' ? 'What Microsoft will ask you to allow' : 'Permissions granted'}>
      <dl className={styles.permissions}>
        {permissions.map(({ scope, why }) => (
          <div key={scope}>
            <dt className="mono">{scope}</dt>
            <dd>{why}</dd>
          </div>
        ))}
        {missingPermissions.map((scope) => (
          <div key={scope}>
            <dt className="mono">{scope}</dt>
            <dd className={styles.missing}>
              Asked for, but not granted: reconnect and allow it, or editing can’t work.
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

function Notes({ integration }: { integration: MicrosoftIntegration }) {
  const admin = isAdmin(useMe());
  if (integration.status === 'connected') return null;
  return (
    <div className={styles.notes}>
      <p>We never see your password: you type it on Microsoft’s own page.</p>
      {integration.status === 'not-connected' && (
        <p>
          Microsoft also lists “Maintain access to data you have given it access to”: it spares you signing in for each
          edit, until you disconnect.
        </p>
      )}
      <p>
        Microsoft’s own error pages never come back to us: if Microsoft shows an error and doesn’t bring you back, come
        to this page again and try again. If it says that an administrator must approve, your IT department has to do
        that once for everybody.
      </p>
      {admin && (
        <p>
          As an administrator you find what to register at Microsoft under{' '}
          <Link to={pages.administrationMicrosoft}>Administration, Microsoft 365</Link>.
        </p>
      )}
      {integration.status === 'reconnect-needed' && (
        <p>
          To use another account instead, choose it at Microsoft: MEGDocs shows both and asks before it changes
          anything.
        </p>
      )}
    </div>
  );
}
