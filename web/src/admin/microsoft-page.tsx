import { pages } from '@megdocs/contract';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { Busy } from '../ui/busy.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { FailureBox } from '../ui/failure.tsx';
import { integrationQuery } from '../ui/integration.ts';
import { isAdmin, useMe } from '../ui/me.ts';
import { Section, Settings } from '../ui/settings.tsx';
import { Signal } from '../ui/status.tsx';
import styles from './admin.module.css';
import { AdminsOnly } from './admins-only.tsx';
import { beforePath } from './redirect-uri.ts';

/** What IT needs to register MEGDocs at Microsoft, and whether this deployment has what it got back. */
export default function MicrosoftAdministrationPage() {
  const query = useQuery(integrationQuery);
  const admin = isAdmin(useMe());
  const integration = query.data;
  return (
    <Settings
      area="administration"
      title="Microsoft 365"
      aside={admin && integration && <RedirectUri uri={integration.redirectUri} />}
    >
      <AdminsOnly>
        {query.isPending && <Busy sentence="Looking at the configuration" />}
        {query.error && <FailureBox error={query.error} onRetry={() => void query.refetch()} />}
        {integration && (
          <>
            <ul className={styles.checks}>
              {integration.configured ? (
                <Check kind="ok" title="Client id" found="set">
                  People can connect their accounts under <Link to={pages.microsoft}>Account settings, Microsoft</Link>.
                </Check>
              ) : (
                <Check kind="wait" title="Client id" found="not set">
                  Register MEGDocs in Entra as below, set MICROSOFT_CLIENT_ID and its secret or certificate where
                  MEGDocs runs, then start it again.
                </Check>
              )}
              <Check
                kind={integration.redirectUri.startsWith('https://') ? 'ok' : 'wait'}
                title="Redirect URI"
                found={integration.redirectUri.startsWith('https://') ? 'https' : 'http: for this computer only'}
              >
                {integration.redirectUri.endsWith('/')
                  ? null
                  : 'Sent without the final slash: register it in exactly that form.'}
              </Check>
            </ul>
            <Registering />
            <Section title="Permissions">
              <dl className={styles.permissions}>
                {integration.permissions.map(({ scope, why }) => (
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
          </>
        )}
      </AdminsOnly>
    </Settings>
  );
}

interface CheckProps {
  kind: 'ok' | 'wait';
  title: string;
  found: string;
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
