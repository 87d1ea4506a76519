import { Button } from '@fluentui/react-components';
import { type MicrosoftAdministration, pages, routes } from '@megdocs/contract';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { OpeningPolicy } from '../editing/opening-policy.tsx';
import { Busy } from '../ui/busy.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { FailureBox } from '../ui/failure.tsx';
import { LeastPrivilege } from '../ui/least-privilege.tsx';
import { isAdmin, useMe } from '../ui/me.ts';
import { Section, Settings } from '../ui/settings.tsx';
import { Signal } from '../ui/status.tsx';
import { Day } from '../ui/time.tsx';
import styles from './admin.module.css';
import { AdminsOnly } from './admins-only.tsx';
import { MicrosoftPolicy } from './microsoft-policy.tsx';
import { microsoftAdministrationQuery } from './queries.ts';
import { beforePath } from './redirect-uri.ts';

/** What IT needs to register MEGDocs at Microsoft, and whether this deployment has what it got back. */
export default function MicrosoftAdministrationPage() {
  const admin = isAdmin(useMe());
  const query = useQuery({ ...microsoftAdministrationQuery, enabled: admin });
  const known = query.data;
  return (
    <Settings area="administration" title="Microsoft 365" aside={known && <RedirectUri uri={known.redirectUri} />}>
      <AdminsOnly>
        {query.isPending && <Busy sentence="Looking at the configuration" />}
        {query.error && <FailureBox error={query.error} onRetry={() => void query.refetch()} />}
        {known && (
          <>
            <Checks known={known} />
            <ForIt known={known} />
            <MicrosoftPolicy known={known} />
            <OpeningPolicy />
            <Registering />
            <Section title="Permissions">
              <dl className={styles.permissions}>
                {known.permissions.map(({ scope, why }) => (
                  <div key={scope}>
                    <dt className="mono">{scope}</dt>
                    <dd>{why}</dd>
                  </div>
                ))}
              </dl>
              <p className={styles.after}>
                All are delegated: MEGDocs acts only for people who have connected their own account, and never with
                more than they may do themselves.
              </p>
            </Section>
            <LeastPrivilege off={known.leastPrivilege} />
          </>
        )}
      </AdminsOnly>
    </Settings>
  );
}

function Checks({ known }: { known: MicrosoftAdministration }) {
  const secure = known.redirectUri.startsWith('https://');
  return (
    <ul className={styles.checks}>
      {known.configured ? (
        <Check kind="ok" title="Client id" found="set">
          People can connect their accounts under <Link to={pages.microsoft}>Account settings, Microsoft</Link>.
        </Check>
      ) : (
        <Check kind="wait" title="Client id" found="not set">
          Register MEGDocs in Entra as below, set MICROSOFT_CLIENT_ID and its secret or certificate where MEGDocs runs,
          then start it again.
        </Check>
      )}
      <CredentialCheck credential={known.credential} />
      <Check
        kind={secure ? 'ok' : 'wait'}
        title="Redirect URI"
        found={secure ? 'https' : 'http: for this computer only'}
      >
        {known.redirectUri.endsWith('/') ? null : 'Sent without the final slash: register it in exactly that form.'}
      </Check>
      <Check kind="ok" title="Tenant and cloud" found={`${known.tenant}, ${cloudWords[known.cloud]}`}>
        {null}
      </Check>
    </ul>
  );
}

const cloudWords: Record<MicrosoftAdministration['cloud'], string> = {
  global: 'global cloud',
  'usgov-l4': 'US government cloud (L4)',
  'usgov-l5': 'US government cloud (L5)',
  china: 'China cloud',
};

const SOON_DAYS = 30;
function CredentialCheck({ credential }: Pick<MicrosoftAdministration, 'credential'>) {
  if (!credential) return null;
  const { kind, expiresAt, daysLeft } = credential;
  const title = kind === 'secret' ? 'Client secret' : 'Certificate';
  if (expiresAt === null || daysLeft === null)
    return (
      <Check kind="wait" title={title} found="until when: unknown">
        {kind === 'secret'
          ? 'An app can not read its own registration. Look the date up in Entra and set MICROSOFT_CLIENT_SECRET_EXPIRES; then MEGDocs warns before it.'
          : 'Its date can not be read: check MICROSOFT_CERTIFICATE_FILE.'}
      </Check>
    );
  const over = daysLeft < 0;
  return (
    <Check
      kind={over ? 'bad' : daysLeft < SOON_DAYS ? 'wait' : 'ok'}
      title={title}
      found={
        <>
          {over ? 'expired on' : 'until'} <Day date={expiresAt} />
          {!over && `, ${daysLeft} ${daysLeft === 1 ? 'day' : 'days'} left`}
        </>
      }
    >
      {daysLeft < SOON_DAYS
        ? `Make a new ${kind} in the app registration and put it into the configuration. Connections of people stay as they are.`
        : null}
    </Check>
  );
}

function ForIt({ known }: { known: MicrosoftAdministration }) {
  return (
    <Section title="Approval by your IT department">
      <p>
        Most tenants let an administrator alone consent to file access. One approval counts for everybody.{' '}
        <Link to={pages.microsoftForIt}>The page for IT</Link> says what is asked for and why, to print or to copy.
      </p>
      {known.consentUrl && (
        <div className={styles.addRow}>
          <form method="post" action={routes.consent}>
            <Button type="submit">Approve at Microsoft yourself</Button>
          </form>
          <CopyButton text={known.consentUrl} label="Copy the approval link" name="Approval link" />
        </div>
      )}
    </Section>
  );
}

interface CheckProps {
  kind: 'ok' | 'wait' | 'bad';
  title: string;
  found: ReactNode;
  children: ReactNode;
}
function Check({ kind, title, found, children }: CheckProps) {
  return (
    <li>
      <Signal kind={kind} />
      <span>{title}</span>
      <span>
        <span className={styles.quiet}>{found}</span>
        {children && <span className={styles.remedy}>{children}</span>}
      </span>
    </li>
  );
}

function RedirectUri({ uri }: { uri: string }) {
  const [origin, path] = beforePath(uri);
  return (
    <section>
      <h2 className={styles.asideTitle}>Redirect URI to register</h2>
      <p className={styles.quiet}>Type Web. Entra compares letter by letter, the final slash too.</p>
      <div className={styles.copyBox}>
        <code className="mono">
          {origin}
          <wbr />
          {path}
        </code>
        <CopyButton text={uri} name="Redirect URI" />
      </div>
    </section>
  );
}

function Registering() {
  return (
    <Section title="Registering at Microsoft">
      <ol className={styles.steps}>
        <li>In the Entra admin center: App registrations, New registration.</li>
        <li>Under Authentication add the platform Web with the redirect URI of this page.</li>
        <li>Under API permissions add the delegated permissions of Microsoft Graph that are listed below.</li>
        <li>
          Grant consent for the organisation, unless your tenant lets people consent to file access by themselves; most
          do not.
        </li>
        <li>
          Under Certificates and secrets make a certificate or a secret, and give it to the people who run MEGDocs.
        </li>
      </ol>
    </Section>
  );
}
